"""Cloud Monitor's callback of an alarm; EventBridge's push sends the same shape.

It is sent again up to three times if no answer comes within 5 s. `alarmStatus` comes as number or as text. The message
says what happened and when, never from where: addresses in it are those of machines that the alarm is about.
"""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.body import opened
from tasks.intake.messages import event_of, first, line
from tasks.intake.timestamps import moment_of
from tasks.model.message import SomethingElse, Told, Topic

NEEDED = ("alarmStatus", "alarmType")
RAISED = "1"


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read the event out of an alarm; one that ended, or is about no event, is something else.

    Raises:
        InputError: it is no alarm.
    """
    found = opened(body, content_type)
    if not isinstance(found, dict):
        raise InputError("cloud_monitor body", "is no JSON object; send the callback as Cloud Monitor does")
    return events_of(found, source="cloud_monitor", at=at)


def events_of(alarm: Mapping[str, JsonValue], *, source: str, at: datetime) -> tuple[Told, ...]:
    """The event that an alarm reports, or that it reports none."""
    missing = [name for name in NEEDED if name not in alarm]
    if missing:
        raise InputError(f"{source} {missing[0]}", "is missing; send the callback as Cloud Monitor does")
    if alarm["alarmType"] != "event":
        return (SomethingElse(reason=Topic.OTHER_EVENT),)
    if str(alarm["alarmStatus"]) != RAISED:
        return (SomethingElse(reason=Topic.RECOVERED),)
    conditions = _object(_object(alarm.get("alarmPolicyInfo")).get("conditions"))
    names = " ".join(str(conditions.get(name) or "") for name in ("eventName", "eventShowName")).strip()
    found = event_of(
        dict(alarm),
        kind="alarm",
        event=names,
        source=source,
        at=at,
        event_at=moment_of(alarm.get("firstOccurTime")),
        account=_account(alarm),
    )
    return (found.model_copy(update={"product": line(first(conditions, "productName"))}),)


def _account(alarm: Mapping[str, JsonValue]) -> JsonValue:
    """The account, where the alarm's dimensions name it."""
    dimensions = _object(_object(alarm.get("alarmObjInfo")).get("dimensions"))
    return first(dimensions, "uin", "ownerUin", "accountId")


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
