"""The command line: `runbooks`."""

import os
import sys
from collections.abc import Callable
from importlib.metadata import version as installed_version
from typing import Annotated, Any

import typer

from tasks.commands import around_a_login, bench, chaos, incidents, records, service, setup, travel
from tasks.errors import InputError, RunbookError

DEFECT, BAD_INPUT = 1, 2
UsageError: Any = typer.BadParameter.__base__  # the parent of all that is wrong with a call has no public name
QUIET_PREFECT = {"PREFECT_LOGGING_LEVEL": "INFO", "PREFECT_CLI_COLORS": "false", "DO_NOT_TRACK": "1"}

app = typer.Typer(
    name="runbooks",
    help="腾讯云事件响应手册 · Incident-response runbooks for Tencent Cloud.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
for group in (incidents, records, around_a_login, service, setup, chaos):
    app.add_typer(group.app)
app.add_typer(bench.app, name="bench")
app.add_typer(travel.app, name="travel")


def _version(show: bool) -> None:  # noqa: FBT001 - the shape of a Typer callback
    if show:
        sys.stdout.write(f"runbooks {installed_version('tencent-runbooks')}\n")
        raise typer.Exit


@app.callback()
def _root(
    *, _show: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="show it")] = False
) -> None:
    """Incident-response runbooks for Tencent Cloud."""
    os.environ.update({name: os.environ.get(name, value) for name, value in QUIET_PREFECT.items()})


def _said(problem: str) -> int:
    sys.stderr.write(f"runbooks: {problem}\n")
    return BAD_INPUT


def _misused(message: str) -> int:
    """Say what is wrong with the call; a command that needs another one gives its whole help."""
    if "\n" in message:
        sys.stderr.write(f"{message}\n")
        return BAD_INPUT
    return _said(f"{message.replace('Value error, ', '')} See --help.")


def _exit_with(run: Callable[[], int | None]) -> int:
    """Run, and turn our errors, and those of the call itself, into one sentence and an exit status."""
    try:
        return run() or 0
    except InputError as exc:
        return _said(str(exc))
    except RunbookError as exc:
        _said(str(exc))
        return DEFECT
    except UsageError as exc:
        return _misused(exc.format_message())


def main() -> None:
    """Run the command line."""
    words = sys.argv[1:] or ["--help"]
    sys.exit(_exit_with(lambda: app(words, standalone_mode=False)))


if __name__ == "__main__":
    main()
