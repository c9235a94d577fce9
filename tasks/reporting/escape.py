"""Text of strangers, made harmless for the format that it is printed in."""

import html
import re
from functools import lru_cache

from tasks.model.invisible import is_invisible

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
MARK_ALWAYS = re.compile(r"[*\[\]{}~!$]")
"""Characters that can begin emphasis, a link, an image, a strike, a formula or a template."""
MARK_START = re.compile(r"^(?=[-+#=:().])|^(?P<digits>\d{1,9})(?=[.)](?:\s|$))")
"""What makes a list, a heading or a rule, though only at the start of a line."""
UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
NAME_DOT = re.compile(r"\.(?=[^\W\d_])")
"""A dot before a letter, as in a host's name, which a renderer with fuzzy links would make clickable."""
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\\": "&#92;", "`": "&#96;", "|": "&#124;"})
CODE_ENDS = str.maketrans({"`": "ˋ", "|": "∣", "<": "‹", ">": "›"})
SCHEME = re.compile(r":(?=//)")
WWW = re.compile(r"(?i)(?<=www)\.")
REMEMBERED = 8192
"""Characters of which it is remembered how they are shown: a report prints the same few thousand over and over."""
AT = re.compile(r"@(?=[\w-]*\.|$)")


def visible(text: str) -> str:
    """The text as one line, with every hidden character shown by its number."""
    return "".join(_shown(character) for character in LINE_BREAK.sub(" ⏎ ", text))


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text that are not blank, each still untrusted."""
    return tuple(line.strip() for line in LINE_BREAK.split(text) if line.strip())


def for_html(text: str) -> str:
    """Text for HTML, in an element or in a quoted attribute."""
    return html.escape(visible(text), quote=True)


def for_markdown(text: str) -> str:
    """Text for Markdown that stays text in every renderer: no link, image, HTML, table, list or autolink.

    Some renderers look for addresses in the finished text, where no escape helps; so these are written the way that
    incident reports do it: `https[:]//`, `www[.]`, `name[@]host`.
    """
    harmless = _defanged(" ".join(visible(text).split())).translate(ENTITIES)
    marked = MARK_ALWAYS.sub(lambda found: "\\" + found[0], harmless)
    named = NAME_DOT.sub(r"\\.", UNDERSCORE.sub(r"\\_", marked))
    return MARK_START.sub(lambda found: f"{found['digits'] or ''}\\", named, count=1)


def for_code(text: str) -> str:
    """Text for a Markdown code span, also in a table: look-alikes stand for what would end it."""
    return visible(text).translate(CODE_ENDS).strip()


def _defanged(text: str) -> str:
    return AT.sub("[@]", WWW.sub("[.]", SCHEME.sub("[:]", text)))


@lru_cache(maxsize=REMEMBERED)
def _shown(character: str) -> str:
    if character == "\t":
        return " "
    if is_invisible(character):
        return f"⟨U+{ord(character):04X}⟩"
    return character
