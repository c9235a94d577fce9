"""Showing in the ledger which process drives a run, for as long as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from tasks.context import ledger, utc_now
from tasks.engine.owner import owner
from tasks.engine.takeover import take_lease

RENEW_S = 10.0
"""A third of what a lease lasts."""
FIRST_LOOK_S = 0.05
"""How often it is looked whether the run has opened its incident: the lease must be there before anything is done."""


async def _renew(run_id: UUID | None, incident_id: str | None) -> None:
    while True:
        found = incident_id or await asyncio.to_thread(_incident_of, run_id)
        if found is not None:
            await asyncio.to_thread(take_lease, found, utc_now())
        await asyncio.sleep(FIRST_LOOK_S if found is None else RENEW_S)


def _incident_of(run_id: UUID | None) -> str | None:
    incident = ledger().incident_of_run(str(run_id)) if run_id is not None else None
    return incident.id if incident else None


@asynccontextmanager
async def leased(run_id: UUID | None, *, incident_id: str | None = None) -> AsyncIterator[None]:
    """Show in the ledger, while the block runs, that this process drives the run.

    Args:
        run_id: the run; its incident is looked for until it has opened one.
        incident_id: the incident, where it is known already.
    """
    renewing = asyncio.create_task(_renew(run_id, incident_id))
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        found = incident_id or _incident_of(run_id)
        if found is not None:
            ledger().release_lease(found, owner(), utc_now())
