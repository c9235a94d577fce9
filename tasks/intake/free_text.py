"""What can be read out of an SMS, a mail or a chat message.

Strangers write these texts: every pattern is bounded, so that no text takes more than linear time.
"""

import html
import re
from datetime import datetime
from typing import NamedTuple

from tasks.intake.redact import redact_text
from tasks.intake.text_addresses import find_address
from tasks.intake.timestamps import find_time
from tasks.model.address import Address

TEXT_MAX = 4000  # characters of a message that an alert keeps

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_MARKUP = re.compile(r"[*`\u200b-\u200d\u2060\ufeff]|^[ >#-]{1,8} ", re.MULTILINE)
_BLANKS = re.compile(r"[^\S\n]+")

_ACCOUNT = re.compile(
    r"(?<!子)(?<!子 )(?<!登[录陆])(?<!sub)(?<!sub[- ])(?<!login )"
    r"(?:账号|帐号|账户|account|uin) ?(?:ID|编号|uin|number)? ?(?:is )?[:(]? ?"
    r"(?:(?:ID|UIN) ?: ?)?([0-9]{5,20})(?![0-9])",
    re.IGNORECASE,
)
_NICKNAME = re.compile(r"(?:昵称|nick ?name) ?: ?[^,)\n。;]{0,64}", re.IGNORECASE)
_PRINCIPAL = re.compile(
    r"(?:子用户|子账号|子帐号|协作者|用户名|登录用户|登录账号"
    r"|sub-? ?user|sub-? ?account|user ?name|principal|(?:^|[\n,;.(|]) ?(?:user|用户))"
    r" ?(?:名称|名|name|ID|UIN)?"
    r" ?(?:(?:is|为|是)? ?[:：] ?[\"'“「]?|[(\"'“「])([^\s,。;()\"'”」<>|]{1,64})",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:登[录陆]地点|登[录陆]地|登[录陆]城市|归属地|地点|location|place|city) ?: ?"
    r"([^\n,。;)|]{1,80}?)(?=\.\s|\.?$|[\n,。;)|])",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"(?:登[录陆]方式|(?:log|sign)[- ]?in method|method) ?: ?([^\n,。;)|]{1,80}?)(?=\.\s|\.?$|[\n,。;)|])",
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

    A nickname is the account's, whoever acted: it is taken out, so that nothing in it is read as a fact.

    Args:
        at: when it came; then a date without a year can be read.
    """
    plain = _NICKNAME.sub(" ", plain_text(text))
    return TextFields(
        ip=find_address(plain),
        time=find_time(plain, at=at),
        account=_only(_ACCOUNT, plain),
        principal=_only(_PRINCIPAL, plain),
        place=_first(_PLACE, plain),
        method=_first(_METHOD, plain),
    )


def kept_text(text: str) -> str:
    """What an alert keeps of a text: its beginning, without passwords and codes."""
    return redact_text(text)[:TEXT_MAX]


def plain_text(text: str) -> str:
    """The text in ordinary width, without the marks of HTML and Markdown."""
    plain = html.unescape(_TAG.sub(" ", text)).translate(_WIDE)
    return _BLANKS.sub(" ", _MARKUP.sub("", plain))


def _only(pattern: re.Pattern[str], text: str) -> str | None:
    """What all matches agree on; several different ones are no answer."""
    found = {match[1].rstrip(".") for match in pattern.finditer(text)} - {""}
    return found.pop() if len(found) == 1 else None


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1].strip().rstrip(".") or None if match else None
