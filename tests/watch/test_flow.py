"""The watcher as a real run of a real deployment, as a plain worker runs it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.client.schemas.objects import FlowRun

from flows.unusual_login import unusual_login
from flows.watch_logins import watch_logins
from tasks.config.settings import settings
from tasks.context import cloud_at, ledger
from tasks.engine.deployments import ensure_deployment
from tasks.engine.inplace import run_in_place
from tasks.engine.runs import RunState, create_run, view
from tasks.engine.session import deploy
from tasks.sandbox.server import Sandbox

pytestmark = pytest.mark.prefect

DEPLOYMENTS = Path(__file__).parents[2] / "prefect.yaml"


def forget() -> None:
    for read_once in (settings, ledger, cloud_at):
        read_once.cache_clear()


@pytest.fixture
def sandbox(prefect_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox.start("no-history") as running:
        monkeypatch.setenv("RUNBOOKS_HOME", str(tmp_path))
        monkeypatch.setenv("RUNBOOKS_CLOUD_ENDPOINT", running.url)
        for name, value in running.credentials().items():
            monkeypatch.setenv(name, value)
        forget()
        yield running
    forget()


@pytest.fixture
def deployments(prefect_server: Any, sandbox: Sandbox) -> tuple[UUID, UUID]:
    """The watcher's deployment and the runbook's."""
    entrypoint = "flows/watch_logins.py:watch_logins"

    async def both() -> tuple[UUID, UUID]:
        watcher = await ensure_deployment(watch_logins, "watch_logins", entrypoint=entrypoint)
        return watcher, await deploy(unusual_login, prefect_server.api_url)

    return asyncio.run(both())


def run(deployment: UUID, **parameters: Any) -> tuple[RunState, str, str]:
    """Run it once here; where it stands, and what the UI shows of it."""

    async def once() -> tuple[RunState, str, str]:
        made = await create_run(deployment, parameters)
        state = await run_in_place(watch_logins, made.id)
        seen = await view(made.id)
        return state, seen.state_name, seen.message

    return asyncio.run(once())


def runs_of(deployment: UUID, incident: str) -> list[FlowRun]:
    async def read() -> list[FlowRun]:
        wanted = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))
        async with get_client() as client:
            return await client.read_flow_runs(flow_run_filter=wanted)

    return [each for each in asyncio.run(read()) if each.idempotency_key == incident]


def test_a_run_looks_and_starts_the_runbook_once_where_it_is_told_to(
    sandbox: Sandbox, deployments: tuple[UUID, UUID]
) -> None:
    watcher, runbook = deployments
    looked = run(watcher)
    (incident,) = ledger().incidents()
    unstarted = runs_of(runbook, incident.id)

    again = [run(watcher, start_runs=True), run(watcher, start_runs=True)]

    (started,) = runs_of(runbook, incident.id)
    assert looked == (RunState.COMPLETED, "raised", "1 logins, 0 failed, 1 raised")
    assert unstarted == []
    assert again == [(RunState.COMPLETED, "nothing new", "0 logins, 0 failed, 0 raised")] * 2
    assert started.parameters["incident"] == incident.id
    assert json.loads(started.parameters["alert"])["principal"] == "alice"


def test_a_run_that_may_not_read_fails_with_the_permission_that_is_lacking(
    sandbox: Sandbox, deployments: tuple[UUID, UUID]
) -> None:
    sandbox.faults.set(deny=["cloudaudit:DescribeEvents"])

    state, _, message = run(deployments[0])

    assert state is RunState.FAILED
    assert "cloudaudit:DescribeEvents" in message


def test_a_run_that_is_to_start_what_is_not_deployed_fails_with_the_mend(
    sandbox: Sandbox, deployments: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.watch.flow.deployment_of", lambda _: "unusual_login/elsewhere")
    sandbox.world.cloud.security_centre = False

    state, _, message = run(deployments[0], start_runs=True)

    assert state is RunState.FAILED
    assert "prefect --no-prompt deploy --all" in message


def test_the_deployment_file_starts_runs_and_leaves_the_schedule_off() -> None:
    rows = {row["name"]: row for row in yaml.safe_load(DEPLOYMENTS.read_text(encoding="utf-8"))["deployments"]}
    row = rows["watch_logins"]

    assert set(row["parameters"]) <= set(watch_logins.parameters.properties)
    assert (row["parameters"], row["concurrency_limit"]["limit"]) == ({"start_runs": True}, 1)
    assert [each["active"] for each in row["schedules"]] == [False]
