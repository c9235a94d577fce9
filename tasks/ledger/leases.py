"""Leases: which process drives an incident; one that died stops renewing, and its lease lapses."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from tasks.ledger.base import Connected, Writer
from tasks.ledger.rows import Lease
from tasks.ledger.tables import leases


class Leases(Connected):
    """Who drives each incident.

    Renewals leave no entry in the timeline: there are thousands, and they tell nothing.
    """

    def take_lease(self, incident_id: str, owner: str, at: datetime, ttl: timedelta) -> bool:
        """Become the one who drives an incident, if nobody else does."""
        with self._writing(incident_id) as writer:
            held = _lease(writer.connection, incident_id)
            if held is not None and held.owner != owner and held.until > at:
                return False
            _put(writer, owner=owner, until=at + ttl, exists=held is not None)
            if held is None or held.owner != owner:
                detail = {"owner": owner, "before": None if held is None else held.owner}
                writer.enter("lease_taken", who=owner, detail=detail, at=at)
            return True

    def release_lease(self, incident_id: str, owner: str, at: datetime) -> bool:
        """Stop driving an incident; false if the caller was not."""
        with self._writing(incident_id) as writer:
            held = _lease(writer.connection, incident_id)
            if held is None or held.owner != owner:
                return False
            writer.connection.execute(delete(leases).where(leases.c.incident_id == incident_id))
            writer.enter("lease_released", who=owner, at=at)
            return True

    def lease(self, incident_id: str) -> Lease | None:
        """Tell who drives an incident; the lease may have lapsed."""
        with self._reading() as connection:
            self._must_know(connection, incident_id)
            return _lease(connection, incident_id)


def _lease(connection: Connection, incident_id: str) -> Lease | None:
    row = connection.execute(select(leases).where(leases.c.incident_id == incident_id)).mappings().one_or_none()
    return None if row is None else Lease.model_validate(dict(row))


def _put(writer: Writer, *, owner: str, until: datetime, exists: bool) -> None:
    if exists:
        change = update(leases).where(leases.c.incident_id == writer.incident_id).values(owner=owner, until=until)
        writer.connection.execute(change)
    else:
        values = {"incident_id": writer.incident_id, "owner": owner, "until": until}
        writer.connection.execute(insert(leases).values(values))
