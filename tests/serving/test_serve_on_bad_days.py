"""Bad days of `runbooks serve`: killed in a storm, without Prefect's server, with a locked ledger, on a full disk."""

import asyncio
import os
import random
import resource
import signal
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from uuid import UUID

import httpx
import pytest

from tasks.engine.questions import Waiting, waiting_question
from tasks.engine.server.note import read_note
from tasks.ledger.rows import IncidentStatus
from tasks.ledger.store import open_ledger
from tests.ports import free_port
from tests.serving.house import House, NewHouse, kill
from tests.waiting import until

pytestmark = pytest.mark.prefect

KEY_ONLY = "mode: auto\nauto_actions: [disable_access_key]\n"
KILLS = 3
VICTIMS, ROADS = 15, 4
"""Each third of the victims is told of in a round of its own, so that every kill finds work at hand."""
BEFORE_A_KILL = 3


def send_all(house: House, alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send alerts, many at once; returns those that were accepted."""

    def accepted(alert: dict[str, Any]) -> bool:
        try:
            return house.send(alert).status_code == httpx.codes.ACCEPTED
        except httpx.HTTPError:
            return False

    with ThreadPoolExecutor(max_workers=16) as senders:
        return [alert for alert, taken in zip(alerts, senders.map(accepted, alerts), strict=True) if taken]


def send_until_accepted(house: House, alerts: list[dict[str, Any]]) -> None:
    """Send alerts, and those that were not accepted again."""
    while alerts:
        taken = send_all(house, alerts)
        alerts = [alert for alert in alerts if alert not in taken]


def test_killed_again_and_again_in_a_storm_it_loses_nothing_and_does_nothing_twice(
    prefect_server: Any, new_house: NewHouse
) -> None:
    house = new_house("storm", policy=KEY_ONLY, PREFECT_API_URL=prefect_server.api_url)
    house.sandbox.faults.set(rate_limit=False)
    alerts = house.sandbox.alerts()[:VICTIMS]
    rounds = [_storm_of(alerts[number::KILLS]) for number in range(KILLS)]
    process = house.start()
    for told in rounds:
        with ThreadPoolExecutor(max_workers=1) as storm:
            done = len(house.writes()) + BEFORE_A_KILL
            sending = storm.submit(send_all, house, told)
            until(lambda done=done: len(house.writes()) > done, by=process)
            kill(process)
            sending.result()
        process = house.start()
    every = [alert for told in rounds for alert in told]
    send_until_accepted(house, every)  # whoever got no answer sends again

    until(lambda: house.states()["queued"] + house.states()["at_work"] == 0, by=process, every_s=0.5)

    incidents = house.incidents()
    answered = [one for one in incidents if one.verdict != "duplicate"]
    writes = Counter(house.writes())
    assert Counter(one.alert["principal"] for one in answered) == {alert["principal"]: 1 for alert in alerts}
    assert set(writes.values()) == {1}
    assert sum(name.startswith("UpdateAccessKey") for name in writes) >= len(alerts)
    assert all(one.status is IncidentStatus.CLOSED or _asks(one.flow_run_id) for one in incidents)
    assert house.chains_hold()


def _storm_of(alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Several messages about each login, in no order."""
    told = [_reworded(alert, road) for alert in alerts for road in range(ROADS)]
    random.Random(3).shuffle(told)
    return told


def _reworded(alert: dict[str, Any], number: int) -> dict[str, Any]:
    """The same login as another road tells of it."""
    return alert if number == 0 else alert | {"text": f"reported by road {number}", "method": None}


def _asks(flow_run_id: str | None) -> bool:
    """Whether a run waits with a question that can be answered."""
    return isinstance(asyncio.run(waiting_question(UUID(flow_run_id))), Waiting)


def test_a_server_that_is_away_is_waited_for_and_started_again(prefect_server: Any, new_house: NewHouse) -> None:
    house = new_house()
    prefect_server.furnish(house.home)
    house.start()
    until(lambda: "Prefect answers" in house.log())
    note = read_note(house.home)
    assert note is not None
    server = f"http://127.0.0.1:{note.port}/api/health"
    os.kill(note.pid, signal.SIGKILL)

    taken = house.send(house.sandbox.alert())
    until(lambda: house.states()["waiting"] == 1)

    assert taken.status_code == httpx.codes.ACCEPTED
    assert "the Prefect server has died" in house.log()
    assert httpx.get(server, trust_env=False).is_success
    assert set(Counter(house.writes()).values()) == {1}
    assert "evidence_added" in house.whats(house.incidents()[0].id)


def test_it_starts_without_engine_and_ledger_and_takes_alerts_as_soon_as_the_ledger_takes_writes(
    new_house: NewHouse,
) -> None:
    house = new_house(PREFECT_API_URL=f"http://127.0.0.1:{free_port()}/api")
    open_ledger(f"sqlite:///{house.home / 'whole.db'}").close()
    (house.home / "ledger.db").write_text("rubbish that no database begins with", encoding="utf-8")
    process = house.begin()
    until(lambda: "waiting for the ledger" in house.log(), by=process)
    healthy, waiting = _get(house, "healthz"), _get(house, "readyz")
    refused = house.send(house.sandbox.alert())
    (house.home / "whole.db").replace(house.home / "ledger.db")
    until(house.is_ready, by=process)
    taken = house.send(house.sandbox.alert())
    until(lambda: "waiting for the Prefect server" in house.log(), by=process)
    until(lambda: len(house.writes()) > 0, by=process)  # containment does not wait for the engine
    ready = _get(house, "readyz")

    soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    until(lambda: _get(house, "readyz").status_code == httpx.codes.SERVICE_UNAVAILABLE, by=process)
    full = house.send(house.sandbox.alert() | {"text": "another wording"})
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (soft, hard))
    until(house.is_ready, by=process)
    again = house.send(house.sandbox.alert() | {"text": "another wording"})

    assert (healthy.status_code, waiting.status_code, refused.status_code) == (200, 503, 503)
    assert "is not a ledger" in waiting.json()["ledger"]
    assert (taken.status_code, full.status_code, again.status_code) == (202, 503, 202)
    assert ready.json()["engine"].startswith("away")
    assert len(house.incidents()) == 1
    assert "Traceback" not in house.log()


def _get(house: House, what: str) -> httpx.Response:
    return httpx.get(f"{house.url}/{what}", timeout=None, trust_env=False)


def test_a_locked_ledger_makes_the_sender_try_again_soon_and_then_takes_his_alert(house: House) -> None:
    house.start()
    with closing(sqlite3.connect(house.home / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = house.send(house.sandbox.alert())
        unready = house.is_ready()
        other.execute("ROLLBACK")

    until(house.is_ready)
    taken = house.send(house.sandbox.alert())

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert not unready
    assert taken.status_code == httpx.codes.ACCEPTED
    assert len(house.incidents()) == 1


def test_a_policy_that_is_spoilt_while_it_runs_leaves_the_last_good_one_in_force(house: House) -> None:
    house.start()
    (house.home / "policy.yaml").write_text("mode: whatever\n", encoding="utf-8")

    house.send(house.sandbox.alert())

    assert house.incidents()[0].mode == "auto"
    assert "the last good one stays in force" in house.log()
