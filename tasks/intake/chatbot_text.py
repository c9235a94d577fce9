"""The text inside the messages of chat robots: lines of text, of Markdown, of cards."""

from collections.abc import Callable, Iterator, Mapping

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.body import json_of, opened

READ = frozenset(
    {"title", "text", "content", "desc", "description", "value", "quote_text", "sub_title_text", "btnText"}
)
"""Fields that a reader sees; links, colours and keys are none of them."""

NAMED = "keyname"  # WeCom's rows of a card are name and value

TextOf = Callable[[Mapping[str, JsonValue]], str | None]


def message_of(body: bytes, content_type: str, road: str) -> dict[str, JsonValue] | str:
    """Open a robot's message; one that a template broke is its text.

    Raises:
        InputError: it is no JSON object.
    """
    found = opened(body, content_type)
    if isinstance(found, str) and body.lstrip()[:1] == b"{" and any(f'"{name}"'.encode() in body for name in READ):
        return found
    if not isinstance(found, dict):
        raise InputError(f"{road} body", "is no JSON object; send the message as the robot's own API takes it")
    return found


def lines(node: JsonValue) -> str:
    """All that a reader sees, in its order, one line each; a list of pieces in a list is one line."""
    return "\n".join(line for line in _lines(node) if line.strip())


def pairs(node: JsonValue) -> str:
    """All that an object of unknown shape says, `name: value`, a line each."""
    return "\n".join(_pairs(node, ""))


def _pairs(node: JsonValue, name: str) -> Iterator[str]:
    if isinstance(node, str) and node.lstrip()[:1] in ("{", "["):
        inner = json_of(node)
        node = node if inner is None else inner
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _pairs(value, key)
    elif isinstance(node, list):
        for item in node:
            yield from _pairs(item, name)
    elif node is not None and str(node).strip():
        yield f"{name}: {node}" if name else str(node)


def _lines(node: JsonValue) -> Iterator[str]:
    if isinstance(node, str):
        inner = json_of(node) if node.lstrip()[:1] in ("{", "[") else None
        yield from [node] if inner is None else _lines(inner)
    elif isinstance(node, list):
        yield from ("".join(_lines(item)) if isinstance(item, list) else "\n".join(_lines(item)) for item in node)
    elif isinstance(node, dict):
        yield from _fields(node)


def _fields(node: dict[str, JsonValue]) -> Iterator[str]:
    """A card's fields: what is shown as it stands, what holds other parts from the inside."""
    name = node.get(NAMED)
    if isinstance(name, str) and isinstance(node.get("value"), str):
        yield f"{name}: {node['value']}"
        return
    for key, value in node.items():
        if key in READ or isinstance(value, dict | list):
            yield from _lines(value)
