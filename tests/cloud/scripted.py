"""A cloud that answers from a script."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tasks.cloud.api import Answer, Call, Site

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Scripted:
    """A cloud that answers from a script, and remembers what it was asked."""

    site: Site = "cn"
    key_id = "AKIDexample"

    def __init__(self, answer: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
        self._answer = answer
        self.asked: list[dict[str, Any]] = []

    def call(self, call: Call) -> Answer:
        self.asked.append(dict(call.params))
        return Answer(self._answer(call.params), "r", call.name, AT)


def book(*chapters: dict[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Answers one after the other, whatever is asked."""
    left = iter(chapters)
    return lambda _: next(left)
