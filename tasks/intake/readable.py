"""A body as text that a person can read and that may be kept: whatever its bytes are, its secrets are out."""

import codecs
import html
import json
import re
from urllib.parse import unquote

from tasks.errors import InputError
from tasks.intake.body import opened, printable
from tasks.intake.redact import redact, redact_text

MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}
CHARSETS = ("utf-8", "gb18030")
"""What senders in China write in, where they do not say; the first that fits."""

_CODED = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPED = re.compile(r"\\{1,16}u([0-9A-Fa-f]{4})")


def readable(body: bytes, content_type: str = "") -> str:
    """Return the body as text without its secrets.

    A code that hides a text from its reader would hide it from the masking, too: it is undone first.
    """
    try:
        found = None if b"\0" in body else opened(body, content_type)
    except InputError:
        found = None
    if not isinstance(found, dict | list):
        return redact_text(_plain(_decoded(body)))
    written = json.dumps(redact(found), ensure_ascii=False)
    plain = _plain(written)
    seen = redact_text(plain)
    return written if seen == plain else seen


def _decoded(body: bytes) -> str:
    """The text in whatever it is written; what fits nothing shows as U+FFFD."""
    marked = next((name for mark, name in MARKS.items() if body.startswith(mark)), None)
    for charset in (marked,) if marked else CHARSETS:
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            continue
    return body.decode("utf-8", errors="replace")


def _plain(text: str) -> str:
    """The text without the codes of forms, of HTML and of JSON; without the zeros of UTF-16, too."""
    unquoted = unquote(text, errors="replace") if _CODED.search(text) else text
    unescaped = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), unquoted)
    return printable(html.unescape(unescaped).replace("\0", ""))
