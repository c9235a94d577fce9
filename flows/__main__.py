"""The command line: `runbooks`."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tasks.errors import InputError, RunbookError
from tasks.model.base import Lang
from tasks.model.policy import Mode

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

if TYPE_CHECKING:
    from prefect import Flow

    from tasks.cli.options import Options

DEFECT, BAD_INPUT = 1, 2
FIXTURE_BYTES = 64 << 20  # 90 days of logins and a long trail are a few megabytes
WATCHERS = ("watch_logins",)
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

bench_app = typer.Typer(help="测速。 Measurements: they print figures, and judge nothing.", no_args_is_help=True)
app.add_typer(bench_app, name="bench")
travel_app = typer.Typer(help="报备行程。 Journeys that people announce before they go.", no_args_is_help=True)
app.add_typer(travel_app, name="travel")

ModeOption = Annotated[Mode | None, typer.Option("--mode", help="observe | approve | auto")]
AnswersOption = Annotated[Path | None, typer.Option("--answers", help="YAML file of answers; see `schema answers`")]
RecordOption = Annotated[Path | None, typer.Option("--record", help="write the incident's record (JSON) to this file")]
LangOption = Annotated[Lang | None, typer.Option("--lang", help="zh | en")]
TimeoutOption = Annotated[float | None, typer.Option("--timeout", help="seconds to wait for people", min=0.001)]


def flow_of(name: str) -> "Flow[..., Any]":
    """The flow of a runbook or watcher, loaded when it is needed; file and function have its name."""
    flow: Flow[..., Any] = getattr(import_module(f"flows.{name}"), name)
    return flow


def _options(
    mode: Mode | None, answers: Path | None, record: Path | None, lang: Lang | None, timeout: float | None
) -> "Options":
    from tasks.cli.options import Options
    from tasks.cli.prepared_answers import load_answers

    given = load_answers(answers) if answers else None
    return Options(
        mode=mode, answers=given, record=record, lang=lang, timeout_s=timeout, stay=given is None and record is None
    )


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
    raise typer.Exit(run_drill(flow_of, scenario, _options(mode, answers, record, lang, timeout)))


def _read(name: str, argument: str, most: int = 1 << 20) -> bytes:
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

    reported = stated(_read(alert, "ALERT"), recognisers())
    load_policy(settings().policy)
    libraries()
    connect(endpoint=settings().endpoint, site=settings().site)
    options = _options(mode, answers, record, lang, timeout).model_copy(update={"again": again})
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

    raise typer.Exit(answer_run(flow_of, run, _options(None, answers, record, lang, timeout)))


@app.command()
def undo(
    *,
    incident: Annotated[str, typer.Argument(help="id of the incident, or of its run")],
    action: Annotated[list[str] | None, typer.Argument(help="kind:target; none for all that can be undone")] = None,
    by: Annotated[str, typer.Option(help="who asks for it")],
    lang: LangOption = None,
) -> None:
    """撤销一次处置，恢复到处置前保存的状态。 Undo a containment, back to the state that was saved before it."""
    from tasks.cli.undo import undo_incident

    raise typer.Exit(undo_incident(incident, tuple(action or ()), by=by, lang=lang))


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
def serve() -> None:
    """长驻：接收提醒，就地处置，直到收到 SIGTERM。 Take alerts in and answer them, until told to end."""
    from tasks.cli.serve import serve as run_serve
    from tasks.runbooks.registry import runbook_names

    run_serve({name: flow_of(name) for name in (*runbook_names(), *WATCHERS)})


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
    to: Annotated[Path | None, typer.Option("--to", help="a file, instead of standard output")] = None,
) -> None:
    """导出事件记录，或可离线重放的判定依据。 Export an incident's record, or what it was decided by."""
    from tasks.cli.export import export_incident

    raise typer.Exit(export_incident(incident, fixture=fixture, to=to))


@app.command()
def replay(*, file: Annotated[str, typer.Argument(help="a fixture of `export --fixture`, or -")]) -> None:
    """离线重放判定：结果应与当时一致。 Decide a fixture again, offline: the same has to come out."""
    from tasks.cli.export import replay_fixture

    raise typer.Exit(replay_fixture(_read(file, "FILE", FIXTURE_BYTES)))


@app.command()
def links(
    *, incident: Annotated[str, typer.Argument(help="id of the incident, or of its run")], lang: LangOption = None
) -> None:
    """显示签到链接，各给本人。 Show an incident's check-in links, each for its person."""
    from tasks.cli.links import show_links

    raise typer.Exit(show_links(incident, lang=lang))


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


@travel_app.command("add")
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


@travel_app.command("list")
def travel_list(
    *, every: Annotated[bool, typer.Option("--all", help="also those that are over")] = False, lang: LangOption = None
) -> None:
    """列出行程。 List the journeys that are on or to come, of the ledger and of the policy file."""
    from tasks.cli.travel import list_journeys

    raise typer.Exit(list_journeys(every=every, lang=lang))


