"""LoginClaims of the audit log: each belongs to one incident, by whatever road it was reported."""

from datetime import datetime

from sqlalchemy import insert, select

from tasks.ledger.base import Connected
from tasks.ledger.tables import logins


class LoginClaims(Connected):
    """Which incident a login belongs to."""

    def claim_login(self, incident_id: str, event_id: str, *, endpoint: str, at: datetime) -> str:
        """Say that an incident is about this login; returns the incident whose it is: the first that said so.

        Args:
            event_id: the audit log's id of the login.
            endpoint: the cloud whose audit log it is.
        """
        with self._writing(incident_id) as writer:
            where = (logins.c.endpoint == endpoint, logins.c.event_id == event_id)
            owner = writer.connection.scalar(select(logins.c.incident_id).where(*where))
            if owner is None:
                row = {"endpoint": endpoint, "event_id": event_id, "incident_id": incident_id}
                writer.connection.execute(insert(logins).values(row))
                writer.enter("login_claimed", detail={"event_id": event_id}, at=at)
                return incident_id
            if owner != incident_id:
                writer.enter("login_known", detail={"event_id": event_id, "incident_id": owner}, at=at)
            return str(owner)

    def incident_of_login(self, event_id: str, *, endpoint: str) -> str | None:
        """Tell which incident a login belongs to, if any."""
        where = (logins.c.endpoint == endpoint, logins.c.event_id == event_id)
        with self._reading() as connection:
            return connection.scalar(select(logins.c.incident_id).where(*where))
