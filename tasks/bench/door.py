"""How soon proven alerts are taken while strangers press on the intake, and while nobody does."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from tasks.bench.process import check_proc, cpu_s, load
from tasks.bench.sandbox import sandbox_apart
from tasks.bench.serve import Serving, serving
from tasks.bench.strangers import HOST, Done, Strangers, strangers_apart
from tasks.bench.table import aligned
from tasks.cli.terminal import tell
from tasks.model.base import Value

SCENARIO = "stolen-sub-account"
PAUSE_S = 0.2
"""Between two alerts, which come one after another as a sender's do."""
GATHER_S = 5.0
"""Strangers press so long before the first alert: by then the server is as full as it gets."""
TIMEOUT_S = 60.0
FIGURES = (
    "round",
    "alerts",
    "lost",
    "p50 ms",
    "p95 ms",
    "max ms",
    "half-open",
    "MB poured",
    "wrong/s",
    "no answer",
    "serve %",
)


class DoorRow(Value):
    """One round.

    Args:
        way: `quiet`, or `strangers`.
        taken_s: how long each alert took to be answered with 202, on a connection of its own.
        lost: alerts that were not, at the first try.
        done: what strangers did meanwhile.
        seconds: how long it took. cpu: share of a core that `serve` used.
    """

    way: str
    taken_s: tuple[float, ...]
    lost: int
    done: Done
    seconds: float
    cpu: float

    @property
    def p95_s(self) -> float:
        """Of 20 alerts 19 were taken within it; of fewer than two, the only one's time."""
        return quantiles(self.taken_s, n=20, method="inclusive")[-1] if len(self.taken_s) > 1 else sum(self.taken_s)

    @property
    def line(self) -> str:
        """The row as it is printed."""
        times = (median(self.taken_s or (0.0,)), self.p95_s, max(self.taken_s or (0.0,)))
        return aligned(
            (
                self.way,
                f"{len(self.taken_s)}",
                f"{self.lost}",
                *(f"{1000 * one:.0f}" for one in times),
                f"{self.done.opened}",
                f"{self.done.poured / 1e6:.1f}",
                f"{self.done.guessed / self.seconds:.0f}",
                f"{self.done.refused}",
                f"{100 * self.cpu:.0f}",
            )
        )


def bench_door(strangers: Strangers, *, rounds: int, alerts: int) -> None:
    """Print the table.

    Args:
        rounds: how often, first without strangers and then with them.
        alerts: in each round.
    """
    check_proc()
    half_open, endless, guesses = strangers
    tell(
        f"Until a proven alert is answered with 202, one every {PAUSE_S:.1f} s: further reports of one login, each on a"
    )
    tell("connection of its own; quiet, and while strangers press from other addresses, a process of their own, with")
    tell(f"{half_open} half-open connections, {endless} endless bodies, {guesses} wrong proofs a second.")
    tell(aligned(FIGURES))
    with sandbox_apart(SCENARIO) as sandbox, TemporaryDirectory(prefix="runbooks-bench-") as home:
        sandbox.set_faults(rate_limit=False)
        with serving(Path(home), sandbox) as ours:
            ours.post(sandbox.alert)
            quiet = _told(bench_round(ours, sandbox.alert, alerts, "quiet", Done) for _ in range(rounds))
            with strangers_apart(ours.port, strangers) as done:
                time.sleep(GATHER_S)
                loud = _told(bench_round(ours, sandbox.alert, alerts, "strangers", done) for _ in range(rounds))
    for rows in (quiet, loud):
        tell(summary(rows))
    tell(load())


def _told(rows: Iterable[DoorRow]) -> list[DoorRow]:
    """The rounds, each printed when it is over."""
    found = list[DoorRow]()
    for row in rows:
        tell(row.line)
        found.append(row)
    return found


def bench_round(ours: Serving, alert: dict[str, Any], alerts: int, way: str, done: Callable[[], Done]) -> DoorRow:
    """Send so many alerts, one after another.

    Args:
        done: tells what strangers did so far.
    """
    began, before, cpu = time.monotonic(), done(), cpu_s(ours.pid)
    times = [taken_s(ours, alert | {"text": f"report {n} at {began}"}) for n in range(alerts)]
    seconds, after = time.monotonic() - began, done()
    return DoorRow(
        way=way,
        taken_s=tuple(one for one in times if one is not None),
        lost=times.count(None),
        done=Done(*(now - then for now, then in zip(after, before, strict=True))),
        seconds=seconds,
        cpu=(cpu_s(ours.pid) - cpu) / seconds,
    )


def taken_s(ours: Serving, alert: dict[str, Any]) -> float | None:
    """Send an alert once, and tell how long it took to be taken; None where it was not."""
    time.sleep(PAUSE_S)
    headers = {"Authorization": f"Bearer {ours.token}", "Content-Type": "application/json"}
    began = time.monotonic()
    with closing(HTTPConnection(HOST, ours.port, timeout=TIMEOUT_S)) as connection, suppress(OSError, HTTPException):
        connection.request("POST", "/alerts/default", json.dumps(alert, ensure_ascii=False).encode(), headers)
        if connection.getresponse().status == HTTPStatus.ACCEPTED:
            return time.monotonic() - began
    return None


def summary(rows: Sequence[DoorRow]) -> str:
    """All rounds of a way: the median of their 95th percentiles, with the best and the worst, and what was lost."""
    each = [1000 * row.p95_s for row in rows]
    lost, sent = sum(row.lost for row in rows), sum(row.lost + len(row.taken_s) for row in rows)
    spread = f"median {median(each):.0f} ms, from {min(each):.0f} to {max(each):.0f}"
    return f"{rows[0].way}: p95 of {len(rows)} rounds: {spread}; {lost} of {sent} alerts not taken at once"
