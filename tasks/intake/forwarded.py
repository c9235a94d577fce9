"""The texts inside what apps on phones and push services post: one or several, whole or in parts."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from tasks.intake.body import json_of
from tasks.intake.chatbot_text import pairs

TEXTS = (
    # What the message alone is, before what a rule of the app adds to it (SmsForwarder's template variables).
    *("org_content", "desp", "content", "msg", "message", "text", "sms", "body", "markdown", "description"),
    *("smsbody", "sms_body", "messagebody", "message_body", "msgbody", "smscontent", "notification_text", "bigtext"),
    *("notification", "data", "payload", "embeds", "attachments", "parts", "segments", "messages", "result"),
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

ORDER = ("part", "index", "seq")
PART_MIN, PART_MAX = 50, 160
"""Characters of a part that is not the last: 67 of Chinese or 153 of Latin script (3GPP TS 23.040, 9.2.3.24.1)."""

_STOPS = tuple("。！？.!?")
_SIGNED = tuple("【[")


def texts_of(node: JsonValue) -> tuple[str, ...]:
    """Each message's text; parts of one are put together."""
    whole: list[str] = []
    for text in _texts(node):
        if whole and _goes_on(whole[-1], text):
            whole[-1] += text
        else:
            whole.append(text)
    return tuple(whole)


def _goes_on(before: str, text: str) -> bool:
    """Whether a text goes on where the one before was cut."""
    last = before[-PART_MAX:]
    cut = len(last) >= PART_MIN and not last.rstrip().endswith(_STOPS)
    return cut and not text.lstrip().startswith(_SIGNED)


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
    found = next((texts for name in TEXTS if (texts := list(_texts(known.get(name))))), [])
    title = next((text for name in TITLES if isinstance(text := known.get(name), str) and text.strip()), "")
    if not found:
        rest = pairs({name: value for name, value in fields.items() if name.lower() not in ABOUT})
        found, title = ([pairs(dict(fields))] if rest else []), ""
    if found and title and title not in found[0]:
        found[0] = f"{title}\n{found[0]}"
    yield from found


def _place(item: JsonValue) -> int:
    """Where a part stands, as the sender numbers it; those without a number stay in their order."""
    numbers = (item.get(name) for name in ORDER) if isinstance(item, dict) else ()
    return next((number for number in numbers if isinstance(number, int)), 0)
