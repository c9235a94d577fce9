"""The strict templates: everything printed is escaped unless a template's own macro made it."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tasks.model.base import BEIJING, Lang, Sentence
from tasks.reporting.escape import for_code, for_html, for_markdown, lines_of, visible

Format = Literal["md", "html", "txt"]

ESCAPE = {"md": for_markdown, "html": for_html, "txt": visible}
LONGEST = 1500
"""Characters of one value that are printed; nobody writes longer ones honestly, and they are whole in record.json."""
LINE_ENDS = re.compile(r"[ \t]+\n")
BLANK_LINES = re.compile(r"\n{3,}")
LINK_SAFE = "/:?#@!$&,;=%+~.-_"
"""Characters of an address that no format reads as its end."""


def templates_folder() -> Path:
    """Where the templates are: beside this file in an installed wheel, else at the root of the checkout."""
    here = Path(__file__).resolve().parent.parent
    installed = here / "templates"
    return installed if installed.is_dir() else here.parent / "templates"


@cache
def environment(form: Format, lang: Lang) -> Environment:
    """The strict environment for one format and one language."""
    made = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: printed(value, form, lang),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals = {"lang": lang, "range": range, "s": lambda zh, en: own_words(zh if lang == "zh" else en, form)}
    made.filters |= {
        "t": lambda sentence: in_language(sentence, lang),
        "when": when,
        "lines": lines_of,
        "json": compact_json,
        "codespan": lambda text: Markup(for_code(cut(text, LONGEST))),  # noqa: S704 - for_code leaves nothing that ends the span
        "url": lambda address: Markup(safe_url(address)),  # noqa: S704 - safe_url leaves nothing to escape
        "sha256": lambda text: digest_for_csp(str(text)),
        "md": lambda text: Markup(for_markdown(text)),  # noqa: S704 - just escaped
        "cut": cut,
    }
    return made


def render(template: str, form: Format, lang: Lang, /, **context: object) -> str:
    """The template's text, without blanks at line ends and with one empty line at a time."""
    text = environment(form, lang).get_template(template).render(**context)
    return BLANK_LINES.sub("\n\n", LINE_ENDS.sub("\n", text)).strip() + "\n"


def printed(value: object, form: Format, lang: Lang) -> Markup:
    """What a template's expression prints: text, sentences and whole numbers, escaped; else the template is wrong.

    Raises:
        UndefinedError: for a name that is missing.
        TypeError: for None, a list or a value, whose Python form no reader wants to see.
    """
    if isinstance(value, Markup):
        return value
    if isinstance(value, Sentence):
        value = in_language(value, lang)
    if isinstance(value, StrictUndefined):
        value = str(value)  # raises, and names what is missing
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return Markup(ESCAPE[form](cut(str(value), LONGEST)))  # noqa: S704 - just escaped
    raise TypeError(f"a template prints {type(value).__name__}; only text, sentences and whole numbers")


def own_words(text: str, form: Format) -> Markup:
    """A template's own words: plain text that needs no escape but HTML's."""
    return escape(text) if form == "html" else Markup(text)  # noqa: S704 - written in a template, by us


def in_language(sentence: Sentence, lang: Lang) -> str:
    """The sentence in one language, not escaped."""
    return sentence.zh if lang == "zh" else sentence.en


def when(moment: datetime) -> str:
    """A time in China and in UTC, such as `2026-11-23 10:00:00 +08:00 (02:00:00 UTC)`."""
    try:
        here, utc = moment.astimezone(BEIJING), moment.astimezone(UTC)
    except OverflowError:  # an alert may name the last day of the year 9999
        return moment.isoformat()
    day = "" if here.date() == utc.date() else f"{utc:%Y-%m-%d} "
    return f"{here:%Y-%m-%d %H:%M:%S} +08:00 ({day}{utc:%H:%M:%S} UTC)"


def clock(moment: datetime) -> str:
    """A time of the day in China, such as `10:00 (UTC+8)`."""
    return f"{moment.astimezone(BEIJING):%H:%M} (UTC+8)"


def compact_json(value: Any) -> str:
    r"""JSON on one line, in which what ends code or a table's cell is written as `\u0060`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str)
    return re.sub(r"[`|<>&]", lambda found: f"\\u{ord(found[0]):04x}", visible(text))


def safe_url(address: str) -> str:
    """An http(s) address in which nothing can end a link; empty for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return quote(address, safe=LINK_SAFE).replace("&", "&amp;")


def digest_for_csp(text: str) -> str:
    """The hash by which a content security policy admits this style."""
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode()


def cut(text: str, most: int) -> str:
    """At most so many characters, with an ellipsis where some are missing."""
    return text if len(text) <= most else text[: most - 1] + "…"
