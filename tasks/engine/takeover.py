"""Taking an incident over whose process died."""

from datetime import datetime, timedelta

from tasks.context import ledger
from tasks.engine.owner import is_gone, owner
from tasks.ledger.rows import Lease

LEASE = timedelta(seconds=30)
"""How long a process on another machine that shows no life is still taken for alive."""


def is_over(lease: Lease, now: datetime) -> bool:
    """Whether the process that held the lease is gone: known to be dead, or silent for too long."""
    return is_gone(lease.owner) or (lease.owner != owner() and lease.until <= now)


def take_lease(incident_id: str, now: datetime) -> bool:
    """Become the one who drives an incident, if nobody alive does."""
    held = ledger().lease(incident_id)
    if held is not None and is_over(held, now):
        ledger().release_lease(incident_id, held.owner, now)  # only its own: whoever was faster keeps the new one
    return ledger().take_lease(incident_id, owner(), now, LEASE)
