"""Commands about journeys."""

from typing import Annotated

import typer

from tasks.commands.options import LangOption

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

app = typer.Typer(help="报备行程。 Journeys that people announce before they go.", no_args_is_help=True)


@app.command("add")
def travel_add(
    *,
    who: Annotated[str, typer.Argument(help="user name or uin, or the declared person's name")],
    place: Annotated[str, typer.Argument(help="such as 新加坡, 江苏省 or Singapore")],
    until: Annotated[str, typer.Option(help="2026-11-27, or with a time; UTC+8 where no zone is given")],
    since: Annotated[str | None, typer.Option(help="the same; without it, now")] = None,
    by: Annotated[str, typer.Option(help="who announces it")],
    why: Annotated[str, typer.Option(help="for whoever reads it beside a login")] = "",
    lang: LangOption = None,
) -> None:
    """报备一次行程；登录之后才报备的不作为依据。 Announce a journey; after a login it explains nothing of it."""
    from tasks.cli.travel import add_journey

    raise typer.Exit(add_journey(who, place, since=since, until=until, by=by, why=why, lang=lang))


@app.command("list")
def travel_list(
    *, every: Annotated[bool, typer.Option("--all", help="also those that are over")] = False, lang: LangOption = None
) -> None:
    """列出行程。 List the journeys that are on or to come, of the ledger and of the policy file."""
    from tasks.cli.travel import list_journeys

    raise typer.Exit(list_journeys(every=every, lang=lang))


@app.command("end")
def travel_end(
    *,
    journey: Annotated[str, typer.Argument(metavar="ID", help="see `runbooks travel list`")],
    by: Annotated[str, typer.Option(help="who ends it")],
    lang: LangOption = None,
) -> None:
    """提前结束一次行程。 Say that a journey is over from now on."""
    from tasks.cli.travel import end_journey

    raise typer.Exit(end_journey(journey, by=by, lang=lang))
