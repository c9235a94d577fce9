"""Evidence of a gathering is collected, and written at once before anything is decided by it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.config.settings import settings
from tasks.context import ledger
from tasks.errors import LedgerError
from tasks.ledger.evidence import EvidenceBox, piece
from tasks.lookup.collector import Keep
from tasks.steps import evidence as keeping_module
from tasks.steps.evidence import keeping
from tests import incidents
from tests.scene import AT


@pytest.fixture
def incident_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An incident in a ledger of its own."""
    monkeypatch.setenv("RUNBOOKS_HOME", str(tmp_path))
    settings.cache_clear()
    ledger.cache_clear()
    yield opened()
    ledger().close()
    settings.cache_clear()
    ledger.cache_clear()


def opened() -> str:
    incident = incidents.opened(ledger(), AT, account="100000000001")
    return incident.id


def put(keep: Keep, number: int, body: Any = None) -> str:
    return keep("cam:ListUsers", f"r-{number}", AT + timedelta(seconds=number), body or {"Data": [number]})


async def keep_some(incident_id: str, count: int) -> list[str]:
    async with keeping(incident_id) as keep:
        ids = [put(keep, number) for number in range(count)]
        assert incidents.evidence_of(ledger(), incident_id) == ()
    return ids


def test_all_of_it_is_in_the_ledger_in_its_order_when_the_block_ends(incident_id: str) -> None:
    ids = asyncio.run(keep_some(incident_id, 5))

    kept = incidents.evidence_of(ledger(), incident_id)
    entries = [entry for entry in ledger().timeline(incident_id) if entry.what == "evidence_added"]
    assert [each.id for each in kept] == ids
    assert [each.body for each in kept] == [{"Data": [number]} for number in range(5)]
    assert [entry.seq for entry in entries] == [each.seq for each in kept]
    assert [entry.detail["id"] for entry in entries] == ids  # type: ignore[index, call-overload] # it is an object
    assert ledger().verify_chain(incident_id).length == 6  # type: ignore[union-attr] # it is whole


def test_ids_are_those_that_one_at_a_time_would_have_had(incident_id: str) -> None:
    (first,) = asyncio.run(keep_some(incident_id, 1))
    alone = ledger().add_evidence(incident_id, source="cam:ListUsers", request_id="r-0", at=AT, body={"Data": [0]})
    spelt = piece(incident_id, source="cam:ListUsers", request_id="r-0", at=AT, body={"Data": (0,)})

    assert (alone.id, spelt.id) == (first, first)
    assert alone.sha256 == spelt.sha256
    assert len(incidents.evidence_of(ledger(), incident_id)) == 1


def test_what_comes_twice_is_kept_once_and_what_is_there_stays(incident_id: str) -> None:
    asyncio.run(keep_some(incident_id, 2))
    before = incidents.evidence_of(ledger(), incident_id)

    async def again() -> None:
        async with keeping(incident_id) as keep:
            for number in (1, 3, 0, 3):
                put(keep, number)

    asyncio.run(again())
    assert incidents.evidence_of(ledger(), incident_id)[:2] == before
    assert [each.request_id for each in incidents.evidence_of(ledger(), incident_id)] == ["r-0", "r-1", "r-3"]


def test_a_gathering_that_does_not_end_leaves_nothing(incident_id: str) -> None:
    async def broken() -> None:
        async with keeping(incident_id) as keep:
            put(keep, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(broken())

    assert incidents.evidence_of(ledger(), incident_id) == ()


def test_what_a_thread_brings_when_all_is_over_is_left_out(incident_id: str) -> None:
    async def late() -> None:
        async with keeping(incident_id) as keep:
            put(keep, 1)
        put(keep, 2)

    asyncio.run(late())
    assert [each.request_id for each in incidents.evidence_of(ledger(), incident_id)] == ["r-1"]


def test_a_big_hunt_is_written_as_it_goes(incident_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_module, "FULL", 30)

    async def much() -> list[int]:
        lengths = []
        async with keeping(incident_id) as keep:
            for number in range(4):
                put(keep, number)
                lengths.append(len(incidents.evidence_of(ledger(), incident_id)))
        return lengths

    assert asyncio.run(much()) == [0, 0, 3, 3]
    assert len(incidents.evidence_of(ledger(), incident_id)) == 4


def test_a_ledger_that_can_not_write_is_said_before_anything_is_decided(
    incident_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LedgerError("the disk is full")

    monkeypatch.setattr(EvidenceBox, "add_evidence_all", full)
    with pytest.raises(LedgerError, match="the disk is full"):
        asyncio.run(keep_some(incident_id, 1))


KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from tasks.ledger import evidence
from tasks.steps.evidence import keeping

written = []
link = evidence._cited
def cited(row):
    written.append(row)
    if len(written) == 3:
        os.kill(os.getpid(), signal.SIGKILL)  # within the transaction
    return link(row)
evidence._cited = cited

async def main():
    async with keeping(sys.argv[1]) as keep:
        for number in range(5):
            keep("cam:ListUsers", f"r-{number}", datetime.now(UTC), {"Data": [number]})
asyncio.run(main())
"""


def test_killed_while_writing_leaves_nothing_half(incident_id: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, incident_id], env=dict(os.environ), check=False)

    assert done.returncode == -signal.SIGKILL
    assert incidents.evidence_of(ledger(), incident_id) == ()
    assert len(asyncio.run(keep_some(incident_id, 5))) == len(incidents.evidence_of(ledger(), incident_id)) == 5
    assert ledger().verify_chain(incident_id).length == 6  # type: ignore[union-attr] # it is whole
