"""A ledger that keeps its callers waiting never keeps the loop waiting, and a cancel never tears a write apart."""

import asyncio
import contextvars
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tasks.context import ledger
from tasks.ledger import base
from tasks.ledger.errors import LedgerBusy
from tasks.ledger.off_loop import in_thread
from tests.incidents import opened
from tests.off_loop import waits_on_the_loop
from tests.scene import AT


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Let another program hold the lock of SQLite's one writer."""
    with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def incident_id(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An incident in a ledger whose writers wait for as long as it is locked."""
    monkeypatch.setenv("RUNBOOKS_LEDGER", f"sqlite:///{home}/ledger.db?timeout=3600")
    return opened(ledger(), AT).id


def test_the_loop_goes_on_while_a_writer_waits_for_the_lock(home: Path, incident_id: str) -> None:
    async def both() -> bool:
        with locked(home):
            writing = asyncio.create_task(
                in_thread(ledger().note)(incident_id, "noted", who="a test", detail=None, at=AT)
            )
            for _ in range(100):
                await asyncio.sleep(0.001)
            waited = not writing.done()
        await writing
        return waited

    assert asyncio.run(both())
    assert [entry.what for entry in ledger().timeline(incident_id)].count("noted") == 1


def test_who_is_cancelled_while_the_ledger_writes_hears_it_once_that_is_done(home: Path, incident_id: str) -> None:
    async def cut() -> tuple[bool, bool, int]:
        with locked(home):
            writing = asyncio.create_task(
                in_thread(ledger().note)(incident_id, "noted", who="a test", detail=None, at=AT)
            )
            for _ in range(3):  # a cancel may come more than once
                await asyncio.sleep(0.001)
                writing.cancel()
            await asyncio.sleep(0.001)
            still = not writing.done()
        await asyncio.wait({writing})
        return still, writing.cancelled(), [each.what for each in ledger().timeline(incident_id)].count("noted")

    assert asyncio.run(cut()) == (True, True, 1)


def test_it_gives_what_the_function_gives_raises_what_it_raises_and_sees_the_callers_context() -> None:
    told = contextvars.ContextVar[str]("told")

    @in_thread
    def said(divisor: int) -> str:
        return f"{told.get()} {1 // divisor}"

    async def asked() -> str:
        told.set("one is")
        with pytest.raises(ZeroDivisionError):
            await said(0)
        return await said(1)

    assert asyncio.run(asked()) == "one is 1"


def test_who_waits_for_its_turn_to_write_gives_up_in_time(incident_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "TURN_S", 0.01)
    in_it, go_on = Event(), Event()

    async def three() -> None:
        holding = asyncio.create_task(in_thread(_hold)(incident_id, in_it, go_on))
        await asyncio.to_thread(in_it.wait)
        with pytest.raises(LedgerBusy, match="too many writers"):
            await in_thread(ledger().note)(incident_id, "noted", who="a test", detail=None, at=AT)
        go_on.set()
        await holding

    asyncio.run(three())
    ledger().note(incident_id, "noted", who="a test", detail=None, at=AT)


def _hold(incident_id: str, in_it: Event, go_on: Event) -> None:
    with ledger()._writing(incident_id):
        in_it.set()
        go_on.wait()


def test_a_coroutine_of_ours_that_called_the_ledger_itself_would_be_found(home: Path) -> None:
    ours: dict[str, Any] = {"__name__": "tasks.example", "look": waits_on_the_loop}
    exec("async def at_once(): return look()", ours)

    assert str(asyncio.run(ours["at_once"]())).startswith("tasks.example.at_once")
    assert asyncio.run(in_thread(waits_on_the_loop)()) is None
    assert waits_on_the_loop() is None
