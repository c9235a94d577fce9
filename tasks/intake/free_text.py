"""What can be read out of an SMS, a mail or a chat message about a login."""

import re
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address, ip_address

from tasks.model.alert import Alert

BEIJING = timezone(timedelta(hours=8))  # the provider writes local times without a zone in its messages

_ACCOUNT = re.compile(
    r"(?:账号|帐号|account)\s*(?:ID|编号|uin)?\s*[:：(（]?\s*(?:ID\s*[:：]\s*)?(\d{6,15})", re.IGNORECASE
)
_NAME = re.compile(
    r"(?:子用户|子账号|用户名|登录用户|sub-?\s?user|user\s?name|user)\s*(?:名|is)?\s*[:：]\s*([^\s,，。;；)）]{1,64})",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(\d{4})\s*[-/年.]\s*(\d{1,2})\s*[-/月.]\s*(\d{1,2})\s*日?[T\s,，]*(\d{1,2})\s*[:：时]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?秒?"
    r"(?:\.\d+)?\s*(Z\b|UTC(?:[+-]\d{1,2}(?::?\d{2})?)?|GMT(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2})?"
)
_PLACE = re.compile(
    r"(?:登录地点|登录地|归属地|地点|location|place)\s*[:：]\s*([^\n,，。;；)）]{1,80}?)(?=\.\s|\.?$|[\n,，。;；)）])",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"(?:登录方式|login method|method)\s*[:：]\s*([^\n,，。;；)）]{1,80}?)(?=\.\s|\.?$|[\n,，。;；)）])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.:])([0-9A-Fa-f:]*:[0-9A-Fa-f:.]+|\d{1,3}(?:\.\d{1,3}){3})(?![\w:]|\.\d)")


def _zone(text: str | None) -> timezone:
    if not text:
        return BEIJING
    digits = re.search(r"([+-])(\d{1,2}):?(\d{2})?", text)
    if not digits:
        return UTC
    minutes = int(digits[2]) * 60 + int(digits[3] or 0)
    return timezone(timedelta(minutes=minutes if digits[1] == "+" else -minutes))


def find_time(text: str) -> datetime | None:
    """Find the first time with a date; without a zone it is Beijing's."""
    for match in _TIME.finditer(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=_zone(match[7]))
        except ValueError:
            continue
    return None


def find_address(text: str) -> IPv4Address | IPv6Address | None:
    """Find the one address that the text names; several different ones are no answer."""
    found = set()
    for match in _ADDRESS.finditer(text):
        try:
            found.add(ip_address(match[1].rstrip(".")))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None


def _group(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1].strip().rstrip(".") or None if match else None


def alert_of_text(text: str, *, source: str = "text") -> Alert:
    """Read an alert out of free text; what the text does not say stays None, nothing is guessed."""
    return Alert(
        ip=find_address(text),
        login_time=find_time(text),
        account=_group(_ACCOUNT, text),
        principal=_group(_NAME, text),
        place=_group(_PLACE, text),
        method=_group(_METHOD, text),
        source=source,
        text=text[:4000],
    )
