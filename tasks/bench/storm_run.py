"""One storm: let loose, watched to its end, counted; then the same by the floor."""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any, NamedTuple

import httpx

from tasks.bench.calls import Victim, is_last
from tasks.bench.floor import Floor
from tasks.bench.process import MEGABYTE, cpu_s, memory
from tasks.bench.respond import QUIET_S, settle
from tasks.bench.sandbox import Apart
from tasks.bench.serve import TIMEOUT_S, Serving
from tasks.bench.workload import Pattern, shares, written
from tasks.cloud.client import connect
from tasks.engine.connection import prefect_http
from tasks.engine.server.process import HOST
from tasks.engine.server.secret import auth_of
from tasks.ledger.store import open_ledger
from tasks.model.base import BEIJING, Value
from tasks.sandbox.engine import SeenCall

SEED = 2026  # every storm is shuffled the same way


SENDERS = 50  # connections that bring alerts at the same time
PATIENCE_S = 300.0
POLL_S = 0.5  # between two looks at Prefect's server, each of which costs it 10 ms
AT_WORK = ("SCHEDULED", "PENDING", "RUNNING")


class StormRow(Value):
    """One storm.

    Args:
        contained_s, floor_s: when each victim was contained, by ours and by the floor.
        joined: messages that became witnesses of an incident which others had opened.
        refused: answers 503, after which a message was sent again.
        lost: victims who were not contained. twice: changes that were made more than once.
        taken_s: until the last message was answered 202. visible_s: until every run was on Prefect's server.
        calls_each, cpu_each_s: for an incident, to its end or its question.
        cpu_each_s, peaks_mb: of `runbooks serve` and of its Prefect server.
    """

    contained_s: tuple[float, ...]
    floor_s: tuple[float, ...]
    incidents: int
    joined: int
    refused: int
    lost: int
    twice: int
    taken_s: float
    visible_s: float
    calls_each: float
    cpu_each_s: tuple[float, float]
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


class LetLoose:
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
        self._known = self._incidents()

    def row(self) -> StormRow:
        """Let it loose, wait for its end, look what became of it, and let the floor do the same."""
        sandbox, ours = self._sandbox, self._ours
        settle(sandbox)
        start, before = len(sandbox.calls()), self._cpu_s()
        sent = datetime.now(UTC)
        with ThreadPoolExecutor(1) as aside:
            posting = aside.submit(self._post)
            visible_s = asyncio.run(self._watch(start, sent, posting))
            taken_s, incidents = posting.result()
        spent = [now - then for now, then in zip(self._cpu_s(), before, strict=True)]
        calls = sandbox.calls(start)
        contained = _contained(calls, self._uins, sent)
        return StormRow(
            contained_s=tuple(contained.values()),
            floor_s=() if self._storm.rate_limit else self._floor(calls),
            incidents=self._incidents() - self._known,
            joined=sum(not one["new"] for one in incidents),
            refused=sum(one["refused"] for one in incidents),
            lost=len(self._uins - contained.keys()),
            twice=sum(count > 1 for count in written(calls).values()),
            taken_s=taken_s,
            visible_s=visible_s,
            calls_each=len(calls) / len(self._victims),
            cpu_each_s=(spent[0] / len(self._victims), spent[1] / len(self._victims)),
            peaks_mb=(memory(ours.pid).peak / MEGABYTE, memory(ours.server_pid).peak / MEGABYTE),
        )

    def _incidents(self) -> int:
        return len(open_ledger(f"sqlite:///{self._ours.home / 'ledger.db'}").incidents())

    def _cpu_s(self) -> tuple[float, float]:
        return cpu_s(self._ours.pid), cpu_s(self._ours.server_pid)

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

    async def _watch(self, start: int, sent: datetime, posting: Future[Any]) -> float:
        """Wait until all are contained, all runs are on Prefect's server, and nothing is at work any more.

        Gives up when an alert was not taken, or no call has come for long; what is lost then, the row says.
        """
        visible_s, calls, moved = float("inf"), list[SeenCall](), time.monotonic()
        async with prefect_http(self._ours.api_url, opening=auth_of(self._ours.home, self._ours.api_url)) as client:
            while time.monotonic() - moved < PATIENCE_S and not (posting.done() and posting.exception()):
                if visible_s == float("inf") and await count_runs(client) >= len(self._victims) + self._known:
                    visible_s = (datetime.now(UTC) - sent).total_seconds()
                if fresh := self._sandbox.calls(start + len(calls)):
                    calls, moved = calls + fresh, time.monotonic()
                done = self._uins <= _contained(calls, self._uins, sent).keys()
                quiet = time.monotonic() - moved > QUIET_S
                if done and quiet and visible_s < float("inf") and not await count_runs(client, AT_WORK):
                    break
                await asyncio.sleep(POLL_S)
        return visible_s

    def _floor(self, calls: Sequence[SeenCall]) -> tuple[float, ...]:
        """The floor's storm, after one unmeasured that opens its connections."""
        dealt = shares(calls, self._victims, self._sandbox.people, self._pattern)
        floor = Floor(connect(endpoint=self._sandbox.url, environ=self._sandbox.environ))
        floor.storm(dealt.replays, dealt.common)
        start, sent = len(self._sandbox.calls()), datetime.now(UTC)
        floor.storm(dealt.replays, dealt.common)
        floor.close()
        return tuple(_contained(self._sandbox.calls(start), self._uins, sent).values())


def _contained(calls: Sequence[SeenCall], uins: set[str], sent: datetime) -> dict[str, float]:
    """When each was contained, by uin."""
    found = dict[str, float]()
    for call in calls:
        uin = str(call.parameters.get("AttachUin"))
        if is_last(call) and uin in uins:
            found.setdefault(uin, (call.at - sent).total_seconds())
    return found


async def count_runs(client: httpx.AsyncClient, states: Sequence[str] = ()) -> int:
    """Count the runs on Prefect's server."""
    body = {"flow_runs": {"state": {"type": {"any_": list(states)}}}} if states else {}
    answer = await client.post("flow_runs/count", json=body)
    answer.raise_for_status()
    return int(answer.json())


def messages(alerts: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Report each login so often that it makes so many messages, shuffled; every other report in other words."""
    rounds = _rounds(alerts)
    found = [next(rounds) for _ in range(count)]
    random.Random(SEED).shuffle(found)  # noqa: S311 - an order, no secret
    return found


def _rounds(alerts: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    turn = 0
    while True:
        for alert in alerts:
            yield reworded(alert) if turn % 2 else alert
        turn += 1


def reworded(alert: dict[str, Any]) -> dict[str, Any]:
    """Tell the same in the words of another sender: China's time, the minute only, no place, another text."""
    at = datetime.fromisoformat(alert["login_time"]).astimezone(BEIJING).replace(second=0)
    text = f"Unusual login of {alert['principal']} from {alert['ip']} at {at:%H:%M}"
    kept = {name: alert[name] for name in ("ip", "account", "principal")}
    return {**kept, "login_time": at.isoformat(), "source": "mail", "text": text}
