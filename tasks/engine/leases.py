"""Showing in the ledger which process drives a run, for as long as it does."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from tasks.context import ledger, utc_now
from tasks.engine.owner import owner
from tasks.engine.takeover import take_lease
from tasks.errors import LedgerError

log = logging.getLogger("runbooks.lease")

RENEW_S = 10.0
"""A third of what a lease lasts."""
AGAIN_S = 1.0
"""How long until the next try where the ledger took no renewal."""
FIRST_LOOK_S = 0.05
"""How often it is looked whether the run has opened its incident: the lease must be there before anything is done."""


async def _renew(run_id: UUID | None, incident_id: str | None, ending: asyncio.Event) -> None:
    """Renew until the end; a ledger that is away is waited for, and said once."""
    found, well = incident_id, True
    while not ending.is_set():
        pause = RENEW_S
        try:
            found = found or await asyncio.to_thread(_incident_of, run_id)
            if found is None:
                pause = FIRST_LOOK_S
            else:
                await asyncio.to_thread(take_lease, found, utc_now())
            well = True
        except Exception as error:  # noqa: BLE001 - whatever it is, the run goes on for as long as the lease lasts
            if well:
                log.warning("the lease of %s can't be renewed, and is tried again: %s", found or run_id, error)
            well, pause = False, AGAIN_S
        with suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), pause)


def _incident_of(run_id: UUID | None) -> str | None:
    incident = ledger().incident_of_run(str(run_id)) if run_id is not None else None
    return incident.id if incident else None


@asynccontextmanager
async def leased(run_id: UUID | None, *, incident_id: str | None = None) -> AsyncIterator[None]:
    """Show in the ledger, while the block runs, that this process drives the run.

    At the end a renewal that is on its way is waited for, so that none comes after the release. A release that the
    ledger does not take fails nothing: the lease lapses.

    Args:
        run_id: the run; its incident is looked for until it has opened one.
        incident_id: the incident, where it is known already.
    """
    ending = asyncio.Event()
    renewing = asyncio.create_task(_renew(run_id, incident_id, ending))
    try:
        yield
    finally:
        ending.set()
        await _through(asyncio.create_task(_end(renewing, run_id, incident_id)))


async def _end(renewing: "asyncio.Task[None]", run_id: UUID | None, incident_id: str | None) -> None:
    await renewing
    await asyncio.to_thread(_release, run_id, incident_id)


async def _through(task: "asyncio.Task[None]") -> None:
    """Wait until a task has ended, also where the caller is cancelled meanwhile; only then hear of that."""
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError


def _release(run_id: UUID | None, incident_id: str | None) -> None:
    try:
        found = incident_id or _incident_of(run_id)
        if found is not None:
            ledger().release_lease(found, owner(), utc_now())
    except LedgerError as error:
        log.warning("the lease of %s can't be given back, and lapses: %s", incident_id or run_id, error)
