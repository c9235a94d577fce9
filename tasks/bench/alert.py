"""How long it takes from an alert to the last containment, beside the floor and beside Prefect's own ways."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from prefect import Flow

from tasks.bench.calls import Times, Victim, chained, split
from tasks.bench.critical_path import Calls, longest_chain
from tasks.bench.floor import Floor, Replay
from tasks.bench.peers import Peer, peers
from tasks.bench.process import load
from tasks.bench.respond import Send, Victims, respond, settle
from tasks.bench.sandbox import Apart, sandbox_apart
from tasks.bench.serve import serving
from tasks.bench.table import aligned
from tasks.cli.terminal import tell
from tasks.cloud.client import Cloud, connect
from tasks.errors import InputError
from tasks.lookup.collector import Collector
from tasks.model.base import Value
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.gather import gather

RUNBOOK = "unusual_login"
SCENARIO = "storm-few"
LATENCIES_MS = (0, 100)
PEER_RUNS = 3  # each takes five to twenty seconds
HEADINGS = ("ms a call", "way", "runs", "first s", "decided s", "contained s", "x floor")


class AlertRow(Value):
    """Medians of one way at one latency.

    Args:
        first_s, decided_s, contained_s: from the sending of the alert, as the sandbox saw calls come.
        ratio: the last, to the floor's.
    """

    latency_ms: int
    way: str
    runs: int
    first_s: float
    decided_s: float
    contained_s: float
    ratio: float

    @property
    def line(self) -> str:
        """The row as it is printed."""
        seconds = (f"{one:.3f}" for one in (self.first_s, self.decided_s, self.contained_s))
        return aligned((f"{self.latency_ms}", self.way, f"{self.runs}", *seconds, f"{self.ratio:.2f}"))


def bench_alert(
    flow: Flow[..., Any], *, runs: int, latencies_ms: Sequence[int] = LATENCIES_MS, with_peers: bool = True
) -> None:
    """Print the table.

    Args:
        runs: how many of which the median is shown; of Prefect's own ways not more than three.
    """
    tell(
        f"From an alert to its last containment ({SCENARIO}, auto mode): medians, in seconds from the alert's sending,"
    )
    tell("as the sandbox, a process of its own, saw the calls come. Its limits of calls, and ours, are off. By turns.")
    tell(
        "Floor: the very calls that ours made, by the bare SDK on open connections: the facts' longest chain one after"
    )
    tell("another, all others beside it in threads, then the containment one after another.")
    with ExitStack() as stack:
        sandbox = stack.enter_context(sandbox_apart(SCENARIO))
        sandbox.set_faults(rate_limit=False)
        _check_runs(runs, latencies_ms, sandbox, with_peers=with_peers)
        victims = Victims(sandbox)
        table = dict[int, list[AlertRow]]()
        with _ours(sandbox) as send:
            for latency_ms in latencies_ms:
                sandbox.set_faults(latency_s=latency_ms / 1000)
                table[latency_ms] = _by_turns(sandbox, victims, send, runs, latency_ms)
        if with_peers:
            _measure_peers(flow, sandbox, victims, min(runs, PEER_RUNS), table)
        tell(aligned(HEADINGS))
        for rows in table.values():
            for row in rows:
                tell(row.line)
        tell(load())


@contextmanager
def _ours(sandbox: Apart) -> Iterator[Send]:
    with TemporaryDirectory(prefix="runbooks-bench-") as home, serving(Path(home), sandbox) as ours:
        yield ours.post


def _by_turns(sandbox: Apart, victims: Victims, send: Send, runs: int, latency_ms: int) -> list[AlertRow]:
    """Ours and the floor under it, after one unmeasured turn."""
    cloud = connect(endpoint=sandbox.url, environ=sandbox.environ)
    floor = Floor(cloud)
    found = [_turn(sandbox, cloud, floor, victims.fresh(), send) for _ in range(runs + 1)][1:]
    floor.close()
    under = [one for one, _ in found]
    ours = [one for _, one in found]
    return [row_of("floor", latency_ms, under, under), row_of("runbooks", latency_ms, ours, under)]


def _turn(sandbox: Apart, cloud: Cloud, floor: Floor, victim: Victim, send: Send) -> tuple[Times, Times]:
    chain = asyncio.run(_chain(cloud, victim))
    settle(sandbox)
    ours, calls = respond(sandbox, victim, send)
    made = split(calls, victim.uin)
    replay = Replay(*chained(made.facts, chain), acts=made.acts)
    floor.one(replay)
    under, _ = respond(sandbox, victim, lambda _: floor.one(replay))
    return under, ours


async def _chain(cloud: Cloud, victim: Victim) -> Calls:
    alert, now = LoginAlert.model_validate(victim.alert), datetime.now(UTC)
    facts = await gather(Collector(cloud, now=now), alert, Policy())
    return longest_chain(cloud, alert, facts, now=now)


def row_of(way: str, latency_ms: int, found: Sequence[Times], under: Sequence[Times]) -> AlertRow:
    """The medians of one way."""
    contained = median(one.contained for one in found)
    return AlertRow(
        latency_ms=latency_ms,
        way=way,
        runs=len(found),
        first_s=median(one.first for one in found),
        decided_s=median(one.decided for one in found),
        contained_s=contained,
        ratio=contained / median(one.contained for one in under),
    )


def _measure_peers(
    flow: Flow[..., Any], sandbox: Apart, victims: Victims, runs: int, table: Mapping[int, list[AlertRow]]
) -> None:
    with TemporaryDirectory(prefix="runbooks-bench-") as home, peers(flow, sandbox, Path(home)) as both:
        for latency_ms, rows in table.items():
            sandbox.set_faults(latency_s=latency_ms / 1000)
            rows.extend(_peer(peer, sandbox, victims, runs, rows[0]) for peer in both)


def _peer(peer: Peer, sandbox: Apart, victims: Victims, runs: int, under: AlertRow) -> AlertRow:
    found = [respond(sandbox, victims.fresh(), peer.send)[0] for _ in range(runs)]
    row = row_of(peer.name, under.latency_ms, found, found)
    return row.model_copy(update={"ratio": row.contained_s / under.contained_s})


def latencies_of(text: str) -> tuple[int, ...]:
    """Read latencies as the command line has them: `0,100`.

    Raises:
        InputError: it is something else.
    """
    parts = text.split(",")
    if not all(one.strip().isdecimal() for one in parts):
        raise InputError("--latency", f"{text!r} is none; write milliseconds, such as 0,100")
    return tuple(int(one) for one in parts)


def _check_runs(runs: int, latencies_ms: Sequence[int], sandbox: Apart, *, with_peers: bool) -> None:
    each = runs + 1 + (2 * min(runs, PEER_RUNS) if with_peers else 0)
    if each * len(latencies_ms) > len(sandbox.alerts):
        raise InputError(
            "--runs", f"{SCENARIO} has {len(sandbox.alerts)} victims, and each is one run's; ask for fewer"
        )
