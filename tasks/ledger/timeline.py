"""What happened, in order: read it, add a note, and see that nobody rewrote it."""

from datetime import datetime

from sqlalchemy import String, select, type_coerce

from tasks.ledger.base import Connected
from tasks.ledger.canonical import Json
from tasks.ledger.hash_chain import check
from tasks.ledger.rows import ChainBroken, ChainOk, TimelineRow
from tasks.ledger.tables import chains, timeline


class Timeline(Connected):
    """The timeline of each incident."""

    def note(self, incident_id: str, what: str, *, who: str, detail: Json, at: datetime) -> TimelineRow:
        """Add an entry of the caller's own."""
        with self._writing(incident_id) as writer:
            return writer.enter(what, who=who, detail=detail, at=at)

    def timeline(self, incident_id: str) -> tuple[TimelineRow, ...]:
        """Tell everything that happened in an incident, oldest first."""
        return tuple(TimelineRow.model_validate(row) for row in self._rows(timeline, incident_id))

    def verify_chain(self, incident_id: str) -> ChainOk | ChainBroken:
        """See whether the timeline still is what was written."""
        # As text: a cell that somebody changed may be no time and no JSON any more.
        stored = [type_coerce(column, String).label(column.name) for column in timeline.c]
        entries = select(*stored).where(timeline.c.incident_id == incident_id).order_by(timeline.c.seq)
        heads = select(chains.c.seq, chains.c.hash).where(chains.c.incident_id == incident_id)
        with self._reading() as connection:
            self._must_know(connection, incident_id)
            head = connection.execute(heads).one_or_none()
            if head is None:
                return ChainBroken(seq=1, why="the end of the timeline is not kept any more")
            return check(connection.execute(entries).mappings(), length=head.seq, head=head.hash)
