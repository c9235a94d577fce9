"""Which messages report an unusual login, and what they say of it.

Strangers write these texts: every pattern is bounded, so that no text takes more than linear time.
"""

import re
from collections.abc import Mapping

from tasks.errors import InputError
from tasks.intake.alerts import alert_of_json
from tasks.intake.free_text import fields_of_text, kept_text
from tasks.intake.timestamps import FIRST_YEAR, LAST_YEAR, is_plausible
from tasks.model.address import parse_address
from tasks.model.message import Message, NotUnderstood, Recognition, SomethingElse, Topic
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.doubts import CUT, GUARDS, NAMELESS, NO_VERB, STRANGE, TRIED, VAGUE, WHOSE
from tasks.runbooks.unusual_login.other_words import ROOT_OF_ANYTHING
from tasks.runbooks.unusual_login.reminders import Sort, names_server, says_login, sort_of

RECORDS = frozenset({"consolelogin", "accountconsolelogin", "login"})
"""What the audit log, and the evidence of the security centre, call a login, in small letters."""
ACCOUNTS = frozenset({"", "account", "cam", "cloudaudit", "organization", "sts", "账号", "访问管理", "操作审计"})
"""Products whose logins are the account's."""
HOSTS = frozenset({"cvm", "lighthouse", "cwp", "yunjing", "eks", "tke"})
"""Products whose alarms report logins to machines, by SSH or RDP."""

_ALARM = re.compile(
    r"console[ _-]?login|登[录陆](?!保护)|(?<![a-z])log(?:ged)?[ _-]?in(?![a-z])|sign[ _-]?in(?![a-z])", re.IGNORECASE
)
_CONSOLE_CALL = re.compile(
    r"(?:console|mini ?program)[ _-]?(?:call|operation)|(?:控制台|小程序)(?:操作|调用)", re.IGNORECASE
)
"""What CloudAudit hands to EventBridge as the doing of a person; the third kind, ApiCall, is a key's.

Its events have no recovery (Tencent Cloud, page product/248/87543, read 2026-11-28).
"""

WORDLESS = frozenset({Topic.NO_LOGIN, Topic.INSTRUCTION})
"""Topics of texts that speak of no login."""
NO_ALERTS: Mapping[Topic, str] = {
    Topic.OTHER_COMPANY: "is signed by another company, or about its account",
    Topic.OTHER_PRODUCT: "is about a login to another product, not to the account",
    Topic.SERVER_LOGIN: "is about a login to a server, not to the account",
    Topic.FAILED_LOGIN: "is about a login that failed",
    Topic.ONE_TIME_CODE: "holds a one-time code, and no login",
    Topic.INSTRUCTION: "tells its reader to log in, and of no login",
    Topic.MARKETING: "advertises something, and tells of no login",
}
FACTS = ("ip", "login_time", "account", "principal", "place", "method")
"""Fields of an alert that its text may say."""
_NOTHING = "names neither an address (ip), a time (login_time) nor a user (principal); add one of them"


def read_alert(text: str) -> LoginAlert:
    """Read an alert that a person, or a sender in our own shape, hands in: JSON, or the reminder as it came.

    Raises:
        InputError: JSON that is no alert, or text that says nothing of a login.
    """
    stated = alert_of_json(text, LoginAlert)
    if stated is not None:
        alert = _filled(_sound(stated))
        if not (_says_what(alert) or says_login(alert.text)):  # our own reports come as JSON, and speak of a login
            raise InputError("alert", _NOTHING)
        return alert
    alert, sort = _of_text(text), sort_of(text)
    end = _judged(alert, sort)
    if isinstance(end, tuple):
        return alert
    _refuse(end)
    if not (alert.ip or alert.principal or (sort.says_login and (alert.login_time or sort.unusual))):
        raise InputError("alert", _NOTHING)
    return alert


def _filled(alert: LoginAlert) -> LoginAlert:
    """An alert with what its own text says and its fields do not; a field that is given wins.

    Raises:
        InputError: it has nothing but a text, and that is surely about something else.
    """
    said = _of_text(alert.text)
    end = _judged(said, sort_of(alert.text))
    if not _says_what(alert):
        _refuse(end)
    if not isinstance(end, tuple) or (alert.account and said.account not in (None, alert.account)):
        return alert
    return alert.model_copy(update={name: getattr(said, name) for name in FACTS if getattr(alert, name) is None})


