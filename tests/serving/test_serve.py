"""`runbooks serve`: an alert that arrives is answered at once, whatever road its run came by."""

import asyncio
import signal
from collections import Counter
from typing import Any
from uuid import UUID

import httpx
import pytest

from tasks.engine.questions import Accepted, Waiting, answer, waiting_question
from tasks.engine.runs import RunState, create_run, view
from tasks.ledger.backlog import STATES
from tests.serving.house import House, kill
from tests.waiting import until

pytestmark = pytest.mark.prefect

WORDS = {"own-login": "no", "co-user": "no", "known-egress": "no"}


def waits_with(run_id: UUID) -> str | None:
    """Key of the question that a run waits with."""
    found = asyncio.run(waiting_question(run_id))
    return found.key if isinstance(found, Waiting) else None


def say(run_id: UUID, form: dict[str, Any]) -> None:
    assert asyncio.run(answer(run_id, form)) == Accepted()


def test_an_alert_is_contained_and_asked_about_and_its_answers_are_taken_up(house: House) -> None:
    house.start()
    alert = house.sandbox.alert()

    first, second = house.send(alert), house.send(alert | {"source": "mail", "text": "another wording"})
    (incident,) = house.incidents()
    until(lambda: house.states()["waiting"] == 1)
    run_id = UUID(house.incidents()[0].flow_run_id)
    before = Counter(house.writes())

    assert (first.status_code, first.json()["incidents"]) == (202, [{"id": incident.id, "new": True}])
    assert second.json()["incidents"] == [{"id": incident.id, "new": False}]
    assert set(before.values()) == {1}
    assert {name.split()[0] for name in before} >= {"UpdateAccessKey", "UpdateUser", "AttachUserPolicy"}

    for key, word in WORDS.items():
        until(lambda key=key: (waits_with(run_id) or "").startswith(key))
        say(run_id, {"answer": word, "answered_by": "owner"})
    until(lambda: (waits_with(run_id) or "").startswith("containment"))
    say(run_id, {"decision": "approve", "approved_by": "security-lead", "only": []})
    until(lambda: asyncio.run(view(run_id)).state is RunState.COMPLETED)

    assert house.states() == dict.fromkeys(STATES, 0)
    assert house.incidents()[0].verdict == "contained"
    assert set(Counter(house.writes()).values()) == {1}
    assert house.chains_hold()


def test_a_run_that_is_started_elsewhere_is_picked_up_and_its_login_is_not_answered_twice(
    house: House, prefect_server: Any
) -> None:
    house.start()
    until(lambda: "Prefect answers" in house.log())
    url = f"{prefect_server.api_url}/deployments/name/unusual_login/unusual_login"
    deployments = httpx.get(url, auth=prefect_server.auth).json()
    text = '{"ip": "203.0.113.7", "account": "100000000001", "principal": "alice"}'

    runs = [asyncio.run(create_run(UUID(deployments["id"]), {"alert": text})).id]
    until(lambda: house.states()["waiting"] == 1)
    runs.append(asyncio.run(create_run(UUID(deployments["id"]), {"alert": text})).id)
    until(lambda: asyncio.run(view(runs[1])).state is RunState.COMPLETED)

    (incident,) = house.incidents()
    second = asyncio.run(view(runs[1]))
    assert incident.flow_run_id == str(runs[0])
    assert (second.state_name, second.message) == ("duplicate", incident.id)


def test_told_to_end_it_takes_nothing_more_and_lets_what_is_at_work_come_to_its_question(house: House) -> None:
    process = house.start()
    house.sandbox.faults.set(latency_s=0.3)
    house.send(house.sandbox.alert())
    until(lambda: any(call.action == "UpdateAccessKey" for call in house.sandbox.calls()))

    ended = kill(process, signal.SIGTERM)

    assert ended == 0
    assert house.states() == dict.fromkeys(STATES, 0) | {"waiting": 1}
    assert set(Counter(house.writes()).values()) == {1}
    assert (waits_with(UUID(house.incidents()[0].flow_run_id)) or "").startswith("own-login")
    assert not house.is_ready()
    assert "Traceback" not in house.log()


def test_it_tells_how_it_is_to_monitors_and_people(house: House) -> None:
    process = house.start()
    house.send(house.sandbox.alert())
    until(lambda: house.states()["waiting"] == 1)

    metrics = httpx.get(f"{house.url}/metrics", trust_env=False).text
    healthy = httpx.get(f"{house.url}/healthz", trust_env=False).json()
    ended = kill(process, signal.SIGTERM)

    assert 'runbooks_alerts_total{outcome="taken",runbook="unusual_login",source="default"} 1.0' in metrics
    assert 'runbooks_incidents_open{runbook="unusual_login",state="waiting"} 1.0' in metrics
    assert "runbooks_facts_seconds_count 1.0" in metrics
    assert "runbooks_containment_seconds_count 1.0" in metrics
    assert 'runbooks_cloud_calls_total{action="cam:UpdateAccessKey",result="ok"}' in metrics
    assert healthy == {"status": "ok"}
    assert ended == 0
    assert "203.0.113.7" not in "".join(line for line in house.log().splitlines() if "message of" in line)
