"""What `runbooks serve` costs while nothing happens, and while many runs wait for people."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tasks.bench.process import KILOBYTE, MEGABYTE, Memory, check_proc, cpu_s, load, memory
from tasks.bench.respond import PATIENCE_S, Victims, respond, settle
from tasks.bench.sandbox import Apart, sandbox_apart
from tasks.bench.serve import Serving, serving
from tasks.bench.storm import SCENARIO, WARM_UPS
from tasks.bench.storm_run import AT_WORK, POLL_S, count_runs
from tasks.bench.table import aligned
from tasks.cli.terminal import tell
from tasks.engine.connection import prefect_http
from tasks.engine.server.secret import auth_of
from tasks.errors import EngineError

WAITING = 50
HEADINGS = ("process", "RSS MB", "PSS MB", "% of a core", "KB a run")


def bench_idle(*, seconds: float) -> None:
    """Print the table.

    Args:
        seconds: how long to look on while nothing happens.
    """
    check_proc()
    tell(f"`runbooks serve` and its Prefect server, idle for {seconds:.0f} s after {WARM_UPS} incidents; then with")
    tell(f"{WAITING} runs more that wait for an approval: what each of them adds to the memory.")
    with sandbox_apart(SCENARIO) as sandbox, TemporaryDirectory(prefix="runbooks-bench-") as home:
        sandbox.set_faults(rate_limit=False)
        with serving(Path(home), sandbox) as ours:
            victims = Victims(sandbox)
            for _ in range(WARM_UPS):
                respond(sandbox, victims.fresh(), ours.post)
            asyncio.run(_at_rest(ours, WARM_UPS))
            pids = {"serve": ours.pid, "Prefect": ours.server_pid}
            load_before = {name: cpu_s(pid) for name, pid in pids.items()}
            time.sleep(seconds)
            shares = {name: (cpu_s(pid) - load_before[name]) / seconds for name, pid in pids.items()}
            before = {name: memory(pid) for name, pid in pids.items()}
            _fill(sandbox, ours, victims)
            after = {name: memory(pid) for name, pid in pids.items()}
    tell(aligned(HEADINGS))
    for name in pids:
        tell(_line(name, before[name], shares[name], after[name]))
    both = Memory(*(sum(column) for column in zip(*before.values(), strict=True)))
    then = Memory(*(sum(column) for column in zip(*after.values(), strict=True)))
    tell(_line("both", both, sum(shares.values()), then))
    tell(load())


def _line(name: str, idle: Memory, share: float, waiting: Memory) -> str:
    each = (waiting.rss - idle.rss) / WAITING / KILOBYTE
    sizes = (f"{idle.rss / MEGABYTE:.0f}", f"{idle.pss / MEGABYTE:.0f}")
    return aligned((name, *sizes, f"{100 * share:.1f}", f"{each:.0f}"))


def _fill(sandbox: Apart, ours: Serving, victims: Victims) -> None:
    """Have runs wait: what the policy does not let run at once is asked."""
    for _ in range(WAITING):
        ours.post(victims.fresh().alert)
    asyncio.run(_at_rest(ours, WARM_UPS + WAITING))
    settle(sandbox)


async def _at_rest(ours: Serving, runs: int) -> None:
    """Wait until all runs are there and none is at work."""
    deadline = time.monotonic() + PATIENCE_S
    async with prefect_http(ours.api_url, opening=auth_of(ours.home, ours.api_url)) as client:
        while await count_runs(client) < runs or await count_runs(client, AT_WORK):
            if time.monotonic() > deadline:
                raise EngineError(f"{runs} runs did not come to their questions within {PATIENCE_S:.0f} s")
            await asyncio.sleep(POLL_S)
