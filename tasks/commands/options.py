"""Options and arguments that commands share."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tasks.errors import InputError
from tasks.model.base import Lang
from tasks.model.policy import Mode

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

if TYPE_CHECKING:
    from tasks.cli.options import Options

ModeOption = Annotated[Mode | None, typer.Option("--mode", help="observe | approve | auto")]
AnswersOption = Annotated[Path | None, typer.Option("--answers", help="YAML file of answers; see `schema answers`")]
RecordOption = Annotated[Path | None, typer.Option("--record", help="write the incident's record (JSON) to this file")]
LangOption = Annotated[Lang | None, typer.Option("--lang", help="zh | en")]
TimeoutOption = Annotated[float | None, typer.Option("--timeout", help="seconds to wait for people", min=0.001)]


def options_of(
    mode: Mode | None, answers: Path | None, record: Path | None, lang: Lang | None, timeout: float | None
) -> "Options":
    """What the commands that run an incident were told."""
    from tasks.cli.options import Options
    from tasks.cli.prepared_answers import load_answers

    given = load_answers(answers) if answers else None
    return Options(
        mode=mode, answers=given, record=record, lang=lang, timeout_s=timeout, stay=given is None and record is None
    )


def read_argument(name: str, argument: str, most: int = 1 << 20) -> bytes:
    """At most so many bytes of a file, or of standard input."""
    if name == "-":
        return sys.stdin.buffer.read(most)
    try:
        with Path(name).open("rb") as file:
            return file.read(most)
    except OSError as exc:
        raise InputError(
            argument, f"{name} can't be read ({exc.strerror}); name a file, or - for standard input"
        ) from exc
