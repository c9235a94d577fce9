"""What became of events that were an incident's before."""

from datetime import datetime

from sqlalchemy import select

from tasks.ledger.base import Connected
from tasks.ledger.rows import Incident
from tasks.ledger.tables import incidents, logins


class Precedents(Connected):
    """Earlier incidents, by the event that they are about."""

    def incidents_of_events(self, endpoint: str, *, since: datetime) -> dict[str, Incident]:
        """The incident that each event belongs to, by the cloud's own id of the event.

        Args:
            endpoint: the cloud that the events are of.
            since: incidents that were opened before this are left out.
        """
        mine = (logins.c.endpoint == endpoint, incidents.c.opened_at >= since)
        query = select(logins.c.event_id, incidents).join(incidents, incidents.c.id == logins.c.incident_id)
        with self._reading() as connection:
            rows = [dict(row) for row in connection.execute(query.where(*mine)).mappings()]
        return {str(row.pop("event_id")): Incident.model_validate(row) for row in rows}
