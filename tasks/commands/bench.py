"""Commands that measure."""

from typing import Annotated

import typer

from tasks.commands.flow import flow_of

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

app = typer.Typer(help="测速。 Measurements: they print figures, and judge nothing.", no_args_is_help=True)


@app.callback()
def _in_order(context: typer.Context) -> None:
    """End what was started, however the measurement ends."""
    from tasks.cli.children import leaving_in_order

    context.with_resource(leaving_in_order())


@app.command()
def facts(
    *,
    runs: Annotated[int, typer.Option(help="of which the median is shown", min=1)] = 5,
    scenario: Annotated[str, typer.Option(help="see `runbooks drill --list`")] = "stolen-sub-account",
) -> None:
    """查明全部事实的用时与下限。 How long all facts take, beside the floor under it."""
    from tasks.bench.facts import bench_facts
    from tasks.cli.drill import check_scenario

    bench_facts(scenario=check_scenario(scenario), runs=runs)


@app.command()
def hunt(
    *,
    events: Annotated[list[int] | None, typer.Option(help="a size; may be given again [10000, 100000]", min=1)] = None,
) -> None:
    """排查操作审计的速度。 How fast the hunt goes through an audit log."""
    from tasks.bench.hunt import EVENTS, bench_hunt

    bench_hunt(sizes=events or EVENTS)


@app.command("alert")
def bench_an_alert(
    *,
    runs: Annotated[int, typer.Option(help="of which the median is shown", min=1)] = 7,
    latency: Annotated[str, typer.Option(help="ms that a call of the cloud takes; several apart by commas")] = "0,100",
    peers: Annotated[bool, typer.Option(help="flow.serve() and a process worker beside it")] = True,
) -> None:
    """从提醒到遏制的用时与下限。 From an alert to its last containment, beside the floor and Prefect's own ways."""
    from tasks.bench.alert import RUNBOOK, bench_alert, latencies_of

    bench_alert(flow_of(RUNBOOK), runs=runs, latencies_ms=latencies_of(latency), with_peers=peers)


@app.command("storm")
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


@app.command("door")
def bench_the_door(
    *,
    rounds: Annotated[int, typer.Option(help="without strangers, and as many with them", min=1)] = 5,
    alerts: Annotated[int, typer.Option(help="proven ones in a round", min=1)] = 40,
    half_open: Annotated[int, typer.Option(help="connections that say nothing whole", min=0)] = 1200,
    endless: Annotated[int, typer.Option(help="bodies without end", min=0)] = 4,
    guesses: Annotated[int, typer.Option(help="wrong proofs a second", min=0)] = 1500,
) -> None:
    """陌生人堵门时收提醒的用时。 How soon alerts are taken while strangers press on the intake."""
    from tasks.bench.door import bench_door
    from tasks.bench.strangers import Strangers

    bench_door(Strangers(half_open, endless, guesses), rounds=rounds, alerts=alerts)


@app.command("whereis")
def bench_looking_up(
    *,
    addresses: Annotated[int, typer.Option(help="random ones, the same each time", min=1)] = 2000,
    runs: Annotated[int, typer.Option(help="of which the median is shown", min=1)] = 5,
) -> None:
    """IP 库每秒可查多少地址。 How many addresses a second the IP libraries can be asked."""
    from tasks.bench.whereis import bench_whereis

    bench_whereis(addresses=addresses, runs=runs)


@app.command("idle")
def bench_idling(
    *, seconds: Annotated[float, typer.Option(help="to look on while nothing happens", min=1)] = 30
) -> None:
    """空闲与等待时的开销。 What it costs while nothing happens, and what a waiting run adds."""
    from tasks.bench.idle import bench_idle

    bench_idle(seconds=seconds)


@app.command("watch")
def bench_the_watcher(
    *,
    seed: Annotated[list[int] | None, typer.Option(help="of the made-up logins; may be given again [1, 2, 3]")] = None,
) -> None:
    """监视登录的误报与漏报（虚构的 90 天）。 False raises and missed intrusions, on 90 made-up days of 50 people."""
    from tasks.bench.watch import bench_watch

    bench_watch(seeds=seed or (1, 2, 3))
