"""EventBridge: events of CloudAudit as a function passes them on, with the full record, or as its push sends them."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.adapters import cloud_monitor
from tasks.intake.body import json_of, opened
from tasks.intake.messages import EMPTY, event_of, first, line, not_understood, uin
from tasks.intake.timestamps import moment_of
from tasks.model.message import Message, Told

MAIN = "root"
FINE = frozenset({"", "0", "None", "null", "Success", "success"})  # the audit log's many ways to say that all went well
EVENTS_MAX = 100


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read one event or a list of them; of a list each is read for itself.

    Raises:
        InputError: it is no text, or has too many events.
    """
    found = opened(body, content_type)
    events = found if isinstance(found, list) else [found]
    if len(events) > EVENTS_MAX:
        raise InputError("eventbridge body", f"has more than {EVENTS_MAX} events; send them in parts")
    return tuple(told for event in events for told in _told(event, at)) or (EMPTY,)


def _told(event: JsonValue, at: datetime) -> tuple[Told, ...]:
    try:
        return _messages(event, at)
    except InputError as exc:
        return (not_understood(exc),)


def _messages(event: JsonValue, at: datetime) -> tuple[Told, ...]:
    if not isinstance(event, dict):
        raise InputError("eventbridge body", "is no JSON object; let the function pass on the event as it is")
    if "alarmType" in event:
        return cloud_monitor.events_of(event, source="eventbridge", at=at)
    data = _object(event.get("data"))
    if data is None:
        raise InputError("eventbridge data", "is no JSON object; let the function pass on the event as it is")
    record = _object(data.get("CloudAuditEvent")) or data
    name = first(record, "eventName", "EventName") or first(data, "EventName")
    found = _record(event, record, name=line(name), at=at)
    return (found.model_copy(update={"succeeded": _succeeded(record, data)}),)


def _succeeded(*records: Mapping[str, JsonValue]) -> bool:
    codes = (record.get(name) for record in records for name in ("errorCode", "apiErrorCode", "ErrorCode"))
    return all(code is None or str(code) in FINE for code in codes)


def _record(event: Mapping[str, JsonValue], record: Mapping[str, JsonValue], *, name: str, at: datetime) -> Message:
    who = _object(record.get("userIdentity")) or {}
    session = _object(who.get("sessionContext")) or {}
    return event_of(
        dict(event),
        kind="record",
        event=name,
        source="eventbridge",
        at=at,
        ip=first(record, "sourceIPAddress", "SourceIPAddress") or first(session, "userIp"),
        event_at=moment_of(first(record, "eventTime", "EventTime")) or moment_of(event.get("time")),
        account=first(who, "accountId") or first(record, "AccountID"),
        principal=_principal(who) or first(record, "Username"),
    )


def _principal(who: Mapping[str, JsonValue]) -> JsonValue:
    """Name of who did it; the main account is called root, whatever its nickname is."""
    main = line(who.get("type")).lower() == MAIN
    same = uin(who.get("principalId")) is not None and uin(who.get("principalId")) == uin(who.get("accountId"))
    return MAIN if main or same else first(who, "userName", "principalId")


def _object(value: JsonValue) -> Mapping[str, JsonValue] | None:
    """The object, also where it stands as JSON in a string."""
    found = json_of(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else None
