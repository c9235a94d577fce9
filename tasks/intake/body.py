"""A message's bytes as JSON, form fields or text, whatever the sender calls them.

Templates of phones paste a message into JSON as it is: with its line feeds, tabs and quotes. What such JSON means is
not guessed, for a wrong guess loses half of the message: JSON that only has bare line feeds is read, any other broken
JSON is the text that it is, its marks taken away (issues 27, 37 and 71 of
bogkonstantin/android_income_sms_gateway_webhook, issue 21 of pppscn/SmsForwarder, read 2026-11-28).
"""

import json
import re
from typing import NoReturn
from urllib.parse import parse_qsl

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.broken_json import without_marks

DEPTH_MAX = 32  # levels of nesting; the deepest card of a robot has a dozen
FIELDS_MAX = 100  # of a form
CUT_MAX = 4  # bytes of the longest character of UTF-8, less the one that shows that it was cut, and none
WRAPPED_MAX = 3  # times that a body is JSON in a string of JSON

_FIELD = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
_ENCODED = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}=[^\s\"{}]{0,65536}%[0-9A-Fa-f]{2}[^\s\"{}]{0,65536}")
_LOOKS_LIKE_JSON = re.compile(r"\s{0,200}(?:\[\s{0,200})?\{\s{0,200}[\"'A-Za-z_}]")
_UNPRINTABLE = re.compile(r"[\x00\ud800-\udfff]")  # neither PostgreSQL nor UTF-8 can hold them
_OTHER_CHARSETS = {"gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030"}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def opened(body: bytes, content_type: str = "") -> JsonValue:
    """Return the message as JSON says it, a form's fields as an object, or its text.

    Args:
        body: the message as it came.
        content_type: what the sender calls it; believed only where the body does not show it.

    Raises:
        InputError: no text, or JSON that is nested too deeply.
    """
    text = as_text(body, content_type)
    found = json_of(text) if text.lstrip()[:1] in ("{", "[") else _unwrapped(text)
    if found is not None:
        return found
    if _LOOKS_LIKE_JSON.match(text):
        return printable(without_marks(text))
    is_form = "form-urlencoded" in content_type.lower() or _ENCODED.fullmatch(text.strip())
    return _form(text) or text if is_form else text


def as_text(body: bytes, content_type: str = "") -> str:
    """Return the message's text.

    Raises:
        InputError: it is empty or no text.
    """
    charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    text = _decoded(body, _OTHER_CHARSETS.get(charset, "utf-16" if body[:2] in _UTF16 else "utf-8-sig"))
    if not text.strip():
        raise InputError("body", "is empty; send the message")
    return printable(text)


def _decoded(body: bytes, charset: str) -> str:
    """The bytes as text: as they are called, without a character that was cut, or in phones' other encoding here."""
    ends = [len(body) - cut for cut in range(min(CUT_MAX, len(body)))]
    for one, end in [*((charset, end) for end in ends), ("gb18030", len(body))]:
        try:
            return body[:end].decode(one)
        except UnicodeDecodeError:
            continue
    raise InputError("body", "is not UTF-8 text; send it as UTF-8")


def json_of(text: str) -> JsonValue:
    """Return the object or list that a text spells in JSON, line feeds in its strings or not; None where it is none.

    Raises:
        InputError: it is nested too deeply.
    """
    found = _spelled(text)
    return _clean(found, 0) if isinstance(found, dict | list) else None


def printable(text: str) -> str:
    """The text without characters that can't be stored."""
    return _UNPRINTABLE.sub("\ufffd", text)


def _spelled(text: str) -> JsonValue:
    try:
        found: JsonValue = json.loads(text, strict=False, parse_constant=_no_number, parse_float=_finite)
    except RecursionError as exc:
        raise _too_deep() from exc
    except ValueError:
        return None
    return found


def _unwrapped(text: str) -> JsonValue:
    """What a string of JSON holds, as senders write it that encode twice; None for any other text."""
    for _ in range(WRAPPED_MAX):
        if text.lstrip()[:1] != '"':
            return None
        inner = _spelled(text)
        if not isinstance(inner, str) or not inner.strip():
            return None
        text = inner
        found = json_of(text) if text.lstrip()[:1] in ("{", "[") else None
        if found is not None:
            return found
    return None


def _form(text: str) -> dict[str, JsonValue]:
    """Fields of a form; none where the text only happens to be called so, as curl does."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}
    return {name: printable(value) for name, value in pairs} if all(_FIELD.fullmatch(name) for name, _ in pairs) else {}


def _clean(node: JsonValue, depth: int) -> JsonValue:
    """A JSON value without what can't be stored."""
    if isinstance(node, str):
        return printable(node)
    if not isinstance(node, dict | list):
        return node
    if depth >= DEPTH_MAX:
        raise _too_deep()
    if isinstance(node, dict):
        return {printable(key): _clean(value, depth + 1) for key, value in node.items()}
    return [_clean(value, depth + 1) for value in node]


def _too_deep() -> InputError:
    return InputError("body", f"is nested too deeply; send at most {DEPTH_MAX} levels")


def _no_number(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _finite(written: str) -> float:
    number = float(written)
    return number if abs(number) != float("inf") else _no_number(written)
