"""CloudEvents of EventBridge, whole, as a function or a webhook hands them on.

Its type says what an event is: `<product>:CloudEvent:ConsoleCall`, `:ApiCall` and `:MiniProgramCall` carry a record
of the audit log as `data`, `<product>:ErrorEvent:<name>` an alarm of a product (Tencent Cloud, pages product/1108/46246
and 45202, read 2026-11-28). A rule may hand on `data` alone, and a function may wrap it as it likes: what holds a
record of the audit log is one, whoever wraps it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.alarm_events import object_of
from tasks.intake.body import json_of
from tasks.intake.messages import event_of, first, line, uin
from tasks.intake.timestamps import moment_of
from tasks.model.message import Message, SomethingElse, Told, Topic

MAIN = "root"
FINE = frozenset({"", "0", "None", "null", "Success", "success"})  # the audit log's many ways to say that all went well
VENDOR = ".cloud.tencent"
AUDIT = "CloudEvent"
RECORDS_MAX = 100
DEPTH_MAX = 4  # levels of wrapping around a record that are looked into

_NAMES = ("eventName", "EventName")
_CONSOLE_LOGIN = re.compile(r"(?:account)?consolelogin", re.IGNORECASE)
_OTHER_CLOUD = re.compile(r"amazonaws|aliyun|huaweicloud|azure|googleapis|\baws\.|\bacs\.", re.IGNORECASE)
"""Sources that audit logs of other clouds name; some have the same fields."""

Event = Mapping[str, JsonValue]


def told_of_event(event: Event, *, source: str, at: datetime) -> tuple[Told, ...]:
    """The records of the audit log that an event carries; any other event is something else.

    Raises:
        InputError: it is no event, or carries too many records.
    """
    records = list(_records(event, DEPTH_MAX))
    if len(records) > RECORDS_MAX:
        raise InputError(f"{source} data", f"has more than {RECORDS_MAX} events; send them in parts")
    if records:
        return tuple(_told(event, data, source=source, at=at) for data in records)
    if _is_of_another(event):
        return (SomethingElse(reason=Topic.OTHER_EVENT),)
    data = event if _is_record(event) else object_of(event.get("data"))
    if not data and not isinstance(event.get("data"), dict):
        raise InputError(f"{source} data", "is no JSON object; let the function pass on the event as it is")
    return (_told(event, data, source=source, at=at),)


def _records(node: JsonValue | Event, depth: int) -> Iterator[Event]:
    """Each object that is a record by what it holds: what happened, and who did it."""
    inner = json_of(node) if isinstance(node, str) and node.lstrip()[:1] in ("{", "[") else node
    if isinstance(inner, Mapping) and first(inner, *_NAMES) and (_has_doer(inner) or "CloudAuditEvent" in inner):
        yield inner
    elif isinstance(inner, Mapping | list) and depth:
        for value in inner.values() if isinstance(inner, Mapping) else inner:
            yield from _records(value, depth - 1)


def _has_doer(record: Event) -> bool:
    return bool(object_of(record.get("userIdentity")))


def _told(event: Event, data: Event, *, source: str, at: datetime) -> Told:
    record = object_of(data.get("CloudAuditEvent")) or data
    if any(_OTHER_CLOUD.search(line(each)) for each in (record.get("eventSource"), event.get("source"))):
        return SomethingElse(reason=Topic.OTHER_COMPANY)
    found = _message(event, record, data, source=source, at=at)
    return found.model_copy(update={"succeeded": _succeeded(record, data), "product": _product(event, record)})


def _is_of_another(event: Event) -> bool:
    """Whether its type or its source shows that it carries no record of the audit log."""
    kind, source = line(event.get("type")).split(":"), line(event.get("source"))
    other_kind = len(kind) > 1 and kind[1] != AUDIT
    return "specversion" in event and (other_kind or (bool(source) and not source.endswith(VENDOR)))


def _is_record(event: Event) -> bool:
    return first(event, "eventName", "EventName", "CloudAuditEvent") is not None


def _product(event: Event, record: Event) -> str:
    """The product whose event it is, as the record says, else the type.

    Against what is called a login to the console only a type in the vendor's words counts.
    """
    named = line(first(record, "resourceType", "ResourceTypeCn"))
    kind = line(event.get("type")).split(":")
    if not named and kind[1:2] != [AUDIT] and _CONSOLE_LOGIN.fullmatch(line(first(record, *_NAMES))):
        return ""
    return (named or kind[0]).lower()


def _succeeded(*records: Event) -> bool:
    codes = (record.get(name) for record in records for name in ("errorCode", "apiErrorCode", "ErrorCode"))
    return all(code is None or str(code) in FINE for code in codes)


def _message(event: Event, record: Event, data: Event, *, source: str, at: datetime) -> Message:
    who = object_of(record.get("userIdentity"))
    session = object_of(who.get("sessionContext"))
    return event_of(
        dict(event),
        kind="record",
        event=line(first(record, "eventName", "EventName") or first(data, "EventName")),
        source=source,
        at=at,
        ip=first(record, "sourceIPAddress", "SourceIPAddress") or first(session, "userIp"),
        event_at=moment_of(first(record, "eventTime", "EventTime")) or moment_of(event.get("time")),
        account=first(who, "accountId") or first(record, "AccountID"),
        principal=_principal(who) or first(record, "Username"),
        event_id=first(data, "EventId") or first(record, "eventID"),
    )


def _principal(who: Event) -> JsonValue:
    """Name of who did it; the main account is called root, whatever its nickname is."""
    main = line(who.get("type")).lower() == MAIN
    same = uin(who.get("principalId")) is not None and uin(who.get("principalId")) == uin(who.get("accountId"))
    return MAIN if main or same else first(who, "userName", "principalId")
