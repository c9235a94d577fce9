"""Real parsers, asked what a rendered text has become."""

from collections.abc import Iterator
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token


def flat(tokens: list[Token]) -> Iterator[Token]:
    """Every token, the inline ones too."""
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def markdown_tokens(text: str) -> list[Token]:
    """Tokens of the Markdown, with tables, strikes and raw HTML admitted, as the UI has them."""
    return list(flat(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)))


def words(text: str) -> str:
    """The text that a reader sees, without markup."""
    return " ".join(token.content for token in markdown_tokens(text) if token.type in ("text", "code_inline"))


class Page(HTMLParser):
    """Collects the elements, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.odd: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend((name, value or "") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def unknown_decl(self, data: str) -> None:
        self.odd.append(data)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)
