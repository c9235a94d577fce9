"""The texts inside what apps on phones and push services post: one or several, whole or in parts."""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from tasks.intake.body import json_of
from tasks.intake.chatbot_text import pairs
from tasks.intake.signed_by import Signature, signature_of

TEXTS = (
    # What the message alone is, before what a rule of the app adds to it (SmsForwarder's template variables).
    *("org_content", "desp", "content", "msg", "message", "text", "sms", "body", "markdown", "description"),
    *("smsbody", "sms_body", "messagebody", "message_body", "msgbody", "smscontent", "notification_text", "bigtext"),
    *(
        "notification",
        "data",
        "payload",
        "embeds",
        "attachments",
        "parts",
        "segments",
        "pdus",
        "fragments",
        "multipart",
        "messages",
        "result",
    ),
)
"""Names of the field that holds the text, the likeliest first, in small letters."""

TITLES = ("title", "subject", "notification_title", "text")

ABOUT = frozenset(
    {
        *("from", "sender", "phonenumber", "phone", "number", "to", "receiver", "owner", "user", "contact"),
        *("sim", "simslot", "slot", "card", "device", "deviceid", "app", "appname", "package", "version"),
        *("timestamp", "time", "date", "sentstamp", "receivedstamp", "receive_time", "receivedat", "sentat"),
        *("id", "msgid", "messageid", "webhookid", "event", "type", "topic", "group", "msgtype", "sign", "signature"),
        *("priority", "level", "sound", "icon", "url", "token"),
    }
)
"""Fields about the message; nothing of the message itself stands in them."""

PARTS = frozenset({"parts", "segments", "pdus", "fragments", "multipart"})
"""Names of fields that hold one message in parts."""

ORDER = ("part", "index", "seq", "partnumber", "part_number", "partindex", "seqno", "sequence", "order", "no")
PART_MIN, PART_MAX = 50, 160
"""Characters of a part that is not the last: 67 of Chinese or 153 of Latin script (3GPP TS 23.040, 9.2.3.24.1)."""

_STOPS = tuple("。！？.!?")
_SIGNED = tuple("【[")
_OPEN_MAX = 60  # characters in which a bracket that was opened is closed again
_OPEN = re.compile(rf"[(（][^()（）\n]{{0,{_OPEN_MAX}}}$")
_CLOSED = re.compile(rf"[^()（）\n]{{0,{_OPEN_MAX}}}[)）]")
_NUMBERED = re.compile(r"\s{0,3}[(\[（【](\d{1,2})/(\d{1,2})[)\]）】]\s{0,3}")
_NUMBERED_LAST = re.compile(r"\s{0,3}[(\[（](\d{1,2})/(\d{1,2})[)\]）]\s{0,3}$")
_LOGIN = re.compile(r"登[录陆入錄陸]|(?:log|sign)(?:ged|ed)?[- ]?(?:in|on)", re.IGNORECASE)
_BEGINS = re.compile(r"\s{0,3}(?:[您你尊亲]|dear\b|your\b|hi\b|hello\b|(?:动态)?验证码|\d{4,8}(?!\d))", re.IGNORECASE)
"""How a message of its own begins; what goes on behind a whole reminder may begin so, too, and loses nothing by it."""
_NUMBER_MAX = 12  # characters of such a number at the end of a part


def texts_of(node: JsonValue) -> tuple[str, ...]:
    """Each message's text; parts of one are put together, without anything between them."""
    whole: list[str] = []
    for text in _by_number(list(_texts(node))):
        if whole and _goes_on(whole[-1], text):
            whole[-1] += text
        else:
            whole.append(text)
    return tuple(whole)


def _by_number(texts: list[str]) -> list[str]:
    """Parts that number themselves, as `(1/2)`, put together in their order; where one is missing, all as they came."""
    numbered = [_number(text) for text in texts]
    parts = {number: text for number, of, text in numbered if number and of == len(texts)}
    whole = len(texts) > 1 and sorted(parts) == list(range(1, len(texts) + 1))
    return ["".join(parts[number] for number in sorted(parts))] if whole else texts


def _number(text: str) -> tuple[int, int, str]:
    """The number of a part, of how many, and the rest of it; zeros where it has none."""
    start = _NUMBERED.match(text)
    if start:
        return int(start[1]), int(start[2]), text[start.end() :]
    end = _NUMBERED_LAST.search(text, max(0, len(text) - _NUMBER_MAX))
    return (int(end[1]), int(end[2]), text[: end.start()]) if end else (0, 0, text)


def _goes_on(before: str, text: str) -> bool:
    """Whether a text goes on where the one before was cut: an operator's length, in a bracket, or before the verb."""
    last = before[-PART_MAX:]
    if last.rstrip().endswith(_STOPS) or text.lstrip().startswith(_SIGNED):
        return False
    if _LOGIN.search(before) and _BEGINS.match(text):
        return False
    if len(last) >= PART_MIN:
        return True
    in_brackets = _OPEN.search(last) is not None and _CLOSED.match(text) is not None
    return in_brackets or (signature_of(before) is Signature.CLOUD and not _LOGIN.search(before))


def _texts(node: JsonValue) -> Iterator[str]:
    if isinstance(node, str):
        inner = json_of(node) if node.lstrip()[:1] in ("{", "[") else None
        yield from ([node] if node.strip() else []) if inner is None else _texts(inner)
    elif isinstance(node, list):
        for item in sorted(node, key=_place):
            yield from _texts(item)
    elif isinstance(node, dict):
        yield from _of_fields(node)


def _of_fields(fields: Mapping[str, JsonValue]) -> Iterator[str]:
    """The first field that holds a text, under its title; where none has a known name, all that is not about it."""
    known = {name.lower(): value for name, value in fields.items()}
    if known and all(name.isdecimal() for name in known):  # {"1": …, "2": …}
        yield "".join(text for name in sorted(known, key=int) for text in _texts(known[name]))
        return
    found = next((texts for name in TEXTS if (texts := _named(name, known.get(name)))), [])
    title = next((text for name in TITLES if isinstance(text := known.get(name), str) and text.strip()), "")
    if not found:
        rest = pairs({name: value for name, value in fields.items() if name.lower() not in ABOUT})
        found, title = ([pairs(dict(fields))] if rest else []), ""
    if found and title and title not in found[0]:
        found[0] = f"{title}\n{found[0]}"
    yield from found


def _named(name: str, value: JsonValue) -> list[str]:
    """The texts of a field; one whose name says so holds parts of one message."""
    texts = list(_texts(value))
    return ["".join(_by_number(texts))] if texts and name in PARTS else texts


def _place(item: JsonValue) -> int:
    """Where a part stands, as the sender numbers it; those without a number stay in their order."""
    known = {name.lower(): value for name, value in item.items()} if isinstance(item, dict) else {}
    numbers = (str(known[name]) for name in ORDER if isinstance(known.get(name), int | str))
    return next((int(number) for number in numbers if re.fullmatch(r"[0-9]{1,4}", number)), 0)
