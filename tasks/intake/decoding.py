"""Texts as they were before a sender coded them once more than it should."""

import base64
import binascii
import quopri
import re
from urllib.parse import unquote

from tasks.intake.body import printable

_QUOTED = re.compile(r"=[89A-F][0-9A-F]=[89A-F][0-9A-F]|=3D[\"']|=\r?\n[^\n]")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){6,4096}")
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{40,65536}={0,2}\s{0,8}")

_SEVERAL = 3
"""Codes in a text that show that it is coded: one or two may stand in any text by chance."""


def decoded(text: str) -> str:
    """A text as it was before it was coded; any other as it is.

    As quoted-printable (RFC 2045, 6.7), as part of an address (RFC 3986, 2.1), as a string of JSON (RFC 8259, 7) or as
    base64 (RFC 4648, 4).
    """
    whole = _from_base64(text) if _BASE64.fullmatch(text.strip()) else None
    text = whole or text
    if _PERCENT.search(text):
        text = unquote(text, errors="replace")
    if len(_ESCAPED.findall(text)) >= _SEVERAL:
        text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
    if len(_QUOTED.findall(text)) >= _SEVERAL - 1:
        text = quopri.decodestring(printable(text).encode()).decode("utf-8", "replace")
    return printable(text)


def _from_base64(text: str) -> str | None:
    """What it says, if it is text at all."""
    try:
        found = base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return found if found.replace("\n", "").replace("\r", "").replace("\t", "").isprintable() else None
