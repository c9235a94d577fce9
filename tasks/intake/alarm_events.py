"""What Cloud Monitor calls back with: an alarm that begins or ends, or an event that has no end.

EventBridge's message push sends the same shape. `alarmStatus` comes as number or as text: 1 begins and 0 ends an alarm;
an event without recovery, as all of CloudAudit's are, has `-` or nothing (Tencent Cloud, pages product/1108/45202,
"status", and product/248/87543, read 2026-11-28). The message says what happened and when, never from where: addresses
in it are those of machines that the alarm is about.
"""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.body import json_of
from tasks.intake.messages import event_of, first, line
from tasks.intake.timestamps import moment_of
from tasks.model.base import Sentence
from tasks.model.message import NotUnderstood, SomethingElse, Told, Topic

NEEDED = ("alarmStatus", "alarmType")
BEGUN, STATELESS, ENDED = "1", frozenset({"-", "", "None"}), "0"

UNKNOWN_STATE = NotUnderstood(
    why=Sentence(
        zh="告警状态既不是开始（1）、恢复（0），也不是无状态（-）。",
        en="The alarm's state is neither begun (1) nor ended (0) nor stateless (-).",
    )
)


def told_of_alarm(alarm: Mapping[str, JsonValue], *, source: str, at: datetime) -> tuple[Told, ...]:
    """The event that an alarm reports; one that ended, or is about a metric, is something else.

    Raises:
        InputError: it is no alarm.
    """
    missing = [name for name in NEEDED if name not in alarm]
    if missing:
        raise InputError(f"{source} {missing[0]}", "is missing; send the callback as Cloud Monitor does")
    if alarm["alarmType"] != "event":
        return (SomethingElse(reason=Topic.OTHER_EVENT),)
    state = str(alarm["alarmStatus"]).strip()
    if state == ENDED:
        return (SomethingElse(reason=Topic.RECOVERED),)
    return (_event(alarm, source, at) if state == BEGUN or state in STATELESS else UNKNOWN_STATE,)


def _event(alarm: Mapping[str, JsonValue], source: str, at: datetime) -> Told:
    conditions = object_of(object_of(alarm.get("alarmPolicyInfo")).get("conditions"))
    names = " ".join(str(conditions.get(name) or "") for name in ("eventName", "eventShowName")).strip()
    found = event_of(
        dict(alarm),
        kind="alarm",
        event=names,
        source=source,
        at=at,
        event_at=moment_of(alarm.get("firstOccurTime")),
        account=_account(object_of(alarm.get("alarmObjInfo"))),
    )
    return found.model_copy(update={"product": line(first(conditions, "productName")).lower()})


def _account(about: Mapping[str, JsonValue]) -> JsonValue:
    """The account, where what the alarm is about names it."""
    names = ("uin", "ownerUin", "accountId")
    return first(object_of(about.get("dimensions")), *names) or first(about, *names)


def object_of(value: JsonValue) -> Mapping[str, JsonValue]:
    """The object, also where it stands as JSON in a string; an empty one for anything else."""
    found = json_of(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}
