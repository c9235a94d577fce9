"""Taking a run over whose process died at work."""

from datetime import datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import get_client

from tasks.context import ledger, utc_now
from tasks.engine.owner import is_gone, owner, pid_is_gone
from tasks.engine.recovery import adopt
from tasks.engine.runs import RunState, read_run
from tasks.ledger.rows import Incident, Lease

LEASE = timedelta(seconds=30)
"""How long a process on another machine that shows no life is still taken for alive."""

ORPHANED = timedelta(seconds=20)
"""How long a run is said to be at work, without a process that says it drives it, until it is taken over."""


def is_over(lease: Lease, now: datetime) -> bool:
    """Whether the process that held the lease is gone: known to be dead, or silent for too long."""
    return is_gone(lease.owner) or (lease.owner != owner() and lease.until <= now)


def take_lease(incident_id: str, now: datetime) -> bool:
    """Become the one who drives an incident, if nobody alive does."""
    held = ledger().lease(incident_id)
    if held is not None and is_over(held, now):
        ledger().release_lease(incident_id, held.owner, now)  # only its own: whoever was faster keeps the new one
    return ledger().take_lease(incident_id, owner(), now, LEASE)


async def is_orphan(run_id: UUID, *, now: datetime) -> bool:
    """Whether a run that is said to be at work has nobody: no worker's process, and for too long no lease.

    A process of ours takes its lease within a second; what a dying one had sent to the server may come to it later.
    """
    async with get_client() as client:
        run = await read_run(client, run_id)
    idle = run.state is not None and now - run.state.timestamp > ORPHANED
    return idle and (run.infrastructure_pid is None or pid_is_gone(run.infrastructure_pid))


async def _was_his(run_id: UUID, lease: Lease) -> bool:
    """Whether what is at work began under this lease: a worker of Prefect's takes none."""
    async with get_client() as client:
        run = await read_run(client, run_id)
    begun_later = run.state is not None and run.state.timestamp > lease.until
    return not begun_later and (run.infrastructure_pid is None or pid_is_gone(run.infrastructure_pid))


async def _is_lost(run_id: UUID, held: Lease | None, now: datetime) -> bool:
    if held is None:
        return await is_orphan(run_id, now=now)
    return is_over(held, now) and await _was_his(run_id, held)


async def take_over(incident: Incident, run_id: UUID, state: RunState) -> RunState:
    """Adopt a run whose process died at work; where nobody is known to have died it stays as it is."""
    held, now = ledger().lease(incident.id), utc_now()
    crashed = state is RunState.CRASHED
    lost = state is RunState.RUNNING and await _is_lost(run_id, held, now)
    if (crashed or lost) and take_lease(incident.id, now):
        return await adopt(run_id, previous_owner_is_dead=True)
    return state
