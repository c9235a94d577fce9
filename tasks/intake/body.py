"""A message's bytes as JSON, form fields or text, whatever the sender calls them."""

import json
import re
from typing import NoReturn
from urllib.parse import parse_qsl

from pydantic import JsonValue

from tasks.errors import InputError

DEPTH_MAX = 32  # levels of nesting; the deepest card of a robot has a dozen
FIELDS_MAX = 100  # of a form

_FIELD = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
_UNPRINTABLE = re.compile(r"[\x00\ud800-\udfff]")  # neither PostgreSQL nor UTF-8 can hold them
_OTHER_CHARSETS = {"gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030"}


def opened(body: bytes, content_type: str = "") -> JsonValue:
    """Return the message as JSON says it, a form's fields as an object, or its text.

    Args:
        body: the message as it came.
        content_type: what the sender calls it; believed only where the body does not show it.

    Raises:
        InputError: no text, JSON that is broken or nested too deeply, or a form with too many fields.
    """
    text = as_text(body, content_type)
    if text.lstrip()[:1] in ("{", "["):
        found = json_of(text)
        if found is not None:
            return found
    if "json" in content_type.lower():
        raise InputError("body", "is not JSON, though its Content-Type says so; send valid JSON")
    return _form(text) or text if "form-urlencoded" in content_type.lower() else text


def as_text(body: bytes, content_type: str = "") -> str:
    """Return the message's text.

    Raises:
        InputError: it is empty or no text.
    """
    charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    try:
        text = body.decode(_OTHER_CHARSETS.get(charset, "utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise InputError("body", "is not UTF-8 text; send it as UTF-8") from exc
    if not text.strip():
        raise InputError("body", "is empty; send the message")
    return printable(text)


def json_of(text: str) -> JsonValue:
    """Return the object or list that a text spells in JSON; None where it is none.

    Raises:
        InputError: it is nested too deeply.
    """
    try:
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except RecursionError as exc:
        raise _too_deep() from exc
    except ValueError:
        return None
    return _clean(found, 0) if isinstance(found, dict | list) else None


def printable(text: str) -> str:
    """The text without characters that can't be stored."""
    return _UNPRINTABLE.sub("\ufffd", text)


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
