"""An alert as it came, JSON or free text, as a value."""

import json

from pydantic import ValidationError

from tasks.errors import InputError
from tasks.intake.body import json_of
from tasks.intake.client_address import plain_address
from tasks.intake.free_text import TEXT_MAX, alert_of_text, is_unusual_login, says_login
from tasks.intake.redact import redact_text
from tasks.intake.timestamps import FIRST_YEAR, LAST_YEAR, is_plausible
from tasks.model.alert import Alert

MAX_BYTES = 64 * 1024  # a reminder has a few hundred; more is rubbish or an attack
FIELD_MAX = 60  # characters of an unknown field's name that an error repeats

_MEND = {
    "ip": "give one IPv4 or IPv6 address, such as 203.0.113.7",
    "login_time": "give an RFC 3339 time with its zone, such as 2026-11-23T02:10:00+08:00",
    "account": "give the main account's uin, digits only, such as 100000000001",
    "text": "give at most 4,000 characters",
}
_NOTHING = "names neither an address (ip), a time (login_time) nor a user (principal); add one of them"


def parse_alert(raw: str | bytes) -> Alert:
    """Read an alert: a JSON object, or the text of the SMS or mail as it came.

    Raises:
        InputError: too large, no text, JSON that is no alert, or text that says nothing of a login.
    """
    if len(raw) > MAX_BYTES:
        raise InputError("alert", f"is larger than {MAX_BYTES // 1024} KiB; give only the reminder itself")
    text = _text(raw)
    if not text.strip():
        raise InputError("alert", "is empty; give the JSON or the text of the reminder")
    alert = _alert_of_json(text)
    speaks = is_unusual_login if alert is None else says_login  # our own reports come as JSON, and speak of a login
    alert = alert or alert_of_text(text)
    if not (alert.ip or alert.login_time or alert.principal or speaks(alert.text)):
        raise InputError("alert", _NOTHING)
    return alert


def _text(raw: str | bytes) -> str:
    try:
        return raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
    except UnicodeDecodeError as exc:
        raise InputError("alert", "is not UTF-8 text; save it as UTF-8") from exc


def _alert_of_json(text: str) -> Alert | None:
    try:
        found = json_of(text)
    except InputError as exc:
        raise InputError("alert", "is nested too deeply; give a flat JSON object") from exc
    if found is None and not _is_scalar(text):
        return None
    if not isinstance(found, dict):
        raise InputError("alert", "is JSON but no object; give an object, see `runbooks schema alert`")
    try:
        return _sound(Alert.model_validate_json(text))
    except ValidationError as exc:
        raise _field_error(exc) from exc


def _is_scalar(text: str) -> bool:
    """Whether this is JSON for a bare string, number or word, which no reminder is."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _sound(alert: Alert) -> Alert:
    """The alert with its address in its one spelling, and without secrets in its text."""
    if alert.login_time is not None and not is_plausible(alert.login_time):
        raise InputError("alert field 'login_time'", f"give a year from {FIRST_YEAR} to {LAST_YEAR - 1}")
    if alert.account is not None and not alert.account.isascii():
        raise InputError("alert field 'account'", _MEND["account"])
    ip = plain_address(str(alert.ip)) if alert.ip is not None else None
    return alert.model_copy(update={"ip": ip, "text": redact_text(alert.text)[:TEXT_MAX]})


def _field_error(exc: ValidationError) -> InputError:
    first = exc.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "alert"
    if first["type"] == "extra_forbidden":
        mend = "is not a field of an alert; `runbooks schema alert` lists them"
        return InputError("alert", f"a field {mend}") if len(field) > FIELD_MAX else InputError(_named(field), mend)
    return InputError(_named(field), _MEND.get(field, first["msg"]))


def _named(field: str) -> str:
    return f"alert field {field!r}" if field != "alert" else "alert"
