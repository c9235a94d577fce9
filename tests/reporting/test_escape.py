"""What strangers wrote stays text in every format."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model.invisible import is_invisible
from tasks.reporting.escape import for_code, for_html, for_markdown, lines_of, visible
from tests.reporting.markup import Page, markdown_tokens
from tests.reporting.samples import HOSTILE_TEXT

PLAIN = {"paragraph_open", "paragraph_close", "inline", "text"}
FRAGMENTS = (
    *[
        "](",
        "![",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "`",
        "``",
        "```",
        "|",
        "\\",
        "*",
        "**",
        "_",
        "~~",
        "&lt;",
        "&#91;",
        "#",
        "-",
        "1.",
        "+",
        ">",
        "---",
        "===",
        "//",
        "{{",
        "{%",
        "<!--",
        "-->",
    ],
    *["<script>", "<img/src=x>"],
    *[
        "https://",
        "http://evil.example",
        "www.",
        "a@b.example",
        "javascript:",
        "[^1]",
        "[x]:http://e",
        "$$",
        ":",
        "!",
        "x",
        "名",
    ],
    *(" ", "    ", "- ", "1. ", "\n", "\r\n", "\t", "\u202e", "\x00", "\ud800"),
)
hostile = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS)).map("".join))
AUTOLINK = re.compile(r"(?i)https?://|ftp://|www\.[-.\w]|[-.\w+]+@[-\w]+(?:\.[-\w]+)+")
"""What GitHub-flavoured renderers search for in finished text."""


def shown(markdown: str) -> str:
    return "".join(token.content for token in markdown_tokens(markdown) if token.type == "text")


@given(hostile)
def test_markdown_of_any_text_is_one_paragraph_of_text(text: str) -> None:
    kinds = {token.type for token in markdown_tokens(for_markdown(text))}

    assert kinds <= PLAIN


@given(hostile)
def test_markdown_stays_text_at_the_start_of_a_list_item_and_in_a_cell(text: str) -> None:
    escaped = for_markdown(text)
    item = {token.type for token in markdown_tokens(f"- {escaped}\n")}
    rows = [t.type for t in markdown_tokens(f"| a | b |\n| --- | --- |\n| {escaped} | {escaped} |\n")]

    assert item <= PLAIN | {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    assert rows.count("td_open") == 2
    assert {"link_open", "image", "html_inline", "code_inline", "em_open", "s_open"}.isdisjoint(rows)


@given(hostile)
def test_markdown_leaves_nothing_that_a_renderer_turns_into_a_link(text: str) -> None:
    assert AUTOLINK.search(shown(for_markdown(text))) is None


SEEN = st.characters(exclude_categories=("C", "Z"), exclude_characters="@:.").filter(lambda one: not is_invisible(one))


@pytest.mark.parametrize("number", [0x00AD, 0x034F, 0x115F, 0x180B, 0x200D, 0x2800, 0x3164, 0xFE0F, 0xFFA0, 0xE0100])
def test_what_can_not_be_seen_is_shown_by_its_number(number: int) -> None:
    assert visible(f"Bob{chr(number)}") == f"Bob⟨U+{number:04X}⟩"


@given(st.text(alphabet=SEEN))
def test_markdown_shows_every_character_that_can_be_seen(text: str) -> None:
    assert shown(for_markdown(text)) == text


@given(hostile)
def test_html_of_any_text_has_no_element(text: str) -> None:
    page = Page(f'<p title="{for_html(text)}">{for_html(text)}</p>')

    assert page.tags == ["p"]
    assert [name for name, _ in page.attributes] == ["title"]
    assert "".join(page.text) == visible(text) == page.attributes[0][1]
    assert page.odd == []


@given(hostile)
def test_a_code_span_ends_where_we_end_it(text: str) -> None:
    code = for_code(f"x{text}x")
    tokens = [t for t in markdown_tokens(f"| a |\n| --- |\n| `{code}` |\n") if t.type in ("td_open", "code_inline")]

    assert [token.type for token in tokens] == ["td_open", "code_inline"]


@given(hostile)
def test_what_is_visible_is_one_line_that_can_be_stored(text: str) -> None:
    line = visible(text)

    assert all(character.isprintable() or character.isspace() for character in line)
    assert line.splitlines() in ([], [line])
    assert line.encode().decode() == line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\x1b[31mb", "a⟨U+001B⟩[31mb"),
        ("a\nb", "a ⏎ b"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("王五 alice", "王五 alice"),
    ],
)
def test_hidden_characters_are_shown_by_number(text: str, expected: str) -> None:
    assert visible(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1. first", "1\\. first"),
        ("own_login", "own_login"),
        ("_x_", "\\_x\\_"),
        ("https://evil.example", "https\\[:\\]//evil\\.example"),
        ("www.evil.example", "www\\[.\\]evil\\.example"),
        ("bob@evil.example", "bob\\[@\\]evil\\.example"),
        ("{{7*7}}", "\\{\\{7\\*7\\}\\}"),
        ("a|b", "a&#124;b"),
    ],
)
def test_markdown_is_escaped_no_more_than_needed(text: str, expected: str) -> None:
    assert for_markdown(text) == expected


def test_lines_keep_the_text_of_an_alert_apart() -> None:
    assert lines_of("a\r\n\r\n b \u2028c") == ("a", "b", "c")


def test_the_hostile_sample_holds_what_it_is_for() -> None:
    assert len(HOSTILE_TEXT) == 4000
    assert {"image", "html_block"} & {token.type for token in markdown_tokens(HOSTILE_TEXT)}
