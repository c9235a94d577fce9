"""Sandboxes and clients: the vendor's SDK and the vendor's tccli, both unmodified."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tasks.sandbox.find import person_named
from tasks.sandbox.people import active_key
from tasks.sandbox.registry import actions
from tasks.sandbox.server import Sandbox

HERE = Path(__file__).parent
VERSIONS = {action.service: action.version for action in actions().values()}
ADMINISTRATOR = 1  # the id of the vendor's AdministratorAccess
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the SDK from sending loopback calls to a proxy: it reads these itself."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    """One sandbox for a module's tests that only look."""
    with Sandbox.start("stolen-sub-account") as sandbox:
        sandbox.faults.set(rate_limit=False)
        _may_call_everything(sandbox)
        yield sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of the test's own."""
    with Sandbox.start("stolen-sub-account") as sandbox:
        _may_call_everything(sandbox)
        yield sandbox


def _may_call_everything(sandbox: Sandbox) -> None:
    """Let the tests call what the runner need not."""
    runner = person_named(sandbox.world.cloud, "runbook-runner")
    assert runner is not None
    runner.policies = [ADMINISTRATOR]


@pytest.fixture
def ask() -> Ask:
    """Call an action with the SDK and give the answer; errors are the SDK's own exceptions."""
    return call


@pytest.fixture(scope="session")
def ask_shared() -> Ask:
    """Call an action, for fixtures that live longer than a test."""
    return call


def call(sandbox: Sandbox, operation: str, params: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Make one call with the vendor's common client."""
    service, _, action = operation.partition(":")
    client = client_of(sandbox, service, **options)
    answer: dict[str, Any] = client.call_json(action, params or {})["Response"]
    return answer


def client_of(  # the options of a client
    sandbox: Sandbox,
    service: str,
    *,
    who: str = "",
    keys: tuple[str, ...] = (),
    region: str = "ap-guangzhou",
    timeout_s: int = 3600,
    version: str = "",
) -> CommonClient:
    """Make a client of the SDK that talks to the sandbox."""
    given = sandbox.credentials(who) if not keys else {}
    credential = Credential(*(keys or (given["TENCENTCLOUD_SECRET_ID"], given["TENCENTCLOUD_SECRET_KEY"])))
    http = HttpProfile(endpoint=sandbox.url, reqTimeout=timeout_s)
    return CommonClient(service, version or VERSIONS[service], credential, region, ClientProfile(httpProfile=http))


@pytest.fixture(scope="session")
def cases() -> dict[str, dict[str, Any]]:
    """One good call for every action."""
    loaded: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "action_cases.yaml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="session")
def resolve() -> Callable[[Sandbox, Any], Any]:
    """Put ids and times where a case names them."""
    return put_ids


def put_ids(sandbox: Sandbox, value: Any) -> Any:
    """Put ids and times into a case."""
    if isinstance(value, dict):
        return {name: put_ids(sandbox, one) for name, one in value.items()}
    if isinstance(value, list):
        return [put_ids(sandbox, one) for one in value]
    return _id(sandbox, value[1:]) if isinstance(value, str) and value.startswith("@") else value


def _id(sandbox: Sandbox, name: str) -> Any:
    cloud, (kind, _, rest) = sandbox.world.cloud, name.partition(":")
    if name.startswith("now"):
        return int(time.time()) - int(name.removeprefix("now-") if name != "now" else 0)
    if kind == "policy":
        return next(one.id for one in cloud.policies if one.name == rest)
    if kind == "key":
        return active_key(cloud, rest).id
    found = person_named(cloud, name)
    assert found is not None, f"nobody is called {name}"
    return found.uin


@pytest.fixture(scope="session")
def api() -> Callable[[str], dict[str, Any]]:
    """Read what tccli knows of a product: the vendor's own description of every field."""
    return description


@cache
def description(service: str) -> dict[str, Any]:
    """Read tccli's api.json of a product without importing the product."""
    import tccli  # noqa: PLC0415 -- 163 MB that only these tests need

    version = f"v{VERSIONS[service].replace('-', '')}"
    path = Path(tccli.__file__).parent / "services" / service / version / "api.json"
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


@pytest.fixture(scope="session")
def tccli(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Any]]:
    """Run tccli commands against a sandbox, all in one process."""
    home = tmp_path_factory.mktemp("home")

    def run(sandbox: Sandbox, commands: list[list[str]], *, who: str = "") -> list[Any]:
        hidden = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        environment = hidden | {"HOME": str(home)} | sandbox.credentials(who)
        done = subprocess.run(
            [sys.executable, str(HERE / "tccli_driver.py")],
            input=json.dumps([[*command, "--endpoint", sandbox.url] for command in commands]),
            env=environment,
            cwd=home,
            capture_output=True,
            text=True,
            check=True,
        )
        results: list[Any] = json.loads(done.stdout)
        return results

    return run
