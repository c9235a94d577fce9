"""Commands around a login: who was where, and what was said of it."""

from typing import Annotated

import typer

from tasks.commands.options import LangOption

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

app = typer.Typer()


@app.command()
def messages(
    *,
    message: Annotated[str | None, typer.Argument(metavar="[ID]", help="none for the list")] = None,
    open_it: Annotated[bool, typer.Option("--open", help="answer it as an alert")] = False,
    done: Annotated[bool, typer.Option("--done", help="it is about nothing: mark it as handled")] = False,
    by: Annotated[str | None, typer.Option(help="who says so")] = None,
    field: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE that the text lacks; with --open")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="list handled ones, too")] = False,
    lang: LangOption = None,
) -> None:
    """未能读懂的消息：查看、按提醒处置、标为已处理。 Messages that nobody understood: look at, open, or finish them."""
    from tasks.cli.messages import asked

    raise typer.Exit(asked(message, opening=open_it, done=done, by=by, fields=field or (), handled=show_all, lang=lang))


@app.command()
def links(
    *, incident: Annotated[str, typer.Argument(help="id of the incident, or of its run")], lang: LangOption = None
) -> None:
    """显示签到链接，各给本人。 Show an incident's check-in links, each for its person."""
    from tasks.cli.links import show_links

    raise typer.Exit(show_links(incident, lang=lang))


@app.command()
def checkin(*, url: Annotated[str, typer.Argument(help="the check-in link, as you got it")]) -> None:
    """在这台电脑上签到。 Check in from this computer: show its address by a check-in link."""
    from tasks.cli.checkin import check_in

    raise typer.Exit(check_in(url))


@app.command()
def whereis(
    *,
    address: Annotated[str | None, typer.Argument(help="IPv4 or IPv6; without one, which libraries there are")] = None,
    said: Annotated[str, typer.Option(help="the place that the audit record has, to be heard too")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    lang: LangOption = None,
) -> None:
    """一个地址在哪里、属于什么网络，各库怎么说。 Where an address is and whose network, by every IP library."""
    from tasks.cli.whereis import show_libraries, show_whereabouts

    if address is None:
        raise typer.Exit(show_libraries(as_json=as_json, lang=lang))
    raise typer.Exit(show_whereabouts(address, said=said, as_json=as_json, lang=lang))
