"""Commands that answer an incident."""

from typing import Annotated

import typer

from tasks.commands.flow import flow_of
from tasks.commands.options import (
    AnswersOption,
    LangOption,
    ModeOption,
    RecordOption,
    TimeoutOption,
    options_of,
    read_argument,
)

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

app = typer.Typer()


@app.command()
def drill(
    *,
    scenario: Annotated[str, typer.Argument(help="see --list")] = "stolen-sub-account",
    show_list: Annotated[bool, typer.Option("--list", help="list the scenarios")] = False,
    mode: ModeOption = "approve",
    answers: AnswersOption = None,
    record: RecordOption = None,
    lang: LangOption = None,
    timeout: TimeoutOption = None,
) -> None:
    """演练：沙箱云 + 内置 Prefect，从提醒到报告。 A drill from alert to report, against a sandbox."""
    from tasks.cli.drill import check_scenario, list_scenarios
    from tasks.cli.drill import drill as run_drill

    if show_list:
        list_scenarios(lang)
        return
    check_scenario(scenario)
    raise typer.Exit(run_drill(flow_of, scenario, options_of(mode, answers, record, lang, timeout)))


@app.command()
def respond(
    *,
    alert: Annotated[str, typer.Argument(help="file with the alert (JSON, or the text as it came), or -")],
    mode: ModeOption = None,
    answers: AnswersOption = None,
    record: RecordOption = None,
    lang: LangOption = None,
    timeout: TimeoutOption = None,
    again: Annotated[bool, typer.Option("--again", help="even if it has an incident already")] = False,
) -> None:
    """处置一条提醒，针对已配置的账号。 Answer one alert now, against the configured account."""
    from tasks.cli.respond import run_incident
    from tasks.cloud.client import connect
    from tasks.config.policy_file import load_policy
    from tasks.config.settings import settings
    from tasks.intake.alerts import stated
    from tasks.lookup.ip_libraries import libraries
    from tasks.runbooks.registry import recognisers

    reported = stated(read_argument(alert, "ALERT"), recognisers())
    load_policy(settings().policy)
    libraries()
    connect(endpoint=settings().endpoint, site=settings().site)
    options = options_of(mode, answers, record, lang, timeout).model_copy(update={"again": again})
    raise typer.Exit(run_incident(flow_of(reported.runbook), reported.alert.model_dump_json(), options))


@app.command()
def answer(
    *,
    run: Annotated[str, typer.Argument(help="id of the run, or of the incident")],
    answers: AnswersOption = None,
    record: RecordOption = None,
    lang: LangOption = None,
    timeout: TimeoutOption = None,
) -> None:
    """回答正在等待的运行；没有进程在跑时由本进程接着跑。 Answer a waiting run; go on with it if nobody does."""
    from tasks.cli.answer import answer_run

    raise typer.Exit(answer_run(flow_of, run, options_of(None, answers, record, lang, timeout)))


@app.command()
def undo(
    *,
    incident: Annotated[str, typer.Argument(help="id of the incident, or of its run")],
    action: Annotated[list[str] | None, typer.Argument(help="kind:target; none for all of the suspect's own")] = None,
    by: Annotated[str | None, typer.Option(help="who decides on it: an approver")] = None,
    show: Annotated[bool, typer.Option("--show", help="only show what would be undone, and its hash")] = False,
    plan: Annotated[str | None, typer.Option(help="the hash of what was shown; asked for in a terminal")] = None,
    lang: LangOption = None,
) -> None:
    """撤销一次处置，恢复到处置前保存的状态。 Undo a containment, back to the state that was saved before it."""
    from tasks.cli.undo import show_undoing, undo_incident

    names = tuple(action or ())
    if show:
        raise typer.Exit(show_undoing(incident, names, lang=lang))
    raise typer.Exit(undo_incident(incident, names, by=by, plan=plan, lang=lang))


@app.command()
def split(
    *,
    incident: Annotated[str, typer.Argument(help="id of the incident, or of its run")],
    alert: Annotated[str | None, typer.Argument(help="id of the report to take out; none to list them")] = None,
    by: Annotated[str | None, typer.Option(help="who says that it is about something else")] = None,
    lang: LangOption = None,
) -> None:
    """把误并入的提醒拆出来，另立事件。 Take a report out that joined an incident wrongly, into one of its own."""
    from tasks.cli.split import split_incident

    raise typer.Exit(split_incident(incident, alert, by=by, lang=lang))