@travel_app.command("end")
def travel_end(
    *,
    journey: Annotated[str, typer.Argument(metavar="ID", help="see `runbooks travel list`")],
    by: Annotated[str, typer.Option(help="who ends it")],
    lang: LangOption = None,
) -> None:
    """提前结束一次行程。 Say that a journey is over from now on."""
    from tasks.cli.travel import end_journey

    raise typer.Exit(end_journey(journey, by=by, lang=lang))


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


@app.command()
def ui() -> None:
    """打开内置 Prefect 界面，查看以往的运行。 Serve the embedded Prefect UI, to review runs."""
    from tasks.cli.ui import serve_ui

    serve_ui()


@app.command()
def schema(shape: Annotated[str, typer.Argument(help="alert | answers | record")]) -> None:
    """打印 JSON Schema。 Print the JSON Schema of a published shape."""
    from tasks.cli.schema import Shape, schema_of

    if shape not in list(Shape):
        raise InputError("SHAPE", f"{shape!r} is none; choose alert, answers or record")
    sys.stdout.write(schema_of(Shape(shape)) + "\n")


@bench_app.command()
def facts(
    *,
    runs: Annotated[int, typer.Option(help="of which the median is shown", min=1)] = 5,
    scenario: Annotated[str, typer.Option(help="see `runbooks drill --list`")] = "stolen-sub-account",
) -> None:
    """查明全部事实的用时与下限。 How long all facts take, beside the floor under it."""
    from tasks.bench.facts import bench_facts
    from tasks.cli.drill import check_scenario

    bench_facts(scenario=check_scenario(scenario), runs=runs)


@bench_app.command()
def hunt(
    *,
    events: Annotated[list[int] | None, typer.Option(help="a size; may be given again [10000, 100000]", min=1)] = None,
) -> None:
    """排查操作审计的速度。 How fast the hunt goes through an audit log."""
    from tasks.bench.hunt import EVENTS, bench_hunt

    bench_hunt(sizes=events or EVENTS)


@bench_app.command("alert")
def bench_an_alert(
    *,
    runs: Annotated[int, typer.Option(help="of which the median is shown", min=1)] = 7,
    latency: Annotated[str, typer.Option(help="ms that a call of the cloud takes; several apart by commas")] = "0,100",
    peers: Annotated[bool, typer.Option(help="flow.serve() and a process worker beside it")] = True,
) -> None:
    """从提醒到遏制的用时与下限。 From an alert to its last containment, beside the floor and Prefect's own ways."""
    from tasks.bench.alert import RUNBOOK, bench_alert, latencies_of

    bench_alert(flow_of(RUNBOOK), runs=runs, latencies_ms=latencies_of(latency), with_peers=peers)


@bench_app.command("storm")
def bench_a_storm(
    *,
    alerts: Annotated[int, typer.Option(help="messages, all at once", min=1)] = 50,
    principals: Annotated[int | None, typer.Option(help="victims; further alerts are repeats [alerts]", min=1)] = None,
    repeat: Annotated[int, typer.Option(help="storms, of which the medians are shown", min=1)] = 1,
    latency: Annotated[int, typer.Option(help="ms that a call of the cloud takes", min=0)] = 0,
    rate_limit: Annotated[bool, typer.Option(help="the cloud's real limit of calls")] = False,
    scenario: Annotated[str, typer.Option(help="storm-apart, or storm: all from one address")] = "storm-apart",
) -> None:
    """提醒风暴：不丢、不重、多快。 Many alerts at once: nothing lost, nothing twice, and how soon."""
    from tasks.bench.storm import bench_storm
    from tasks.bench.storm_run import Storm
    from tasks.cli.drill import check_scenario

    victims = min(alerts, principals or alerts)
    bench_storm(Storm(check_scenario(scenario), alerts, victims, rate_limit, latency), repeat=repeat)


@bench_app.command("whereis")
def bench_looking_up(
    *,
    addresses: Annotated[int, typer.Option(help="random ones, the same each time", min=1)] = 2000,
    runs: Annotated[int, typer.Option(help="of which the median is shown", min=1)] = 5,
) -> None:
    """IP 库每秒可查多少地址。 How many addresses a second the IP libraries can be asked."""
    from tasks.bench.whereis import bench_whereis

    bench_whereis(addresses=addresses, runs=runs)


@bench_app.command("idle")
def bench_idling(
    *, seconds: Annotated[float, typer.Option(help="to look on while nothing happens", min=1)] = 30
) -> None:
    """空闲与等待时的开销。 What it costs while nothing happens, and what a waiting run adds."""
    from tasks.bench.idle import bench_idle

    bench_idle(seconds=seconds)


@bench_app.command("watch")
def bench_the_watcher(
    *,
    seed: Annotated[list[int] | None, typer.Option(help="of the made-up logins; may be given again [1, 2, 3]")] = None,
) -> None:
    """监视登录的误报与漏报（虚构的 90 天）。 False raises and missed intrusions, on 90 made-up days of 50 people."""
    from tasks.bench.watch import bench_watch

    bench_watch(seeds=seed or (1, 2, 3))


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
