"""Cloud Monitor's callback of an alarm; EventBridge's push sends the same shape.

It is sent again up to three times if no answer comes within 5 s. `alarmStatus` comes as number or as text. The message
says what happened and when, never from where: addresses in it are those of machines that the alarm is about.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.body import opened
from tasks.intake.machine_alert import alert_of, first, line
from tasks.intake.timestamps import moment_of
from tasks.model.alert import Alert

NEEDED = ("alarmStatus", "alarmType")
RAISED = "1"
_LOGIN = re.compile(
    r"console[ _-]?login|登[录陆](?!保护)|(?<![a-z])log(?:ged)?[ _-]?in(?![a-z])|sign[ _-]?in(?![a-z])", re.IGNORECASE
)
_CONSOLE = re.compile(r"console[ _-]?call", re.IGNORECASE)
_HOST = frozenset({"cvm", "lighthouse", "cwp", "yunjing"})  # logins that they report are of machines, by SSH or RDP


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Alert, ...]:  # noqa: ARG001 - all adapters are called alike
    """Read the alert out of an alarm; none where it ended, or is about something else than a login.

    Raises:
        InputError: it is no alarm.
    """
    found = opened(body, content_type)
    if not isinstance(found, dict):
        raise InputError("cloud_monitor body", "is no JSON object; send the callback as Cloud Monitor does")
    return alerts_of(found, source="cloud_monitor")


def alerts_of(alarm: Mapping[str, JsonValue], *, source: str) -> tuple[Alert, ...]:
    """The alert that an alarm means, if it means one."""
    missing = [name for name in NEEDED if name not in alarm]
    if missing:
        raise InputError(f"{source} {missing[0]}", "is missing; send the callback as Cloud Monitor does")
    if str(alarm["alarmStatus"]) != RAISED or alarm["alarmType"] != "event":
        return ()
    conditions = _object(_object(alarm.get("alarmPolicyInfo")).get("conditions"))
    names = " ".join(str(conditions.get(name) or "") for name in ("eventName", "eventShowName"))
    login = _LOGIN.search(names) is not None and line(first(conditions, "productName")) not in _HOST
    if not login and not _CONSOLE.search(names):
        return ()
    when = moment_of(alarm.get("firstOccurTime")) if login else None  # the login itself was before a call
    return (alert_of(dict(alarm), source=source, login_time=when, account=_account(alarm)),)


def _account(alarm: Mapping[str, JsonValue]) -> JsonValue:
    """The account, where the alarm's dimensions name it."""
    dimensions = _object(_object(alarm.get("alarmObjInfo")).get("dimensions"))
    return first(dimensions, "uin", "ownerUin", "accountId")


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
