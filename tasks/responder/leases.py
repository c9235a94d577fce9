"""Showing in the ledger which process drives a run, for as long as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from tasks.case import ledger, utc_now
from tasks.owner import owner
from tasks.responder.takeover import take_lease

RENEW_S = 10.0
"""A third of what a lease lasts."""
FIRST_LOOK_S = 1.0
"""How often it is looked whether the run has opened its incident."""


async def _renew(run_id: str) -> None:
    while True:
        incident = await asyncio.to_thread(ledger().incident_of_run, run_id)
        if incident is not None:
            await asyncio.to_thread(take_lease, incident.id, utc_now())
        await asyncio.sleep(FIRST_LOOK_S if incident is None else RENEW_S)


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
