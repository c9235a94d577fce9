"""Claims on what the cloud itself has an id for, such as a record of its audit log: each belongs to one incident."""

from datetime import datetime

from sqlalchemy import insert, select

from tasks.ledger.base import Connected
from tasks.ledger.tables import logins  # named after what was claimed first


class EventClaims(Connected):
    """Which incident an event belongs to."""

    def claim_event(self, incident_id: str, event_id: str, *, endpoint: str, at: datetime) -> str:
        """Say that an incident is about this event; returns the incident whose it is: the first that said so.

        Args:
            event_id: the cloud's own id of it.
            endpoint: the cloud that it is of.
        """
        with self._writing(incident_id) as writer:
            where = (logins.c.endpoint == endpoint, logins.c.event_id == event_id)
            owner = writer.connection.scalar(select(logins.c.incident_id).where(*where))
            if owner is None:
                row = {"endpoint": endpoint, "event_id": event_id, "incident_id": incident_id}
                writer.connection.execute(insert(logins).values(row))
                writer.enter("event_claimed", detail={"event_id": event_id}, at=at)
                return incident_id
            if owner != incident_id:
                writer.enter("event_known", detail={"event_id": event_id, "incident_id": owner}, at=at)
            return str(owner)

    def incident_of_event(self, event_id: str, *, endpoint: str) -> str | None:
        """Tell which incident an event belongs to, if any."""
        where = (logins.c.endpoint == endpoint, logins.c.event_id == event_id)
        with self._reading() as connection:
            return connection.scalar(select(logins.c.incident_id).where(*where))
