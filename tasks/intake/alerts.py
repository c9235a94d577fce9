"""An alert as it came, JSON or free text, as a value."""

import json

from pydantic import ValidationError

from tasks.errors import InputError
from tasks.intake.free_text import alert_of_text
from tasks.model.alert import Alert

MAX_BYTES = 64 * 1024  # a reminder has a few hundred; more is rubbish or an attack


def _field_error(exc: ValidationError) -> InputError:
    first = exc.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "alert"
    mend = {
        "ip": "give one IPv4 or IPv6 address, such as 203.0.113.7",
        "login_time": "give an RFC 3339 time with its zone, such as 2026-11-23T02:10:00+08:00",
        "account": "give the main account's uin, digits only, such as 100000000001",
    }.get(field, first["msg"])
    if first["type"] == "extra_forbidden":
        mend = "is not a field of an alert; `runbooks schema alert` lists them"
    return InputError(f"alert field {field!r}" if field != "alert" else "alert", mend)


def _alert_of_json(text: str) -> Alert | None:
    try:
        body = json.loads(text)
    except RecursionError as exc:
        raise InputError("alert", "is nested too deeply; give a flat JSON object") from exc
    except ValueError:
        return None
    if not isinstance(body, dict):
        raise InputError("alert", "is JSON but no object; give an object, see `runbooks schema alert`")
    try:
        return Alert.model_validate_json(text)
    except ValidationError as exc:
        raise _field_error(exc) from exc


def parse_alert(raw: str | bytes) -> Alert:
    """Read an alert: a JSON object, or the text of the SMS or mail as it came.

    Raises:
        InputError: too large, no text, JSON that is no alert, or text that names neither address, time nor account.
    """
    if len(raw) > MAX_BYTES:
        raise InputError("alert", f"is larger than {MAX_BYTES // 1024} KiB; give only the reminder itself")
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError as exc:
        raise InputError("alert", "is not UTF-8 text; save it as UTF-8") from exc
    if not text.strip():
        raise InputError("alert", "is empty; give the JSON or the text of the reminder")
    alert = _alert_of_json(text) or alert_of_text(text)
    if alert.ip is None and alert.login_time is None and alert.principal is None:
        raise InputError(
            "alert", "names neither an address (ip), a time (login_time) nor a user (principal); add one of them"
        )
    return alert
