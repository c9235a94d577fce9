"""Messages out of what senders wrote: texts, and events with fields of any kind made fit, without secrets."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.redact import redact
from tasks.model.address import parse_address
from tasks.model.base import Sentence
from tasks.model.message import Message, NotUnderstood, SomethingElse, Told, Topic

LINE_MAX = 500  # characters, as the model allows
UIN_DIGITS = range(5, 21)
NO_NAME = frozenset({"", "-", "0", "none", "null", "unknown"})
EMPTY = NotUnderstood(why=Sentence(zh="消息里没有可读的文字。", en="There is no text in it that a person could read."))
PICTURE = SomethingElse(reason=Topic.NO_TEXT)
_WRONG = (
    ("is empty", "是空的"),
    ("is not JSON", "自称 JSON，实则不是"),
    ("is not UTF-8", "不是 UTF-8 文本"),
    ("is nested too deeply", "嵌套过深"),
    ("is missing", "缺失"),
    ("is no JSON object", "不是 JSON 对象"),
    ("has more than", "条数过多"),
    ("names more than", "条数过多"),
    ("names no message", "没有正文"),
)
"""What the errors of roads begin with, in Chinese; of another one its own words are told."""


def text_message(text: str, *, source: str, at: datetime) -> tuple[Told, ...]:
    """A text that may be about anything, as a message; an empty one is none that anybody understands."""
    if not text.strip():
        return (EMPTY,)
    return (Message(kind="text", text=text, source=source, at=at),)


def not_understood(exc: InputError) -> NotUnderstood:
    """What is no message of its road, as what nobody understands; the error's words name the field and the mend."""
    zh = next((words for begins, words in _WRONG if exc.mend.startswith(begins)), f"（{exc.mend}）")
    return NotUnderstood(
        why=Sentence(zh=f"不是这条接入方式应有的消息：{exc.field} {zh}。", en=f"It is no message of this road: {exc}.")
    )


def event_of(
    message: JsonValue,
    *,
    kind: Literal["record", "alarm"],
    event: str,
    source: str,
    at: datetime,
    ip: JsonValue = None,
    event_at: datetime | None = None,
    account: JsonValue = None,
    principal: JsonValue = None,
    event_id: JsonValue = None,
) -> Message:
    """Make a message of an event that a machine reports; a field that is not what it should be stays None."""
    written = parse_address(line(ip))
    return Message(
        kind=kind,
        event=event[:LINE_MAX],
        ip=str(written) if written else None,
        event_at=event_at,
        account=uin(account),
        principal=line(principal) if line(principal).lower() not in NO_NAME else None,
        event_id=line(event_id) if line(event_id).lower() not in NO_NAME else None,
        source=source,
        text=f"{event or kind} reported by {source}: {text_of(message)}",
        at=at,
    )


def text_of(message: JsonValue) -> str:
    """The message in one line, without its secrets."""
    masked = redact(message)
    return masked if isinstance(masked, str) else json.dumps(masked, ensure_ascii=False)


def line(value: JsonValue) -> str:
    """A name or a number as text of one line; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    written = str(value) if isinstance(value, str) or abs(value) < 10**UIN_DIGITS.stop else ""
    return " ".join(written[: LINE_MAX * 2].split())[:LINE_MAX]


def uin(value: JsonValue) -> str | None:
    """An account's id; None for what is none."""
    written = line(value)
    fits = written.isascii() and written.isdecimal() and len(written) in UIN_DIGITS and written.strip("0")
    return written if fits else None


def first(message: Mapping[str, JsonValue], *names: str) -> JsonValue:
    """The first of these fields that says something."""
    return next((message[name] for name in names if message.get(name) not in (None, "", [], {})), None)
