"""What the vendor's machines send to a webhook: alarms and events, one or a list of them, in either shape."""

from datetime import datetime

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.alarm_events import told_of_alarm
from tasks.intake.cloud_events import told_of_event
from tasks.intake.messages import EMPTY, not_understood
from tasks.model.message import Told

EVENTS_MAX = 100
MONITOR = "cloud_monitor"
EVENT_FIELDS = frozenset({"specversion", "data", "eventName", "EventName", "CloudAuditEvent"})
"""Fields that an alarm has none of."""


def told_of_vendor(found: JsonValue, *, source: str, at: datetime) -> tuple[Told, ...]:
    """Read what the vendor's machines tell; of a list each event is read for itself.

    Raises:
        InputError: it is neither alarm nor event, or has too many of them.
    """
    if not isinstance(found, list):
        return _told(found, source, at)
    if len(found) > EVENTS_MAX:
        raise InputError(f"{source} body", f"has more than {EVENTS_MAX} events; send them in parts")
    return tuple(told for event in found for told in _one_of_many(event, source, at)) or (EMPTY,)


def _one_of_many(event: JsonValue, source: str, at: datetime) -> tuple[Told, ...]:
    try:
        return _told(event, source, at)
    except InputError as exc:
        return (not_understood(exc),)


def _told(event: JsonValue, source: str, at: datetime) -> tuple[Told, ...]:
    if not isinstance(event, dict):
        raise InputError(f"{source} body", "is no JSON object; let the sender pass on the event as it is")
    is_event = "alarmType" not in event and (source != MONITOR or not EVENT_FIELDS.isdisjoint(event))
    return (told_of_event if is_event else told_of_alarm)(event, source=source, at=at)
