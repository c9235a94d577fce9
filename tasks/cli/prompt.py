"""The question of a waiting run, asked in the terminal: the same form as in the UI."""

from collections.abc import Sequence
from typing import Any

from rich.markdown import Markdown

from tasks.cli.stdin import Lines
from tasks.cli.terminal import tell, terminal
from tasks.engine.binding import ABOUT
from tasks.engine.questions import Waiting
from tasks.model.person_name import compared

MAX_NAME = 80


def _enum(schema: dict[str, Any]) -> list[str]:
    return [str(value) for value in schema.get("enum", [])]


def _show(schema: dict[str, Any]) -> None:
    tell(schema.get("title", ""), style="bold")
    if schema.get("description"):
        tell(f"  {schema['description']}")
    for number, value in enumerate(_enum(schema), start=1):
        tell(f"  {number}) {value}")


def chosen(line: str, values: list[str]) -> str | None:
    """The value that a line names: by its word, its number, or its word as names are compared where that is one."""
    if line in values:
        return line
    if line.isascii() and line.isdigit() and 1 <= int(line) <= len(values):
        return values[int(line) - 1]
    return one_of(line, values)


def one_of(name: str, values: Sequence[str]) -> str | None:
    """The one value that is this name in another spelling."""
    alike = [value for value in values if compared(value) == compared(name)]
    return alike[0] if len(alike) == 1 else None


async def _one(schema: dict[str, Any], lines: Lines) -> str | None:
    """Ask for one field until the line is one of its values; None where the input ends."""
    values = _enum(schema)
    while (line := await lines.next()) is not None:
        value = chosen(line, values) if values else line[:MAX_NAME] or None
        if value is not None:
            return value
        tell("  ? " + (" | ".join(values) if values else "…"))
    return None


async def _several(schema: dict[str, Any], lines: Lines) -> list[str] | None:
    values = _enum(schema.get("items", {}))
    for number, value in enumerate(values, start=1):
        tell(f"  {number}) {value}")
    while (line := await lines.next()) is not None:
        picked = [chosen(part.strip(), values) for part in line.split(",")]
        if all(picked):
            return [value for value in picked if value]
        tell("  ? 1,2,…")
    return None


async def prompt(waiting: Waiting, lines: Lines) -> dict[str, Any] | None:
    """Ask for every required field of the form; None where the input ends."""
    tell()
    terminal().print(Markdown(waiting.description, hyperlinks=False), soft_wrap=False)
    properties: dict[str, dict[str, Any]] = waiting.form["properties"]
    form: dict[str, Any] = {}
    for name in (one for one in waiting.form.get("required", []) if one != ABOUT):
        _show(properties[name])
        form[name] = await _one(properties[name], lines)
        if form[name] is None:
            return None
    if form.get("decision") == "only_these":
        _show(properties["only"])
        form["only"] = await _several(properties["only"], lines)
        if form["only"] is None:
            return None
    return form
