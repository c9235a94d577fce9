"""Which messages report an unusual login, and what they say of it.

Strangers write these texts: every pattern is bounded, so that no text takes more than linear time.
"""

import re

from tasks.errors import InputError
from tasks.intake.alerts import alert_of_json
from tasks.intake.free_text import fields_of_text, kept_text
from tasks.intake.timestamps import FIRST_YEAR, LAST_YEAR, is_plausible
from tasks.model.address import parse_address
from tasks.model.base import Sentence
from tasks.model.message import Message, NotUnderstood, Recognition, SomethingElse, Topic
from tasks.runbooks.unusual_login.alert import LoginAlert

RECORDS = frozenset({"ConsoleLogin", "Login"})
"""What the audit log, and the evidence of the security centre, call a login."""
HOSTS = frozenset({"cvm", "lighthouse", "cwp", "yunjing"})
"""Products whose alarms report logins to machines, by SSH or RDP."""

_LOGIN = re.compile(
    r"登[录陆入](?!保护|密码|控制|方式已|验证码)|异地|ConsoleLogin|ConsoleCall"
    r"|(?:log(?:ged|ging)?[- ]?(?:in|on)|sign(?:ed|ing)?[- ]?in)(?![a-z])(?! (?:protection|password|code))",
    re.IGNORECASE,
)
_UNUSUAL = re.compile(
    r"异地|异常|可疑|非常用|不常用|陌生"
    r"|unusual|abnormal|suspicious|unrecogni[sz]ed|unfamiliar|new (?:location|place|device)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:验证码|校验码|动态码|verification code|security code|passcode)[^0-9\n]{0,12}"
    r"(?:\d{4,8}(?!\d|[-/年.]\d)|\*\*\*)",
    re.IGNORECASE,
)
_ALARM = re.compile(
    r"console[ _-]?login|登[录陆](?!保护)|(?<![a-z])log(?:ged)?[ _-]?in(?![a-z])|sign[ _-]?in(?![a-z])", re.IGNORECASE
)
_CONSOLE_CALL = re.compile(r"console[ _-]?call", re.IGNORECASE)

VAGUE = NotUnderstood(
    why=Sentence(
        zh="提到登录，但没有说明是哪一次：没有地址、时间或用户，也没有说异常。",
        en="It speaks of a login without saying which: no address, no time, no user, and not that it was unusual.",
    )
)
NAMELESS = NotUnderstood(
    why=Sentence(zh="机器报告的事件没有名称。", en="It is an event that a machine reports, and the event has no name.")
)
_NOTHING = "names neither an address (ip), a time (login_time) nor a user (principal); add one of them"


def read_alert(text: str) -> LoginAlert:
    """Read an alert that a person, or a sender in our own shape, hands in: JSON, or the reminder as it came.

    Raises:
        InputError: JSON that is no alert, or text that says nothing of a login.
    """
    stated = alert_of_json(text, LoginAlert)
    alert = _sound(stated) if stated else _of_text(text)
    speaks = says_login if stated else is_unusual_login  # our own reports come as JSON, and speak of a login
    if not (_says_what(alert) or speaks(alert.text)):
        raise InputError("alert", _NOTHING)
    return alert


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
    if message.event not in RECORDS:
        return SomethingElse(reason=Topic.OTHER_EVENT)
    return (_of_event(message),) if message.succeeded else SomethingElse(reason=Topic.FAILED_LOGIN)


def _of_alarm(message: Message) -> Recognition[LoginAlert]:
    """An alarm about a login to the console, or about calls that it made."""
    if not message.event:
        return NAMELESS
    login = _ALARM.search(message.event) is not None
    if login and message.product not in HOSTS:
        return (_of_event(message),)
    if _CONSOLE_CALL.search(message.event):
        return (_of_event(message.model_copy(update={"event_at": None})),)  # the login itself was before a call
    return SomethingElse(reason=Topic.SERVER_LOGIN if login else Topic.OTHER_EVENT)


def _of_event(message: Message) -> LoginAlert:
    return LoginAlert(
        ip=parse_address(message.ip) if message.ip else None,
        login_time=message.event_at,
        account=message.account,
        principal=message.principal,
        place=message.place,
        source=message.source,
        text=kept_text(message.text),
    )


def _reminder(message: Message) -> Recognition[LoginAlert]:
    """The reminder that a text is, unless it is not about a login, or is but a one-time code for one."""
    text = message.text
    if not says_login(text):
        return SomethingElse(reason=Topic.NO_LOGIN)
    alert = _of_text(text, message)
    if _CODE.search(text) and alert.ip is None and not _UNUSUAL.search(text):
        return SomethingElse(reason=Topic.ONE_TIME_CODE)
    return (alert,) if _says_what(alert) or is_unusual_login(text) else VAGUE


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


def says_login(text: str) -> bool:
    """Whether a text speaks of somebody's login at all."""
    return _LOGIN.search(text) is not None


def is_unusual_login(text: str) -> bool:
    """Whether a text says by itself that a login was unusual, even if it names nothing else."""
    return says_login(text) and _UNUSUAL.search(text) is not None
