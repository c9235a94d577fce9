"""What can be read out of an SMS, a mail or a chat message.

Strangers write these texts: every pattern is bounded, so that no text takes more than linear time.
"""

import html
import re
from datetime import datetime
from typing import NamedTuple

from tasks.intake.decoding import decoded
from tasks.intake.mail import without_forwarding
from tasks.intake.redact import redact_text
from tasks.intake.signed_by import from_signature
from tasks.intake.simplified import simplified
from tasks.intake.text_addresses import find_address
from tasks.intake.text_places import place_of_text
from tasks.intake.text_principals import MAIN, principal_of_text
from tasks.intake.timestamps import find_time
from tasks.model.address import Address

TEXT_MAX = 4000  # characters of a message that an alert keeps
READ_MAX = 20_000  # characters of plain text that are read; a reminder has a few hundred, a whole mail some thousand

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_UNSEEN = r"(?:style|script|head|title)"
_HIDDEN = re.compile(rf"<{_UNSEEN}\b[^<>]{{0,300}}>[^<]{{0,20000}}</{_UNSEEN}>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|/td)\b[^<>]{0,300}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<!--[^<>]{0,300}-->|<!DOCTYPE[^<>]{0,300}>")
_LINK = re.compile(r"\]\(https?://[^\s)]{1,500}\)|https?://[^\s，。；、（）()<>\"'】]{1,500}")
_STARS = r"(?<![\d*])\*{1,20}|\*{1,20}(?![\d*])"  # between digits they hide some, as in 1000****0001
_MARKUP = re.compile(
    rf"{_STARS}|[`\u200b-\u200f\u2060\ufeff\u00ad]|^[ >|#-]{{1,8}} |^>{{1,8}}",
    re.MULTILINE,
)
_DEFANGED = re.compile(r"(?<=[0-9A-Fa-f])[\[({](?:(\.|dot)|:)[\])}](?=[0-9A-Fa-f])", re.IGNORECASE)
_INTO = re.compile(r"\b((?:log|sign)(?:ged|ed|ging|ing|s)? ?(?:in|on))to\b", re.IGNORECASE)
_PART = re.compile(r"\s{0,3}[(\[【][1-9]/[2-9][)\]】]\s{0,3}")  # of a long SMS: where it stands, the text was cut
_BLANKS = re.compile(r"[^\S\n]+")

_ACCOUNT = re.compile(
    r"(?<!子)(?<!子 )(?<!登[录陆])(?<!sub)(?<!sub[- ])(?<!login )"
    r"(?:账号|帐号|账户|帐户|account|uin) ?(?:ID|编号|uin|number)? ?(?:is )?】?[:=(]?\s{0,3}"
    r"(?:(?:ID|UIN) ?: ?)?([0-9]{5,20})(?![0-9*])",
    re.IGNORECASE,
)
_MAIN_ID = re.compile(r"(?<!\d)([0-9]{5,20}) ?\(主[账帐][号户]\)")
_ID_OF_A_SUB = re.compile(
    r"(?:子用户|子账号|子帐号|协作者|角色|sub-? ?user|sub-? ?account|collaborator)"
    r" ?[\"'“「]?[A-Za-z0-9][\w.@+-]{0,63}[\"'”」]?"
    r" ?\( ?(?:ID|UIN) ?[:=]? ?[0-9]{5,20}",
    re.IGNORECASE | re.ASCII,
)
"""The id of a sub-user beside the name; no account's."""
_NICKNAME = re.compile(r"(?:昵称|nick ?name) ?: ?[^,)\n。;]{0,64}", re.IGNORECASE)
_LAST_ZH = r"(?:上次|最近一次|最后一次|前次|历史|(?<![非不])常用)"
_LAST_EN = r"(?<!un)(?<!not )\b(?:last|previous|prior|usual|common|known)"
_ANOTHER = re.compile(
    rf"{_LAST_ZH}的? ?登[录陆入](?:时间|地点|地址|地|城市|位置|IP)?[^,;。\n)]{{0,80}}"
    rf"|(?:{_LAST_ZH}|通常|一般|平时|经常|平常|以往|此前)[在于从][^,;。\n)]{{0,80}}登[录陆入]"
    r"|\b(?:usually|normally|typically|often) (?:log|sign|access)[^;\n)]{0,80}?(?=[;\n)]|\. |$)"
    rf"|{_LAST_EN} (?:(?:successful|known|console) )?(?:log|sign)[- ]?in"
    r"(?: (?:time|location|place|city|ip|address))?s?[^;\n)]{0,80}?(?=[;\n)]|\. |$)",
    re.IGNORECASE,
)
"""Another login, told beside this one: what it names is not of this one."""

_METHOD = re.compile(
    r"(?:登[录陆入]方式|(?:log|sign)[- ]?in method|method) ?: ?([^\n,。;)|]{1,80}?)(?=\.\s|\.?$|[\n,。;)|])",
    re.IGNORECASE,
)


class TextFields(NamedTuple):
    """What a text names; None for what it does not say."""

    ip: Address | None
    time: datetime | None
    account: str | None
    principal: str | None
    place: str | None
    method: str | None


def fields_of_text(text: str, *, at: datetime | None = None) -> TextFields:
    """Read what free text names; nothing is guessed.

    A nickname is the account's, whoever acted: it is taken out, so that nothing in it is read as a fact. So is what is
    told of another login, such as the last one.

    Args:
        at: when it came; then a date without a year can be read.
    """
    plain = this_login(text)
    account = _only(_ACCOUNT, _ID_OF_A_SUB.sub(" ", plain)) or _only(_MAIN_ID, plain)
    principal = principal_of_text(plain)
    return TextFields(
        ip=find_address(plain),
        time=find_time(from_signature(plain), at=at) or find_time(plain, at=at),
        account=account,
        principal=MAIN if principal and principal == account else principal,
        place=place_of_text(plain),
        method=_first(_METHOD, plain),
    )


def this_login(text: str) -> str:
    """The text in plain characters, without links, the account's nickname, and what it tells of another login."""
    plain = _INTO.sub(r"\1 to", plain_text(text)[:READ_MAX])
    return _ANOTHER.sub(" ", _NICKNAME.sub(" ", _LINK.sub(" ", plain)))


def kept_text(text: str) -> str:
    """What an alert keeps of a text: its beginning, without passwords and codes."""
    return redact_text(text)[:TEXT_MAX]


def plain_text(text: str) -> str:
    """The text in ordinary width and simplified characters, without the marks of HTML, Markdown and mail."""
    mail = without_forwarding(decoded(text))
    plain = html.unescape(_TAG.sub(" ", _BREAK.sub("\n", _HIDDEN.sub(" ", mail)))).translate(_WIDE)
    plain = _DEFANGED.sub(lambda mark: "." if mark[1] else ":", plain)  # 203.0.113[.]7, so that nobody clicks on it
    return simplified(_BLANKS.sub(" ", _MARKUP.sub("", _PART.sub("", plain))))


def _only(pattern: re.Pattern[str], text: str) -> str | None:
    """What all matches agree on; several different ones are no answer."""
    found = {match[1].rstrip(".") for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1].strip().rstrip(".") or None if match else None
