"""The engine that a command needs: a Prefect server, the deployment, and runs of it in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
from prefect import Flow

from tasks.config.home import home, make_home
from tasks.engine.connection import connected, engine_environment
from tasks.engine.deployments import ensure_deployment
from tasks.engine.server.embedded import RunningServer
from tasks.engine.server.keeper import server_for
from tasks.errors import SettingsError
from tasks.runbooks.registry import runbook_names

HEALTH_TIMEOUT_S = 10.0
LOCKED = (401, 403)  # a server behind a password is a server


def _check_named(server: RunningServer) -> None:
    """See that the server which `PREFECT_API_URL` names is one."""
    mend = f"{server.api_url}: no Prefect server answers there; start it, or unset the variable to have one embedded"
    try:
        health = httpx.get(f"{server.api_url}/health", timeout=HEALTH_TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        raise SettingsError("PREFECT_API_URL", mend) from exc
    if not (health.is_success or health.status_code in LOCKED):
        raise SettingsError("PREFECT_API_URL", mend)


@contextmanager
def engine() -> Iterator[RunningServer]:
    """A Prefect server to which this process is connected while the block runs."""
    folder = make_home()
    with server_for(folder) as server:
        if not server.owned:
            _check_named(server)
        with connected(server.api_url, folder):
            yield server


async def deploy(flow: Flow[..., Any], api_url: str) -> UUID:
    """Register the deployment of a runbook or a watcher, as `prefect.yaml` does."""
    name = flow.name
    kind = "runbook" if name in runbook_names() else "watcher"
    return await ensure_deployment(
        flow,
        name,
        entrypoint=f"flows/{name}.py:{name}",
        tags=(kind,),
        env=engine_environment(api_url, home()),
    )
