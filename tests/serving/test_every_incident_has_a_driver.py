"""Whatever becomes of a run, its open incident is seen to: asked again, given another run, or told to a person."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.states import AwaitingRetry, Cancelling, Completed, Crashed, Failed

from tasks.engine.questions import Accepted, Waiting, answer, waiting_question
from tasks.engine.server.note import read_note
from tasks.engine.server.process import end_process
from tasks.errors import EngineError
from tasks.ledger.rows import Incident
from tests.serving.house import House, NewHouse, kill
from tests.waiting import until

pytestmark = pytest.mark.prefect

Fault = Callable[[PrefectClient, UUID], Awaitable[object]]

OPEN = "own-login-1"
WHY = "stopped-1-1"


async def delete(client: PrefectClient, run: UUID) -> None:
    await client.delete_flow_run(run)


async def cancel(client: PrefectClient, run: UUID) -> None:
    await client.set_flow_run_state(run, Cancelling())


async def delete_its_deployment(client: PrefectClient, run: UUID) -> None:
    deployment_id = (await client.read_flow_run(run)).deployment_id
    assert deployment_id is not None
    await client.delete_deployment(deployment_id)


async def lose_the_form(client: PrefectClient, run: UUID) -> None:
    await client.delete_flow_run_input(run, f"suspended-{OPEN}-schema")


def ending(state: Any) -> Fault:
    async def end(client: PrefectClient, run: UUID) -> None:
        await client.set_flow_run_state(run, state, force=True)

    return end


FAULTS: dict[str, Fault] = {
    "deleted": delete,
    "completed": ending(Completed()),
    "failed": ending(Failed(message="OSError: no space left on device")),
    "crashed": ending(Crashed()),
    "mute": lose_the_form,
    "cancelled, and goes on": cancel,
    "cancelled, and retried": cancel,
    "cancelled, and ends": cancel,
}
CANCELLED = tuple(name for name in FAULTS if name.startswith("cancelled"))


def waits_with(run: str | None) -> str:
    """Key of the form that people can fill; empty where there is none."""
    with suppress(EngineError):
        found = asyncio.run(waiting_question(UUID(run))) if run else None
        return found.key if isinstance(found, Waiting) else ""
    return ""


def asked(house: House) -> list[str]:
    return [waits_with(one.flow_run_id) for one in house.incidents()]


def befall(incidents: tuple[Incident, ...], faults: list[Fault]) -> None:
    async def all_of_them() -> None:
        async with get_client() as client:
            for one, fault in zip(incidents, faults, strict=True):
                await fault(client, UUID(one.flow_run_id))

    asyncio.run(all_of_them())


def say(incident: Incident, **form: str) -> None:
    assert asyncio.run(answer(UUID(incident.flow_run_id), form)) == Accepted()


def got(house: House, path: str) -> httpx.Response:
    return httpx.get(f"{house.url}/{path}", timeout=None, trust_env=False)


def test_whatever_ends_a_run_from_outside_its_incident_is_asked_again_or_told(
    prefect_server: Any, new_house: NewHouse
) -> None:
    house = new_house("storm", policy="mode: approve\n", PREFECT_API_URL=prefect_server.api_url)
    house.sandbox.faults.set(rate_limit=False)
    process = house.start()
    alerts = house.sandbox.alerts()[: len(FAULTS)]
    for alert in alerts:
        house.send(alert)
    until(lambda: asked(house) == [OPEN] * len(FAULTS), by=process, every_s=0.2)
    before = house.incidents()

    befall(before, list(FAULTS.values()))
    wanted = [WHY if name in CANCELLED else OPEN for name in FAULTS]
    until(lambda: house.incidents()[0].flow_run_id != before[0].flow_run_id, by=process, every_s=0.2)
    until(lambda: house.log().count("had stopped") == len(FAULTS) - len(CANCELLED) - 1, by=process, every_s=0.2)
    until(lambda: asked(house) == wanted, by=process, every_s=0.2)
    until(lambda: house.states()["waiting"] == len(FAULTS) - len(CANCELLED), by=process)

    cases = dict(zip(FAULTS, house.incidents(), strict=True))
    cancelled = [cases[name].id for name in CANCELLED]
    stopped, ready = house.states()["stopped"], got(house, "readyz").json()
    joined = [house.send(alert).json() for alert in alerts[-3:]]
    metrics = got(house, "metrics").text
    answering = house.run("answer", cases[CANCELLED[1]].id, "--timeout", "1")
    say(cases[CANCELLED[0]], answer="go_on", answered_by="lead", why="by mistake")
    befall((cases[CANCELLED[1]],), [ending(AwaitingRetry())])
    say(cases[CANCELLED[2]], answer="stay_stopped", answered_by="lead", why="the login was a test")
    until(lambda: asked(house) == [OPEN] * (len(FAULTS) - 1) + [""], by=process, every_s=0.2)
    until(lambda: house.incidents()[-1].verdict is not None, by=process)

    ends, still = house.incidents()[-1], house.incidents()[:2]
    befall(still[:1], [delete_its_deployment])
    say(still[0], answer="no", answered_by="owner")
    say(still[1], answer="no", answered_by="owner")
    house.send(house.sandbox.alerts()[len(FAULTS)])
    until(lambda: asked(house)[-1] == OPEN and OPEN not in asked(house)[:2] and all(asked(house)[:2]), every_s=0.2)

    told = house.whats(ends.id)
    assert (stopped, ready["stopped"], ready["failed"]) == (3, cancelled, [])
    assert "A person cancelled this run" in answering
    assert 'runbooks_incidents_open{runbook="unusual_login",state="stopped"} 3.0' in metrics
    assert not any(each["new"] for one in joined for each in one["incidents"])
    assert (ends.verdict, told.count("run_cancelled"), told.count("stays_stopped")) == ("declined", 1, 1)
    assert [house.whats(one).count("went_on") for one in cancelled] == [1, 1, 0]
    assert "run_lost" in house.whats(before[0].id)
    assert house.log().count("a person cancelled its run") == len(CANCELLED)
    assert "the deployment was deleted, and is registered again" in house.log()
    assert house.writes() == []
    assert house.chains_hold()


def test_with_prefects_database_lost_each_incident_gets_another_run_which_goes_on_from_what_is_kept(
    prefect_server: Any, new_house: NewHouse
) -> None:
    house = new_house(policy="mode: auto\nauto_actions: [disable_access_key]\n")
    prefect_server.furnish(house.home)
    process = house.start()
    house.send(house.sandbox.alert())
    until(lambda: house.states()["waiting"] == 1, by=process)
    (before,) = house.incidents()
    calls, writes = len(house.sandbox.calls()), house.writes()
    kill(process)
    note = read_note(house.home)
    assert note is not None
    end_process(note.pid, None)
    for file in house.home.rglob("prefect.db*"):
        file.unlink()
    prefect_server.furnish(house.home)

    process = house.start()
    until(lambda: house.incidents()[0].flow_run_id not in (None, before.flow_run_id), by=process)
    until(lambda: house.states()["waiting"] == 1, by=process)

    (after,) = house.incidents()
    assert "can't be run any more; it gets another" in house.log()
    assert [house.whats(after.id).count(what) for what in ("run_lost", "run_bound")] == [1, 2]
    assert writes
    assert (len(house.sandbox.calls()), house.writes()) == (calls, writes)
    assert house.chains_hold()
