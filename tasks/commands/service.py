"""Commands that serve, and what they serve with."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tasks.commands.flow import WATCHERS, flow_of
from tasks.errors import InputError

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

app = typer.Typer()


@app.command()
def serve() -> None:
    """长驻：接收提醒，就地处置，直到收到 SIGTERM。 Take alerts in and answer them, until told to end."""
    from tasks.cli.serve import serve as run_serve
    from tasks.runbooks.registry import runbook_names

    run_serve({name: flow_of(name) for name in (*runbook_names(), *WATCHERS)})


@app.command()
def ui() -> None:
    """打开内置 Prefect 界面，查看以往的运行。 Serve the embedded Prefect UI, to review runs."""
    from tasks.cli.ui import serve_ui

    serve_ui()


@app.command()
def sandbox(
    *,
    scenario: Annotated[str, typer.Argument(help="see `runbooks drill --list`")] = "stolen-sub-account",
    port: Annotated[int, typer.Option(help="0 = any free one", min=0, max=65535)] = 0,
    latency: Annotated[float, typer.Option(help="seconds that every call takes", min=0)] = 0.0,
    state: Annotated[Path | None, typer.Option(help="file that keeps the sandbox's state")] = None,
) -> None:
    """只运行沙箱云 API。 Run the sandbox alone; prints its address, credentials and alert."""
    from tasks.cli.drill import check_scenario
    from tasks.cli.sandbox import run_sandbox

    run_sandbox(check_scenario(scenario), port=port, latency_s=latency, state_file=state)


@app.command()
def schema(shape: Annotated[str, typer.Argument(help="alert | answers | record")]) -> None:
    """打印 JSON Schema。 Print the JSON Schema of a published shape."""
    from tasks.cli.schema import Shape, schema_of

    if shape not in list(Shape):
        raise InputError("SHAPE", f"{shape!r} is none; choose alert, answers or record")
    sys.stdout.write(schema_of(Shape(shape)) + "\n")
