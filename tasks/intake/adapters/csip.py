"""Cloud Security Center's webhook of abnormal logins: alarms in JSON with their evidence, or a text.

The shape of its JSON is not documented; that of the evidence is: `{"Type": "Login", "Login": [{"LoginTime", "Ip"}]}`,
as an object or as JSON in a string. So evidence is looked for wherever it lies; the alarm around it says whose it is.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.body import json_of, opened
from tasks.intake.chatbot_text import pairs
from tasks.intake.messages import event_of, first, text_message
from tasks.intake.timestamps import moment_of
from tasks.model.message import Message, Told

SOURCE = "csip"
LOGINS_MAX = 200
ACCOUNT = ("Uin", "MainUin", "OwnerUin", "AccountUin")
USER = ("SubUserName", "SubNickname", "SubUin")

MACHINE = ("InstanceId", "InstanceID", "instance_id", "Quuid", "Uuid", "MachineIp", "MachineName", "HostIp", "HostIP")
"""Fields of an alarm that is about a machine."""

Alarm = Mapping[str, JsonValue]


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Told, ...]:
    """Read one event for each login that the alarms name; where they name none, their text.

    Raises:
        InputError: it is neither an alarm nor a text, or names too many logins.
    """
    found = opened(body, content_type)
    if isinstance(found, str):
        return text_message(found, source=SOURCE, at=at)
    logins = list(_logins(found, {}))
    if len(logins) > LOGINS_MAX:
        raise InputError("csip Login", f"names more than {LOGINS_MAX} logins; send them in parts")
    events: tuple[Told, ...] = tuple(_event(alarm, login, at) for alarm, login in logins)
    return events or text_message(pairs(found), source=SOURCE, at=at)


def _logins(node: JsonValue, around: Alarm) -> Iterator[tuple[Alarm, Alarm]]:
    """Each login with the alarm that it is evidence of."""
    if isinstance(node, list):
        for item in node:
            yield from _logins(item, around)
    if not isinstance(node, dict):
        return
    alarm = {**around, **{name: node[name] for name in (*ACCOUNT, *USER, *MACHINE) if name in node}}
    logins = node.get("Login")
    if isinstance(logins, list):
        yield from (
            (alarm, login) for login in logins if isinstance(login, dict) and ("Ip" in login or "LoginTime" in login)
        )
    for key, value in node.items():
        inner = json_of(value) if isinstance(value, str) and value.lstrip()[:1] in ("{", "[") else value
        if key != "Login" and isinstance(inner, dict | list):
            yield from _logins(inner, alarm)


def _event(alarm: Alarm, login: Alarm, at: datetime) -> Message:
    found = event_of(
        {**alarm, "Login": dict(login)},
        kind="record",
        event="Login",
        source=SOURCE,
        at=at,
        ip=login.get("Ip"),
        event_at=moment_of(login.get("LoginTime")),
        account=first(alarm, *ACCOUNT),
        principal=first(alarm, *USER),
    )
    return found.model_copy(update={"product": "cwp" if first(alarm, *MACHINE) else ""})
