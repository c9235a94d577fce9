"""How long the facts take, beside the shortest time that the calls they need could take."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

from tasks.bench.critical_path import Calls, longest_chain
from tasks.bench.sandbox import Apart, sandbox_apart
from tasks.bench.table import aligned
from tasks.cli.terminal import tell
from tasks.cloud.api import Called
from tasks.cloud.client import connect
from tasks.cloud.products import CLOUDAUDIT
from tasks.cloud.raw_sdk import RawCall, raw_call
from tasks.lookup.collector import Collector
from tasks.model.base import Value
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.gather import gather

LATENCIES_MS = (0, 50, 100)  # what a call takes on the way; from within the vendor's network, and from afar
HEADINGS = ("ms a call", "floor s", "facts s", "ratio", "CPU s", "calls", "in a chain")


class FactsRow(Value):
    """Medians at one latency.

    Args:
        floor_s: the longest chain of calls, one after another, by the vendor's client alone.
        cpu_s: of all threads of this process, for one gathering.
        calls: made for the facts.
        chain: calls of the floor.
    """

    latency_ms: int
    floor_s: float
    facts_s: float
    cpu_s: float
    calls: int
    chain: int

    @property
    def line(self) -> str:
        """The row as it is printed."""
        ratio = self.facts_s / self.floor_s
        times = (f"{self.floor_s:.3f}", f"{self.facts_s:.3f}", f"{ratio:.2f}", f"{self.cpu_s:.3f}")
        return aligned((f"{self.latency_ms}", *times, f"{self.calls}", f"{self.chain}"))


class _Gathered(Value):
    facts: LoginFacts
    seconds: float
    cpu_s: float
    calls: int


def bench_facts(*, scenario: str, runs: int, latencies_ms: Sequence[int] = LATENCIES_MS) -> None:
    """Print the table.

    Args:
        runs: how many of which the median is shown, at each latency.
    """
    tell(f"Facts of {scenario}: medians of {runs}, warm process, new connections for each gathering.")
    tell("The sandbox runs in a process of its own with its rate limits off; ours, 20 calls an action and 1.2 s, hold.")
    tell(aligned(HEADINGS))
    with sandbox_apart(scenario) as sandbox:
        for latency_ms in latencies_ms:
            sandbox.set_faults(rate_limit=False, latency_s=latency_ms / 1000)
            tell(asyncio.run(_measure(sandbox, latency_ms, runs)).line)


async def _measure(sandbox: Apart, latency_ms: int, runs: int) -> FactsRow:
    """Floor and facts by turns, after one of each unmeasured: what else the machine does befalls both."""
    first = await _gather(sandbox)
    cloud, alert = connect(endpoint=sandbox.url, environ=sandbox.environ), LoginAlert.model_validate(sandbox.alert)
    chain = longest_chain(cloud, alert, first.facts, now=first.facts.gathered_at)
    call = raw_call(cloud, CLOUDAUDIT)
    call("DescribeEvents", chain[0])
    floors, gathered = list[float](), list[_Gathered]()
    for _ in range(runs):
        floors.append(_floor(call, chain))
        gathered.append(await _gather(sandbox))
    return FactsRow(
        latency_ms=latency_ms,
        floor_s=median(floors),
        facts_s=median(each.seconds for each in gathered),
        cpu_s=median(each.cpu_s for each in gathered),
        calls=gathered[-1].calls,
        chain=len(chain),
    )


def _floor(call: RawCall, chain: Calls) -> float:
    started = time.perf_counter()
    for params in chain:
        call("DescribeEvents", params)
    return time.perf_counter() - started


async def _gather(sandbox: Apart) -> _Gathered:
    """All facts by a cloud that was not used before: a run has its own."""
    made: list[Called] = []
    cloud = replace(connect(endpoint=sandbox.url, environ=sandbox.environ), on_call=made.append)
    alert, now = LoginAlert.model_validate(sandbox.alert), datetime.now(UTC)
    started, cpu = time.perf_counter(), time.process_time()
    facts = await gather(Collector(cloud, now=now), alert, Policy())
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    return _Gathered(facts=facts, seconds=seconds, cpu_s=cpu_s, calls=len(made))
