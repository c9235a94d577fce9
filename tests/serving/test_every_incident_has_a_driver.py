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
from tasks.errors import EngineError
from tasks.ledger.rows import Incident
from tests.serving.house import House, NewHouse
from tests.waiting import until

pytestmark = pytest.mark.prefect

Fault = Callable[[PrefectClient, UUID], Awaitable[object]]

OPEN = "own-login-1"
WHY = "stopped-1-1"


async def delete(client: PrefectClient, run: UUID) -> None:
    await client.delete_flow_run(run)


async def cancel(client: PrefectClient, run: UUID) -> None:
    await client.set_flow_run_state(run, Cancelling())


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
    say(cases[CANCELLED[0]], answer="go_on", answered_by="lead", why="by mistake")
    befall((cases[CANCELLED[1]],), [ending(AwaitingRetry())])
    say(cases[CANCELLED[2]], answer="stay_stopped", answered_by="lead", why="the login was a test")
    until(lambda: asked(house) == [OPEN] * (len(FAULTS) - 1) + [""], by=process, every_s=0.2)
    until(lambda: house.incidents()[-1].verdict is not None, by=process)

    ends = house.incidents()[-1]
    told = house.whats(ends.id)
    assert (stopped, ready["stopped"], ready["failed"]) == (3, cancelled, [])
    assert 'runbooks_incidents_open{runbook="unusual_login",state="stopped"} 3.0' in metrics
    assert not any(each["new"] for one in joined for each in one["incidents"])
    assert (ends.verdict, told.count("run_cancelled"), told.count("stays_stopped")) == ("declined", 1, 1)
    assert [house.whats(one).count("went_on") for one in cancelled] == [1, 1, 0]
    assert "run_lost" in house.whats(before[0].id)
    assert house.log().count("a person cancelled its run") == len(CANCELLED)
    assert house.writes() == []
    assert house.chains_hold()
