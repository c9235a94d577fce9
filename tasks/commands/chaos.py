"""The command that breaks what it can."""

from pathlib import Path
from typing import Annotated

import typer

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

app = typer.Typer()


@app.command()
def chaos(
    *,
    incidents: Annotated[int, typer.Option(help="logins, of which each becomes one incident", min=1)] = 100,
    faults: Annotated[int | None, typer.Option(help="in all [three for ten incidents]", min=0)] = None,
    seed: Annotated[int, typer.Option(help="the same draws the same schedule")] = 1,
    database: Annotated[
        str, typer.Option(help="URL of a PostgreSQL for the ledger; `postgresql` starts one of its own [SQLite]")
    ] = "",
    keep: Annotated[Path | None, typer.Option(help="folder in which logs and ledgers stay in any case")] = None,
) -> None:
    """随机事件加随机故障，从外部核对：不丢、不重、不卡。 Random incidents under random faults, judged from outside."""
    from tasks.chaos.run import run_chaos

    count = faults if faults is not None else max(1, incidents * 3 // 10)
    raise typer.Exit(run_chaos(incidents=incidents, faults=count, seed=seed, database=database, keep=keep))
