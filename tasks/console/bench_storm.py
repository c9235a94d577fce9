"""Many alerts at once: whether each victim is contained, once, and how soon."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx

from tasks.cloud.client import connect
from tasks.console.bench_calls import Victim, is_last, split
from tasks.console.bench_floor import Floor
from tasks.console.bench_proc import MEGABYTE, check_proc, cpu_s, load, memory
from tasks.console.bench_respond import QUIET_S, Victims, respond, settle
from tasks.console.bench_sandbox import Apart, sandbox_apart
from tasks.console.bench_serve import TIMEOUT_S, Serving, serving
from tasks.console.bench_shares import Pattern, shares, written
from tasks.console.bench_table import aligned
from tasks.console.bench_wording import messages
from tasks.console.story import tell
from tasks.errors import InputError
from tasks.ledger.store import open_ledger
from tasks.model.base import Value
from tasks.responder.connection import prefect_http
from tasks.responder.server_process import HOST
from tasks.sandbox.engine import Call

SCENARIO = "storm-apart"
WARM_UPS = 2  # the first finds nothing ready, and makes the policy that quarantines
SENDERS = 50  # connections that bring alerts at the same time
PATIENCE_S = 300.0
POLL_S = 0.1
COUNT_S = 0.5  # between two looks at Prefect's server, each of which costs it 10 ms
AT_WORK = ("SCHEDULED", "PENDING", "RUNNING")
FIGURES = ("incidents", "joined", "lost", "twice", "taken s", "visible s", "calls each", "CPU s each")
TIMES = ("way", "p50 s", "p95 s", "last s", "x floor")
PEAKS = ("serve MB", "Prefect MB")


class StormRow(Value):
    """One storm.

    Args:
        contained_s, floor_s: when each victim was contained, by ours and by the floor.
        joined: messages that became witnesses of an incident which others had opened.
        lost: victims who were not contained. twice: changes that were made more than once.
        taken_s: until the last message was answered 202. visible_s: until every run was on Prefect's server.
        calls_each, cpu_each_s: for an incident, to its end or its question; both processes.
        peaks_mb: of `runbooks serve` and of its Prefect server.
    """

    contained_s: tuple[float, ...]
    floor_s: tuple[float, ...]
    incidents: int
    joined: int
    lost: int
    twice: int
    taken_s: float
    visible_s: float
    calls_each: float
    cpu_each_s: float
    peaks_mb: tuple[float, float]


class Storm(NamedTuple):
    """What is let loose.

    Args:
        alerts: messages in all; more than principals are repeats.
    """

    scenario: str
    alerts: int
    principals: int
    rate_limit: bool = False
    latency_ms: int = 0


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
            return _Run(sandbox, ours, storm, victims, pattern).row()


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
    return [*lines, aligned((*FIGURES, *PEAKS)), aligned(_figures(rows))]


def _figures(rows: Sequence[StormRow]) -> tuple[str, ...]:
    """Medians; but what is lost or done twice is told of the worst storm."""
    counts = (f"{median(one.incidents for one in rows):.0f}", f"{median(one.joined for one in rows):.0f}")
    worst = (f"{max(one.lost for one in rows)}", f"{max(one.twice for one in rows)}")
    seconds = (f"{median(one.taken_s for one in rows):.2f}", f"{median(one.visible_s for one in rows):.2f}")
    each = (f"{median(one.calls_each for one in rows):.0f}", f"{median(one.cpu_each_s for one in rows):.2f}")
    peaks = tuple(f"{median(one.peaks_mb[i] for one in rows):.0f}" for i in range(len(PEAKS)))
    return (*counts, *worst, *seconds, *each, *peaks)


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


class _Run:
    """One storm under way."""

    def __init__(
        self, sandbox: Apart, ours: Serving, storm: Storm, victims: Sequence[Victim], pattern: Pattern
    ) -> None:
        self._sandbox = sandbox
        self._ours = ours
        self._storm = storm
        self._victims = victims
        self._pattern = pattern
        self._uins = {one.uin for one in victims}

    def row(self) -> StormRow:
        """Let it loose, wait for its end, look what became of it, and let the floor do the same."""
        sandbox, ours = self._sandbox, self._ours
        settle(sandbox)
        start, cpu = len(sandbox.calls()), self._cpu_s()
        sent = datetime.now(UTC)
        with ThreadPoolExecutor(1) as aside:
            posting = aside.submit(self._post)
            visible_s = asyncio.run(self._watch(start, sent))
            taken_s, incidents = posting.result()
        cpu = self._cpu_s() - cpu
        calls = sandbox.calls(start)
        contained = _contained(calls, self._uins, sent)
        return StormRow(
            contained_s=tuple(contained.values()),
            floor_s=() if self._storm.rate_limit else self._floor(calls),
            incidents=len(open_ledger(f"sqlite:///{ours.home / 'ledger.db'}").incidents()) - WARM_UPS,
            joined=sum(not one["new"] for one in incidents),
            lost=len(self._uins - contained.keys()),
            twice=sum(count > 1 for count in written(calls).values()),
            taken_s=taken_s,
            visible_s=visible_s,
            calls_each=len(calls) / len(self._victims),
            cpu_each_s=cpu / len(self._victims),
            peaks_mb=(memory(ours.pid).peak / MEGABYTE, memory(ours.server_pid).peak / MEGABYTE),
        )

    def _cpu_s(self) -> float:
        return cpu_s(self._ours.pid) + cpu_s(self._ours.server_pid)

    def _post(self) -> tuple[float, list[dict[str, Any]]]:
        """Send every message, on as many connections as there are senders."""
        told = messages([one.alert for one in self._victims], self._storm.alerts)
        senders = min(SENDERS, len(told))
        started = time.monotonic()
        with ThreadPoolExecutor(senders) as pool:
            parts = list(pool.map(self._post_all, [told[at::senders] for at in range(senders)]))
        return time.monotonic() - started, [one for part in parts for one in part]

    def _post_all(self, told: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        with closing(HTTPConnection(HOST, self._ours.port, timeout=TIMEOUT_S)) as connection:
            return [incident for one in told for incident in self._ours.post_on(connection, one)]

    async def _watch(self, start: int, sent: datetime) -> float:
        """Wait until all are contained, all runs are on Prefect's server, and nothing is at work any more.

        Gives up when no call has come for long; what is lost then, the row says.
        """
        visible_s, calls, moved = float("inf"), list[Call](), time.monotonic()
        async with prefect_http(self._ours.api_url) as client:
            while time.monotonic() - moved < PATIENCE_S:
                if visible_s == float("inf") and await _count(client) >= len(self._victims) + WARM_UPS:
                    visible_s = (datetime.now(UTC) - sent).total_seconds()
                if fresh := self._sandbox.calls(start + len(calls)):
                    calls, moved = calls + fresh, time.monotonic()
                done = self._uins <= _contained(calls, self._uins, sent).keys()
                quiet = time.monotonic() - moved > QUIET_S
                if done and quiet and visible_s < float("inf") and not await _count(client, AT_WORK):
                    break
                await asyncio.sleep(POLL_S if done else COUNT_S)
        return visible_s

    def _floor(self, calls: Sequence[Call]) -> tuple[float, ...]:
        """The floor's storm, after one unmeasured that opens its connections."""
        dealt = shares(calls, self._victims, self._sandbox.people, self._pattern)
        floor = Floor(connect(endpoint=self._sandbox.url, environ=self._sandbox.environ))
        floor.storm(dealt.replays, dealt.common)
        start, sent = len(self._sandbox.calls()), datetime.now(UTC)
        floor.storm(dealt.replays, dealt.common)
        floor.close()
        return tuple(_contained(self._sandbox.calls(start), self._uins, sent).values())


def _contained(calls: Sequence[Call], uins: set[str], sent: datetime) -> dict[str, float]:
    """When each was contained, by uin."""
    found = dict[str, float]()
    for call in calls:
        uin = str(call.parameters.get("AttachUin"))
        if is_last(call) and uin in uins:
            found.setdefault(uin, (call.at - sent).total_seconds())
    return found


async def _count(client: httpx.AsyncClient, states: Sequence[str] = ()) -> int:
    """Count the runs on Prefect's server."""
    body = {"flow_runs": {"state": {"type": {"any_": list(states)}}}} if states else {}
    answer = await client.post("flow_runs/count", json=body)
    answer.raise_for_status()
    return int(answer.json())
