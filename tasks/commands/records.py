"""Commands that look at what an incident left."""

from pathlib import Path
from typing import Annotated

import typer

from tasks.commands.options import LangOption, read_argument

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

app = typer.Typer()

FIXTURE_BYTES = 64 << 20  # 90 days of logins and a long trail are a few megabytes


@app.command()
def explain(
    *, incident: Annotated[str, typer.Argument(help="id of the incident, or of its run")], lang: LangOption = None
) -> None:
    """说明为什么这样判定：每个问题的正反依据。 Explain a decision: what spoke for and against each answer."""
    from tasks.cli.explain import explain_incident

    raise typer.Exit(explain_incident(incident, lang=lang))


@app.command()
def export(
    *,
    incident: Annotated[str, typer.Argument(help="id of the incident, or of its run")],
    fixture: Annotated[bool, typer.Option("--fixture", help="only what `replay` decides it again by")] = False,
    archive: Annotated[bool, typer.Option("--archive", help="all of it in one signed file, for `verify`")] = False,
    to: Annotated[Path | None, typer.Option("--to", help="a file, instead of standard output")] = None,
) -> None:
    """导出事件记录，或可离线重放的判定依据。 Export an incident's record, or what it was decided by."""
    from tasks.cli.archive import archive_incident
    from tasks.cli.export import export_incident

    if archive:
        raise typer.Exit(archive_incident(incident, fixture=fixture, to=to))
    raise typer.Exit(export_incident(incident, fixture=fixture, to=to))


@app.command()
def replay(*, file: Annotated[str, typer.Argument(help="a fixture of `export --fixture`, or -")]) -> None:
    """离线重放判定：结果应与当时一致。 Decide a fixture again, offline: the same has to come out."""
    from tasks.cli.export import replay_fixture

    raise typer.Exit(replay_fixture(read_argument(file, "FILE", FIXTURE_BYTES)))


@app.command()
def verify(
    *,
    what: Annotated[
        str | None, typer.Argument(metavar="[INCIDENT|ARCHIVE]", help="id, or file of `export --archive`; none for all")
    ] = None,
    anchor: Annotated[
        list[Path] | None, typer.Option("--anchor", help="log or file with signed heads, kept elsewhere")
    ] = None,
    key: Annotated[list[Path] | None, typer.Option("--key", help="public key (.pub) that you know")] = None,
    lang: LangOption = None,
) -> None:
    """离线核对时间线、签名与证据是否被改动。 See offline whether what was written down is untouched."""
    from tasks.cli.verify import verify_all, verify_one

    known = (tuple(anchor or ()), tuple(key or ()))
    raise typer.Exit(verify_one(what, *known, lang=lang) if what else verify_all(*known, lang=lang))