def _refuse(end: Recognition[LoginAlert]) -> None:
    """Tell who means an alert that it is surely about something else."""
    if isinstance(end, SomethingElse) and end.reason in NO_ALERTS:
        raise InputError("alert", f"{NO_ALERTS[end.reason]}; hand in the reminder of a login of the account")


def recognise(message: Message) -> Recognition[LoginAlert]:
    """The login that a message reports, or what else it is."""
    match message.kind:
        case "stated":
            return (read_alert(message.text),)
        case "text":
            return _reminder(message)
        case "record":
            return _of_record(message)
        case "alarm":
            return _of_alarm(message)


def _of_record(message: Message) -> Recognition[LoginAlert]:
    if not message.event:
        return NAMELESS
    if message.event.lower() not in RECORDS:
        return SomethingElse(reason=Topic.OTHER_EVENT)
    if message.product not in ACCOUNTS:
        return SomethingElse(reason=Topic.SERVER_LOGIN if message.product in HOSTS else Topic.OTHER_PRODUCT)
    return (_of_event(message),) if message.succeeded else SomethingElse(reason=Topic.FAILED_LOGIN)


def _of_alarm(message: Message) -> Recognition[LoginAlert]:
    """An alarm about a login to the console, or about calls that it made."""
    if not message.event:
        return NAMELESS
    if _CONSOLE_CALL.search(message.event):
        return (_of_event(message.model_copy(update={"event_at": None})),)  # the login itself was before a call
    if not _ALARM.search(message.event):
        return SomethingElse(reason=Topic.OTHER_EVENT)
    if message.product in HOSTS or names_server(message.event):
        return SomethingElse(reason=Topic.SERVER_LOGIN)
    return (_of_event(message),) if message.product in ACCOUNTS else STRANGE


def _of_event(message: Message) -> LoginAlert:
    return LoginAlert(
        ip=parse_address(message.ip) if message.ip else None,
        login_time=message.event_at,
        account=message.account,
        principal=message.principal,
        place=message.place,
        method=message.method,
        event_id=message.event_id,
        source=message.source,
        text=kept_text(message.text),
    )


def _reminder(message: Message) -> Recognition[LoginAlert]:
    """The reminder that a text is, or what else it is about."""
    return _judged(_of_text(message.text, message), sort_of(message.text))


def _judged(alert: LoginAlert, sort: Sort) -> Recognition[LoginAlert]:
    """What a text is, by what it names and what its words are about."""
    if sort.topic is not None:
        return _doubted(alert, sort) or SomethingElse(reason=sort.topic)
    if sort.unclear or (not (sort.cloud or alert.account) and (alert.principal or "").lower() in ROOT_OF_ANYTHING):
        return WHOSE
    if sort.attempt:
        return TRIED
    told = alert.login_time or sort.unusual or not sort.guards  # who makes a user names it, and speaks of logins
    if (
        alert.ip
        or (alert.principal and told)
        or (alert.account and (alert.login_time or sort.unusual or sort.states_login))
    ):
        return (alert,)
    if sort.sells:
        return SomethingElse(reason=Topic.MARKETING)
    return (alert,) if sort.unusual or (alert.login_time and sort.states_login) else VAGUE


def _doubted(alert: LoginAlert, sort: Sort) -> NotUnderstood | None:
    """Why a text without a word for a login may be about one all the same, or about the account's safety."""
    if sort.topic not in WORDLESS:
        return None
    if sort.guards or sort.cut:
        return GUARDS if sort.guards else CUT
    return NO_VERB if alert.ip and (alert.account or alert.principal) and not sort.machine else None


def _of_text(text: str, message: Message | None = None) -> LoginAlert:
    """What the text names; what it does not say stays None, nothing is guessed."""
    found = fields_of_text(text, at=message.at if message else None)
    return LoginAlert(
        ip=found.ip,
        login_time=found.time,
        account=found.account,
        principal=found.principal,
        place=found.place,
        method=found.method,
        source=message.source if message else "text",
        text=kept_text(text),
    )


def _says_what(alert: LoginAlert) -> bool:
    return bool(alert.ip or alert.login_time or alert.principal)


def _sound(alert: LoginAlert) -> LoginAlert:
    """The alert with its address in its one spelling."""
    if alert.login_time is not None and not is_plausible(alert.login_time):
        raise InputError("alert field 'login_time'", f"give a year from {FIRST_YEAR} to {LAST_YEAR - 1}")
    ip = parse_address(str(alert.ip)) if alert.ip is not None else None
    return alert.model_copy(update={"ip": ip})
