"""A cloud that answers from a script."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tasks.cloud.api import Answer, Call, Site
from tasks.cloud.limits import EVENTS_PER_PAGE
from tasks.errors import CloudRefused

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


class AuditLog:
    """An audit log whose filters compare text, as the vendor's do; to be called with a search's parameters.

    Args:
        records: outer records, the newest first.
        refusal: the code by which every search with an address is refused; empty where none is.
    """

    def __init__(self, records: list[dict[str, Any]], refusal: str = "") -> None:
        self._records = records
        self._refusal = refusal

    def __call__(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {pair["AttributeKey"]: pair["AttributeValue"] for pair in asked.get("LookupAttributes", ())}
        if "SourceIPAddress" in wanted and self._refusal:
            raise CloudRefused("cloudaudit:DescribeEvents", self._refusal)
        found = [each for each in self._records if all(each.get(key, value) == value for key, value in wanted.items())]
        start = asked.get("NextToken", 0)
        end = start + EVENTS_PER_PAGE
        more = {"ListOver": False, "NextToken": end} if end < len(found) else {"ListOver": True}
        return {"Events": found[start:end], **more}
