"""The text of JSON that is broken: each field a line, nothing lost.

Bounded like all that strangers write: each pattern looks at a character a fixed number of times.
"""

import re

_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|([^u]))")
_MEANT = {"n": "\n", "r": "\n", "t": " ", "b": "", "f": ""}
_BETWEEN = re.compile(r"[\"']\s{0,20},\s{0,20}[\"'](?=[\w.\[\]%$ -]{1,64}[\"']\s{0,20}:)")
_NEXT = re.compile(r"(?<=[\d}\]el]),\s{0,20}[\"'](?=[\w.\[\]%$ -]{1,64}[\"']\s{0,20}:)")
_KEY = re.compile(r"^[\"']?([\w.\[\]%$ -]{1,64})[\"']\s{0,20}:\s{0,20}[\[{]{0,3}[\"']?", re.MULTILINE)
_OPENING = re.compile(r"[{\[]\s{0,20}[\"'](?=[\w.\[\]%$ -]{1,64}[\"']\s{0,20}:)")
_ENDS = re.compile(r"^[\s{\[]{1,40}|[\"'\s]?[\s}\],]{1,40}$")


SAID = frozenset({"org_content", "content", "text", "msg", "message", "body", "sms", "desp", "title"})
"""Names that say no more than that something is said."""


def without_marks(text: str) -> str:
    """The text of broken JSON: `name: value`, a line each, or the value alone; quotes inside of a value stay."""
    lines = _OPENING.sub("\n", _ENDS.sub("", text))
    lines = _NEXT.sub("\n", _BETWEEN.sub("\n", lines))
    lines = _KEY.sub(_name, lines)
    return _ESCAPED.sub(_meaning, lines).strip()


def _name(key: re.Match[str]) -> str:
    return "" if key[1].strip().lower() in SAID else f"{key[1]}: "


def _meaning(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return _MEANT.get(escape[2], escape[2])
