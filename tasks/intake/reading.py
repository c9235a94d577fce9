"""What one body is, part by part: alerts, what is surely something else, and what is not understood."""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.alerts import Recognisers, recognised
from tasks.intake.body import as_text
from tasks.intake.formats import Adapter
from tasks.intake.messages import not_understood
from tasks.model.base import Sentence
from tasks.model.message import NotUnderstood, Reported, SomethingElse, Told, Topic

WHYS_MAX = 3  # reasons that are told of one message; a list of a hundred strange events has one or two

DEFECT = NotUnderstood(
    why=Sentence(
        zh="读这条消息时程序出错，这是我们的缺陷。", en="The program failed at this message, which is a defect of ours."
    )
)

_LOG = logging.getLogger(__name__)


class Reading(NamedTuple):
    """What one body is.

    Args:
        alerts: what it reports.
        topics: what parts of it are surely about, each once.
        whys: why parts of it are not understood, each once.
        mend: what its sender can mend; empty where nobody can be told.
    """

    alerts: tuple[Reported, ...] = ()
    topics: tuple[Topic, ...] = ()
    whys: tuple[Sentence, ...] = ()
    mend: str = ""

    @property
    def why(self) -> Sentence:
        """Why it is not understood, in one sentence of either language."""
        told = self.whys[:WHYS_MAX]
        return Sentence(zh="".join(one.zh for one in told), en=" ".join(one.en for one in told))


def read_body(adapter: Adapter, recognisers: Recognisers, body: bytes, content_type: str, *, at: datetime) -> Reading:
    """Read a body to its end; whatever it is, this does not fail."""
    try:
        ends = [_end(told, recognisers) for told in _told(adapter, body, content_type, at)]
    except InputError as exc:  # whoever means an alert can mend it
        whys = (not_understood(exc).why,) if _is_plausible(body, content_type, recognisers) else ()
        return Reading(whys=whys, mend=str(exc))
    return _sorted(ends)


def _end(told: Told, recognisers: Recognisers) -> tuple[Reported, ...] | SomethingElse | NotUnderstood:
    try:
        return recognised(told, recognisers)
    except InputError:
        raise
    except Exception as exc:  # noqa: BLE001 - a message must not be lost by a defect of ours
        return _defect(exc)


def _told(adapter: Adapter, body: bytes, content_type: str, at: datetime) -> tuple[Told, ...]:
    try:
        return adapter.read(body, content_type, at=at)
    except InputError as exc:
        if adapter.mends:
            raise
        return (not_understood(exc),)
    except Exception as exc:  # noqa: BLE001 - a message must not be lost by a defect of ours
        return (_defect(exc),)


def _defect(exc: Exception) -> NotUnderstood:
    """What is said where the program failed; the error's words are not logged, for they may hold the message's."""
    _LOG.error("a message can't be read by a defect of ours: %s", type(exc).__name__)
    return DEFECT


def _sorted(ends: list[tuple[Reported, ...] | SomethingElse | NotUnderstood]) -> Reading:
    return Reading(
        alerts=tuple(alert for end in ends if isinstance(end, tuple) for alert in end),
        topics=tuple(dict.fromkeys(end.reason for end in ends if isinstance(end, SomethingElse))),
        whys=tuple({end.why.en: end.why for end in ends if isinstance(end, NotUnderstood)}.values()),
    )


def _is_plausible(body: bytes, content_type: str, recognisers: Recognisers) -> bool:
    """Whether a message that is no alert may have been meant as one by a sender that reads no answer.

    Text may be; JSON is where it names a field of an alert; what is empty is not.
    """
    try:
        text = as_text(body, content_type)
    except InputError:
        return bool(body.strip())
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return True
    fields = {name for one in recognisers.values() for name in one.alert.model_fields}
    return not fields.isdisjoint(_names(found))


def _names(found: JsonValue) -> Iterator[str]:
    """Names of the fields of an object, or of the objects in a list."""
    for node in found if isinstance(found, list) else [found]:
        if isinstance(node, Mapping):
            yield from node
