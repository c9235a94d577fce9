"""Head starts: what an incident was contained by before its run began, so that the run goes on from the same."""

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import insert, select

from tasks.ledger.base import Connected
from tasks.ledger.canonical import Json, digest
from tasks.ledger.tables import head_starts


class HeadStarts(Connected):
    """Facts and policy of the first containment."""

    def keep_head_start(self, incident_id: str, body: Json, at: datetime) -> None:
        """Keep it; the first one stands, for by that one it was acted."""
        with self._writing(incident_id) as writer:
            if writer.found(head_starts, head_starts.c.incident_id == incident_id) is None:
                writer.connection.execute(insert(head_starts).values(incident_id=incident_id, body=body, at=at))
                writer.enter("head_start", detail={"sha256": digest(body)}, at=at)

    def head_start(self, incident_id: str) -> JsonValue:
        """Read it; null where the run began before anything was done."""
        query = select(head_starts.c.body).where(head_starts.c.incident_id == incident_id)
        with self._reading() as connection:
            body: JsonValue = connection.scalar(query)
            return body
