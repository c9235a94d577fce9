"""`runbooks serve` looks again for a login that the audit log is late with, though it was killed in between."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any
from uuid import UUID

import pytest

from tasks.engine.questions import Waiting, waiting_question
from tests.serving.house import House, NewHouse, kill
from tests.waiting import until

pytestmark = pytest.mark.prefect

AUTO = "mode: auto\nauto_actions: [disable_access_key]\nauto_signs: 1\n"
LONG_AGO = "2026-01-01T00:00:00.000000Z"


def waits_with(house: House) -> str:
    """Key of the question that the incident waits with; empty as long as it waits with none."""
    run = house.incidents()[0].flow_run_id
    found = asyncio.run(waiting_question(UUID(run))) if run else None
    return found.key if isinstance(found, Waiting) else ""


def let_it_be_due(house: House) -> None:
    """Let the next look be due, as if the time had gone by."""
    with closing(sqlite3.connect(house.home / "ledger.db", isolation_level=None)) as ledger:
        ledger.execute("UPDATE late_events SET due_at = ?", (LONG_AGO,))


def test_a_process_that_comes_after_one_that_was_killed_looks_again_and_contains(
    prefect_server: Any, new_house: NewHouse
) -> None:
    house = new_house("login-late-in-audit", policy=AUTO, PREFECT_API_URL=prefect_server.api_url)
    process = house.start()
    house.send(house.sandbox.alert())
    until(lambda: waits_with(house) == "own-login-1", by=process)
    kill(process)
    before = house.writes()
    house.sandbox.show_late_records()
    let_it_be_due(house)

    process = house.start()
    until(lambda: waits_with(house) == "own-login-again-1", by=process)

    (incident,) = house.incidents()
    whats = house.whats(incident.id)
    assert before == []
    assert {name.split()[0] for name in house.writes()} >= {"UpdateAccessKey"}
    assert [whats.count(what) for what in ("event_turned_up", "wait_ended", "event_taken_in")] == [1, 1, 1]
    assert house.chains_hold()
