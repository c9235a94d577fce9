"""The flow as Prefect's own means run it: `flow.serve()`, and a process worker; each as a user would start it."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

from tasks.bench.sandbox import Apart
from tasks.bench.serve import POLL_S, START_S, UNLIMITED, environment, process
from tasks.engine.connection import connected, engine_environment, prefect_http
from tasks.engine.deployments import WORK_POOL, ensure_deployment
from tasks.engine.server.embedded import start_server
from tasks.engine.server.secret import auth_string
from tasks.errors import EngineError

ENTRYPOINT = "flows/unusual_login.py:unusual_login"
SERVED, WORKED = "served", "worked"
SERVE = f"from flows.unusual_login import unusual_login; unusual_login.serve(name={SERVED!r})"
WORK = ("-m", "prefect", "worker", "start", "--pool", WORK_POOL)

Send = Callable[[Mapping[str, Any]], None]


class Peer(NamedTuple):
    """A way of Prefect's own.

    Args:
        send: creates a run of an alert by REST, with an idempotency key, as an alert's sender would.
    """

    name: str
    send: Send


@contextmanager
def peers(flow: Flow[..., Any], sandbox: Apart, home: Path) -> Iterator[tuple[Peer, ...]]:
    """Have both wait for runs, at one Prefect server of their own."""
    with start_server(home) as server, connected(server.api_url, home):
        env = environment(
            home,
            sandbox,
            **engine_environment(server.api_url, home),
            PREFECT_API_AUTH_STRING=auth_string(home),
            RUNBOOKS_CALLS_PER_SECOND=UNLIMITED,
        )
        worked = asyncio.run(_deployed(flow, engine_environment(server.api_url, home)))
        with (
            process(["-c", SERVE], home=home, env=env, log="flow-serve.log"),
            process([*WORK], home=home, env=env, log="worker.log"),
        ):
            served = asyncio.run(_ready(flow.name))
            yield (
                Peer("flow.serve", _sender(server.api_url, served)),
                Peer("worker", _sender(server.api_url, worked)),
            )


def _sender(api_url: str, deployment: UUID) -> Send:
    def send(alert: Mapping[str, Any]) -> None:
        asyncio.run(_create(api_url, deployment, alert))

    return send


async def _create(api_url: str, deployment: UUID, alert: Mapping[str, Any]) -> None:
    async with prefect_http(api_url) as client:
        parameters = {"alert": json.dumps(alert, ensure_ascii=False), "mode": "auto", "lang": "en"}
        body = {"parameters": parameters, "idempotency_key": str(uuid4()), "state": {"type": "SCHEDULED"}}
        answer = await client.post(f"deployments/{deployment}/create_flow_run", json=body)
        answer.raise_for_status()


async def _deployed(flow: Flow[..., Any], env: Mapping[str, str]) -> UUID:
    return await ensure_deployment(flow, WORKED, entrypoint=ENTRYPOINT, env=env)


async def _ready(flow_name: str) -> UUID:
    """Wait until both are there; give the id of the served deployment."""
    deadline = time.monotonic() + START_S
    async with get_client() as client:
        while time.monotonic() < deadline:
            try:
                found = await client.read_deployment_by_name(f"{flow_name}/{SERVED}")
            except ObjectNotFound:
                found = None
            if found is not None and await client.read_workers_for_work_pool(WORK_POOL):
                return found.id
            await asyncio.sleep(POLL_S)
    raise EngineError("flow.serve() or the worker did not start")
