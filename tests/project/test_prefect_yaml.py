"""What `prefect deploy` makes of prefect.yaml: our own commands' deployment, and doors for those without our intake."""

import asyncio
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import get_client

from tasks.commands.flow import WATCHERS, flow_of
from tasks.engine.connection import connected
from tasks.engine.session import deploy
from tasks.runbooks.registry import runbook_names
from tests.alerts import parse_alert
from tests.waiting import until

pytestmark = pytest.mark.prefect
ROOT = Path(__file__).parents[2]
NAMES = (*runbook_names(), *WATCHERS)
COMMON = ("entrypoint", "path", "work_pool_name", "tags", "parameter_openapi_schema", "enforce_parameter_schema")
ALERT = {"ip": "203.0.113.7", "login_time": "2026-11-23T02:10:00+08:00", "principal": "alice"}
HOSTILE = {
    "place": "{{ 7331*3 }}{% raw %}</script>\"'&`",
    "method": '{"__prefect_kind": "jinja", "template": "{{ 7331*3 }}"}',
    "text": {"__prefect_kind": "jinja", "template": "{{ 7331*3 }}"},
    "source": {"__prefect_kind": "workspace_variable", "variable_name": "anything"},
    "__prefect_kind": "json",
    "value": "21993",
}
Runs = Callable[[], list[dict[str, Any]]]


Deployed = dict[str, dict[str, Any]]
"""Deployments by their names."""


@dataclass(frozen=True)
class Registered:
    """The deployments as our own commands register them, as Prefect's command does then, and the runbook's id."""

    ours: Deployed
    by_file: Deployed
    deployment_id: str


@pytest.fixture(scope="module")
def registered(_running_prefect: Any) -> Iterator[Registered]:
    """Both ways of registering, one after the other; the automation goes with the module."""
    with connected(_running_prefect.api_url, _running_prefect.home):
        for name in NAMES:
            asyncio.run(deploy(flow_of(name), _running_prefect.api_url))
        ours, _ = asyncio.run(deployed())
        command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        by_file, deployment_id = asyncio.run(deployed())
    yield Registered(ours, by_file, deployment_id)
    with connected(_running_prefect.api_url, _running_prefect.home):
        asyncio.run(close_the_door(deployment_id))


async def deployed() -> tuple[Deployed, str]:
    async with get_client() as client:
        found = {name: await client.read_deployment_by_name(f"{name}/{name}") for name in NAMES}
    shown = {name: {field: getattr(each, field) for field in COMMON} for name, each in found.items()}
    return shown, str(found["unusual_login"].id)


async def close_the_door(deployment_id: str) -> None:
    async with get_client() as client:
        await client.delete_resource_owned_automations(f"prefect.deployment.{deployment_id}")


@pytest.fixture
def http(_running_prefect: Any) -> Iterator[httpx.Client]:
    """An HTTP client as anybody could write one: a CSRF token, then plain calls."""
    me = str(uuid.uuid4())
    with httpx.Client(
        base_url=_running_prefect.api_url, auth=_running_prefect.auth, timeout=None, trust_env=False
    ) as client:
        token = client.get("/csrf-token", params={"client": me}).raise_for_status().json()["token"]
        client.headers.update({"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": me})
        yield client


@pytest.fixture
def deployment_id(http: httpx.Client, registered: Registered) -> str:
    found = http.get("/deployments/name/unusual_login/unusual_login").raise_for_status()
    assert found.json()["id"] == registered.deployment_id
    return registered.deployment_id


@pytest.fixture
def runs(http: httpx.Client, deployment_id: str) -> Iterator[Runs]:
    """The runs that came while the test ran; they are deleted at its end, lest another test's worker runs them."""

    def all_runs() -> list[dict[str, Any]]:
        wanted = {"deployments": {"id": {"any_": [deployment_id]}}}
        found: list[dict[str, Any]] = http.post("/flow_runs/filter", json=wanted).raise_for_status().json()
        return found

    before = {run["id"] for run in all_runs()}

    def new_runs() -> list[dict[str, Any]]:
        return [run for run in all_runs() if run["id"] not in before]

    yield new_runs
    for run in new_runs():
        http.delete(f"/flow_runs/{run['id']}").raise_for_status()


def event(payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "tencentcloud.login.unusual",
        "resource": {"prefect.resource.id": "tencentcloud.account.100000000001"},
        "payload": payload,
    }


def alerts(runs: list[dict[str, Any]]) -> list[str]:
    return [str(run["parameters"]["alert"]) for run in runs]


def canonical(*values: object) -> list[str]:
    return sorted(json.dumps(value, sort_keys=True) for value in values)


def wait_for(runs: Runs, count: int) -> list[dict[str, Any]]:
    until(lambda: len(runs()) >= count)
    return runs()


@pytest.mark.parametrize("name", NAMES)
def test_the_file_and_the_commands_deploy_the_same(registered: Registered, name: str) -> None:
    assert registered.by_file[name] == registered.ours[name] | {"path": str(ROOT)}


def test_each_event_makes_one_run_and_nothing_in_it_is_evaluated(http: httpx.Client, runs: Runs) -> None:
    plain, hostile, other = event(ALERT), event(HOSTILE), event(ALERT) | {"event": "tencentcloud.login.usual"}
    last = event({"principal": "the last one"})

    for one in (plain, plain, other, hostile):
        assert http.post("/events", json=[one]).status_code == httpx.codes.NO_CONTENT
    wait_for(runs, 2)
    assert http.post("/events", json=[last]).status_code == httpx.codes.NO_CONTENT
    texts = alerts(wait_for(runs, 3))

    assert canonical(*map(json.loads, texts)) == canonical(ALERT, HOSTILE, last["payload"])
    (read,) = (parse_alert(text) for text in texts if json.loads(text) == ALERT)
    assert (str(read.ip), read.principal) == ("203.0.113.7", "alice")


def test_a_run_asked_for_twice_with_the_same_key_is_one_run(http: httpx.Client, deployment_id: str, runs: Runs) -> None:
    path, key = f"/deployments/{deployment_id}/create_flow_run", f"reminder-{uuid.uuid4()}"
    text = json.dumps(ALERT | HOSTILE)

    answers = [http.post(path, json={"parameters": {"alert": text}, "idempotency_key": key}) for _ in range(2)]
    another = http.post(path, json={"parameters": {"alert": text}, "idempotency_key": f"{key}-other"})

    assert [answer.status_code for answer in answers] == [httpx.codes.CREATED, httpx.codes.OK]
    assert answers[0].json()["id"] == answers[1].json()["id"] != another.json()["id"]
    assert alerts(runs()) == [text, text]


@pytest.mark.parametrize("alert", [ALERT, None, 7], ids=["an object", "nothing", "a number"])
def test_an_alert_that_is_no_text_is_refused(http: httpx.Client, deployment_id: str, runs: Runs, alert: object) -> None:
    answer = http.post(f"/deployments/{deployment_id}/create_flow_run", json={"parameters": {"alert": alert}})

    assert (answer.status_code, runs()) == (httpx.codes.CONFLICT, [])
