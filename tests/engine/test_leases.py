"""A lease is renewed whatever befalls the ledger meanwhile, and given back once, after the last renewal."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tasks.context import ledger
from tasks.engine import leases
from tasks.engine.leases import leased
from tasks.engine.owner import owner
from tasks.ledger.errors import LedgerBusy
from tasks.ledger.leases import Leases
from tests.ledger.deliveries import ALICES_LOGIN, delivery, take

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)


@pytest.fixture
def incident_id(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(leases, "RENEW_S", 0.0)
    monkeypatch.setattr(leases, "AGAIN_S", 0.0)
    (receipt,) = take(ledger(), delivery(NOW, ALICES_LOGIN))
    return receipt.incident_id


def breaking(monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> list[int]:
    """Let the ledger refuse a call so many times; returns the calls, counted."""
    real, calls = getattr(Leases, name), [0]

    def call(*args: Any, **more: Any) -> Any:
        calls[0] += 1
        if calls[0] <= times:
            raise LedgerBusy("The ledger is locked.")
        return real(*args, **more)

    monkeypatch.setattr(Leases, name, call)
    return calls


def test_a_ledger_that_is_away_does_not_end_the_renewals_and_is_said_once(
    incident_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls = breaking(monkeypatch, "take_lease", times=3)

    async def work() -> str | None:
        async with leased(None, incident_id=incident_id):
            while calls[0] < 5:  # noqa: ASYNC110 - the ledger's calls are counted, nothing else tells of them
                await asyncio.sleep(0)
            held = ledger().lease(incident_id)
            return held.owner if held else None

    assert asyncio.run(work()) == owner()
    assert ledger().lease(incident_id) is None
    assert [record.message for record in caplog.records if "can't be renewed" in record.message] == [
        f"the lease of {incident_id} can't be renewed, and is tried again: The ledger is locked."
    ]


def test_a_run_that_went_well_stays_so_where_the_lease_can_not_be_given_back(
    incident_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, "release_lease", times=1)

    async def work() -> str:
        async with leased(None, incident_id=incident_id):
            return "well"

    assert asyncio.run(work()) == "well"


@pytest.mark.parametrize("cut_off", [False, True])
def test_a_renewal_on_its_way_does_not_outlive_the_release(
    incident_id: str,
    monkeypatch: pytest.MonkeyPatch,
    cut_off: bool,  # noqa: FBT001 - of the table
) -> None:
    begun, go_on, real = Event(), Event(), Leases.take_lease

    def slowly(*args: Any, **more: Any) -> bool:
        begun.set()
        go_on.wait()
        return real(*args, **more)

    monkeypatch.setattr(Leases, "take_lease", slowly)

    async def work() -> None:
        async with leased(None, incident_id=incident_id):
            await asyncio.to_thread(begun.wait)
            asyncio.get_running_loop().call_soon(go_on.set)

    async def both() -> None:
        working = asyncio.create_task(work())
        if cut_off:
            await asyncio.to_thread(begun.wait)
            working.cancel()
            asyncio.get_running_loop().call_soon(working.cancel)
            asyncio.get_running_loop().call_soon(go_on.set)
        await asyncio.wait({working})
        assert working.cancelled() is cut_off

    asyncio.run(both())

    assert ledger().lease(incident_id) is None
