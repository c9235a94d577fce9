"""The engine that a command needs: a Prefect server, the deployment, and runs of it in this process."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import Flow

from tasks.case import ledger, utc_now
from tasks.console.takeover import take_lease
from tasks.owner import owner
from tasks.responder.connection import connected, engine_environment
from tasks.responder.deployments import ensure_deployment
from tasks.responder.server import RunningServer, server_for
from tasks.settings import settings

RENEW_S = 10.0  # a third of what a lease lasts


def home() -> Path:
    """`RUNBOOKS_HOME`, absolute."""
    return settings().home.expanduser().absolute()


@contextmanager
def engine() -> Iterator[RunningServer]:
    """A Prefect server to which this process is connected while the block runs."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with server_for(folder) as server, connected(server.api_url, folder):
        yield server


async def deploy(flow: Flow[..., Any], api_url: str) -> UUID:
    """Register the deployment of a runbook, as `prefect.yaml` does."""
    name = flow.name
    return await ensure_deployment(
        flow,
        name,
        entrypoint=f"flows/{name}.py:{name}",
        tags=("runbook",),
        env=engine_environment(api_url, home()),
    )


async def _renew(run_id: str) -> None:
    while True:
        incident = ledger().incident_of_run(run_id)
        if incident is not None:
            take_lease(incident.id, utc_now())
        await asyncio.sleep(RENEW_S if incident is not None else 1.0)


@asynccontextmanager
async def leased(run_id: UUID) -> AsyncIterator[None]:
    """Show in the ledger, while the block runs, that this process drives the run."""
    renewing = asyncio.create_task(_renew(str(run_id)))
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        incident = ledger().incident_of_run(str(run_id))
        if incident is not None:
            ledger().release_lease(incident.id, owner(), utc_now())
