"""Alerts are promised only once they are kept: a full disk, a closing process."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tasks.context import ledger
from tasks.errors import LedgerError
from tasks.ledger.errors import LedgerBusy
from tasks.model.delivery import Delivery
from tasks.model.message import Reported
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.serving import ingest
from tasks.serving.ingest import Reception
from tasks.serving.queue import Roster
from tests.scene import AT


def delivery(*names: str) -> Delivery:
    alerts = (LoginAlert(principal=name, ip="203.0.113.7", account="100000000001") for name in names)
    told = tuple(Reported(runbook="unusual_login", alert=alert) for alert in alerts)
    return Delivery(source="sms", road="text", sha256="a" * 64, body="x" * 20_000, alerts=told, at=AT)


def reception(roster: Roster, hurried: list[str]) -> Reception:
    return Reception(roster, Policy, lambda: hurried.append("now"))


@pytest.mark.usefixtures("home")
def test_what_is_kept_waits_for_a_place_the_main_account_first() -> None:
    roster, hurried = Roster(), list[str]()

    receipts = asyncio.run(reception(roster, hurried).take(delivery("alice", "root")))
    first = asyncio.run(roster.next())

    assert [receipt.new for receipt in receipts] == [True, True]
    assert first.incident_id == receipts[1].incident_id
    assert hurried == ["now", "now"]


@pytest.mark.usefixtures("home")
def test_what_joins_an_incident_waits_for_nothing() -> None:
    roster, hurried = Roster(), list[str]()
    taking = reception(roster, hurried)

    asyncio.run(taking.take(delivery("alice")))
    asyncio.run(taking.take(delivery("alice")))

    assert len(roster.waiting) == 1


@pytest.mark.usefixtures("home")
def test_on_a_full_disk_nothing_is_promised_and_once_there_is_room_it_is_taken() -> None:
    roster = Roster()
    taking, engine = reception(roster, []), ledger()._engine

    def full(connection: Any, *_: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    engine.dispose()
    event.listen(engine, "connect", full)
    with pytest.raises(LedgerError, match="disk is full"):
        asyncio.run(taking.take(delivery("alice")))
    event.remove(engine, "connect", full)
    engine.dispose()
    nothing = (ledger().incidents(), tuple(roster.waiting))
    (receipt,) = asyncio.run(taking.take(delivery("alice")))

    assert nothing == ((), ())
    assert receipt.new


def test_a_ledger_that_is_held_for_longer_than_any_sender_waits_is_busy(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ingest.PATIENCE_S < 5  # when Cloud Monitor hangs up
    monkeypatch.setattr(ingest, "PATIENCE_S", 0.01)
    taking, found = reception(Roster(), []), ledger().incidents()

    async def in_vain() -> None:
        with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LedgerBusy, match="The ledger is locked; try again"):
                await taking.take(delivery("alice"))
            other.execute("ROLLBACK")

    asyncio.run(in_vain())

    assert found == ()


@pytest.mark.usefixtures("home")
def test_a_process_that_ends_takes_nothing_more() -> None:
    taking = reception(Roster(), [])
    taking.closed = True

    with pytest.raises(LedgerBusy, match="ending"):
        asyncio.run(taking.take(delivery("alice")))

    assert ledger().incidents() == ()
