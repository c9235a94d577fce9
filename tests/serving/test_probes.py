"""What monitors are told is true: of an engine that hangs or fails, of a ledger that takes no write, of a full disk."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from tasks.context import ledger
from tasks.ledger.database import parse_url
from tasks.ledger.db_errors import explain
from tasks.serving import engine_probe, ledger_probe, serve
from tasks.serving.engine_probe import EngineProbe, EngineState
from tasks.serving.health import health_routes
from tasks.serving.ledger_probe import LedgerProbe, LedgerState
from tasks.serving.queue import Roster


async def _hangs(_: httpx.Request) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError


def _refuses(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def _says(status: int) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status)


@pytest.mark.parametrize(
    ("server", "takes_runs", "told"),
    [
        (_says(200), True, "ok"),
        (_says(200), False, "away: no run can be registered"),
        (_says(503), True, "away: it answers 503"),
        (_refuses, True, "away: ConnectError"),
        (_hangs, True, "away: TimeoutError"),
    ],
    ids=["answers", "takes no run", "unready", "is down", "hangs"],
)
def test_only_an_engine_that_answers_is_called_ok(
    server: Callable[[httpx.Request], httpx.Response],
    takes_runs: bool,  # noqa: FBT001 - of the table
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_probe, "PATIENCE_S", 0.2)

    async def asked() -> EngineState:
        probe = EngineProbe("http://192.0.2.7:4200/api")
        async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http:
            await probe.ask(http)
        return probe.state(takes_runs=takes_runs)

    assert asyncio.run(asked()).state == told


def test_an_engine_that_was_not_asked_for_long_is_not_called_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(engine_probe, "monotonic", lambda: now[0])
    probe = EngineProbe("http://192.0.2.7:4200/api")
    never = probe.state(takes_runs=True)

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(_says(200))) as http:
            await probe.ask(http)

    asyncio.run(ask())
    soon = probe.state(takes_runs=True)
    now[0] += 60

    assert never == EngineState("away: not asked yet", None)
    assert soon == EngineState("ok", 0.0)
    assert probe.state(takes_runs=True) == EngineState("away: not asked for too long", 60.0)


def test_a_ledger_that_takes_a_write_is_ready_and_nothing_stays_of_it(home: Path) -> None:
    looked = asyncio.run(LedgerProbe().look())

    assert looked == LedgerState(None, 0, looked.told)
    assert ledger().incidents() == ()


def test_a_locked_ledger_is_told_in_time_and_is_ready_again_afterwards(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger()
    monkeypatch.setattr(ledger_probe, "PATIENCE_S", 0.1)

    async def looks() -> tuple[LedgerState, LedgerState, LedgerState]:
        probe = LedgerProbe()
        with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            first, second = await probe.look(), await probe.look()
            other.execute("ROLLBACK")
        monkeypatch.setattr(ledger_probe, "PATIENCE_S", 60.0)
        return first, second, await probe.look()

    first, second, after = asyncio.run(looks())

    assert first.problem == second.problem == "The ledger is locked by another process, or hangs."
    assert after.problem is None


def test_a_full_disk_is_told_also_where_the_ledger_has_room_in_its_log(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_probe.shutil, "disk_usage", lambda _: SimpleNamespace(free=0))

    assert asyncio.run(LedgerProbe().look()).problem == f"The disk of {home} is full: free some space."


@pytest.mark.parametrize(
    ("engine", "held_up", "ending", "code", "status"),
    [
        (EngineState("ok", 0.0), {}, False, 200, "ok"),
        (EngineState("away: TimeoutError", 60.0), {}, False, 200, "degraded"),
        (EngineState("ok", 0.0), {"signing": "OSError"}, False, 200, "degraded"),
        (EngineState("ok", 0.0), {}, True, 503, "unready"),
        (EngineState("away: TimeoutError", 60.0), {}, True, 503, "unready"),
    ],
    ids=["well", "engine away", "loop held up", "ending", "ending, engine away"],
)
def test_ok_is_said_of_the_whole_and_200_where_alerts_are_taken(
    home: Path,
    engine: EngineState,
    held_up: dict[str, str],
    ending: bool,  # noqa: FBT001 - of the table
    code: int,
    status: str,
) -> None:
    routes = health_routes(Roster(), closed=lambda: ending, engine=lambda: engine, held_up=lambda: held_up)

    async def asked() -> httpx.Response:
        web = httpx.ASGITransport(app=Starlette(routes=routes))
        async with httpx.AsyncClient(transport=web, base_url="http://runbooks.example.com") as http:
            return await http.get("/readyz")

    answer = asyncio.run(asked())

    assert (answer.status_code, answer.json()["status"]) == (code, status)
    assert (answer.json()["engine"], answer.json()["held_up"]) == (engine.state, held_up)


def test_a_database_that_is_only_just_starting_up_is_waited_for_and_that_is_said_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    says = OperationalError("SELECT", {}, Exception("FATAL:  the database system is starting up"))
    away = [explain(says, parse_url("postgresql+psycopg://runbooks@db.example.com/ledger"))] * 3

    def opened() -> object:
        if away:
            raise away.pop()
        return ledger()

    monkeypatch.setattr(serve, "AGAIN_S", 0.0)
    monkeypatch.setattr(serve, "ledger", opened)

    asyncio.run(serve.wait_for_the_ledger())

    first, last = (record.message for record in caplog.records)
    assert first.endswith("which says: FATAL:  the database system is starting up")
    assert last == "the ledger is there; alerts are taken"
