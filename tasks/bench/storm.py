"""Many alerts at once: whether each victim is contained, once, and how soon."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tasks.bench.calls import split
from tasks.bench.process import check_proc, load
from tasks.bench.respond import Victims, respond
from tasks.bench.sandbox import Apart, sandbox_apart
from tasks.bench.serve import Serving, serving
from tasks.bench.storm_run import LetLoose, Storm, StormRow
from tasks.bench.table import aligned
from tasks.bench.workload import Pattern
from tasks.cli.terminal import tell
from tasks.errors import InputError

SCENARIO = "storm-apart"
WARM_UPS = 2  # the first finds nothing ready, and makes the policy that quarantines
FIGURES = ("incidents", "joined", "refused", "lost", "twice", "taken s", "visible s", "calls each")
TIMES = ("way", "p50 s", "p95 s", "last s", "x floor")
COSTS = ("process", "CPU s each", "peak MB")
PROCESSES = ("serve", "Prefect")


def bench_storm(storm: Storm, *, repeat: int) -> None:
    """Print the tables.

    Args:
        repeat: storms, each against everything fresh, of which the medians are shown.
    """
    check_proc()
    what = f"{storm.alerts} alerts about {storm.principals} principals"
    limits = "on" if storm.rate_limit else "off"
    tell(
        f"A storm of {what} ({storm.scenario}, auto mode) at {storm.latency_ms} ms a call: seconds after the first was"
    )
    tell(f"sent, by the sandbox, a process of its own with rate limits {limits}; medians of {repeat}.")
    tell("Floor: the calls that ours needed, by the bare SDK in warm threads, without ledger, Prefect or decisions.")
    rows = [once(storm) for _ in range(repeat)]
    for line in lines_of(rows):
        tell(line)
    tell(load())


def once(storm: Storm) -> StormRow:
    """Let one storm loose on a fresh sandbox and a fresh `runbooks serve`."""
    with sandbox_apart(storm.scenario) as sandbox, TemporaryDirectory(prefix="runbooks-bench-") as home:
        _check_size(storm, sandbox)
        sandbox.set_faults(rate_limit=storm.rate_limit, latency_s=storm.latency_ms / 1000)
        with serving(Path(home), sandbox, rate_limit=storm.rate_limit) as ours:
            everybody = Victims(sandbox)
            pattern = _warm_up(sandbox, ours, everybody)
            victims = [everybody.fresh() for _ in range(storm.principals)]
            return LetLoose(sandbox, ours, storm, victims, pattern).row()


def lines_of(rows: Sequence[StormRow]) -> list[str]:
    """The tables."""
    floors = [_spread(one.floor_s) for one in rows if one.floor_s]
    ours = [_spread(one.contained_s) for one in rows]
    lines = [aligned(TIMES)]
    under = median(one[-1] for one in floors) if floors else None
    for name, spreads in (("floor", floors), ("runbooks", ours)):
        if spreads:
            middle = [median(column) for column in zip(*spreads, strict=True)]
            ratio = f"{middle[-1] / under:.2f}" if under else "-"
            lines.append(aligned((name, *(f"{one:.2f}" for one in middle), ratio)))
    return [*lines, aligned(FIGURES), aligned(_figures(rows)), aligned(COSTS), *map(aligned, _costs(rows))]


def _figures(rows: Sequence[StormRow]) -> tuple[str, ...]:
    """Medians; but what is refused, lost or done twice is told of the worst storm."""
    counts = (f"{median(one.incidents for one in rows):.0f}", f"{median(one.joined for one in rows):.0f}")
    worst = (
        f"{max(one.refused for one in rows)}",
        f"{max(one.lost for one in rows)}",
        f"{max(one.twice for one in rows)}",
    )
    seconds = (f"{median(one.taken_s for one in rows):.2f}", f"{median(one.visible_s for one in rows):.2f}")
    return (*counts, *worst, *seconds, f"{median(one.calls_each for one in rows):.0f}")


def _costs(rows: Sequence[StormRow]) -> list[tuple[str, str, str]]:
    cpu = [median(column) for column in zip(*(one.cpu_each_s for one in rows), strict=True)]
    peaks = [median(column) for column in zip(*(one.peaks_mb for one in rows), strict=True)]
    return [(name, f"{cpu[i]:.2f}", f"{peaks[i]:.0f}") for i, name in enumerate(PROCESSES)]


def _spread(seconds: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(seconds)
    return median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]


def _warm_up(sandbox: Apart, ours: Serving, everybody: Victims) -> Pattern:
    """Let it respond once or twice before; the last time is the pattern of how one is contained."""
    for _ in range(WARM_UPS):
        victim = everybody.fresh()
        _, calls = respond(sandbox, victim, ours.post)
    return Pattern(victim, split(calls, victim.uin).acts)


def _check_size(storm: Storm, sandbox: Apart) -> None:
    most = len(sandbox.alerts) - WARM_UPS
    if not storm.principals <= min(most, storm.alerts):
        raise InputError(
            "--principals", f"give at most {most} (so many has {storm.scenario}), and not more than alerts"
        )
