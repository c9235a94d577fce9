"""Journeys that people announced: who goes where, until when, who said so and when. Nothing of it is ever rewritten."""

import secrets
from datetime import datetime

from sqlalchemy import insert, select, update

from tasks.ledger.base import Connected
from tasks.ledger.errors import AlreadySettled, UnknownRow
from tasks.ledger.rows import JourneyRow
from tasks.ledger.tables import journeys
from tasks.model.policy import Travel


class Journeys(Connected):
    """Announced journeys; no incident's, so nothing of it stands in a timeline."""

    def add_journey(self, travel: Travel, *, by: str, at: datetime) -> JourneyRow:
        """Keep a journey.

        Args:
            travel: who, where, since when and until when, and why it is announced.
            by: who announces it.
            at: when; a login that was made before is not explained by it.
        """
        row = JourneyRow(
            id=f"trip-{secrets.token_hex(4)}",
            principal=travel.principal,
            place=travel.place,
            since=travel.since,
            until=travel.until,
            why=travel.why,
            added_by=by,
            added_at=at,
        )
        with self._connection_to_write() as connection:
            connection.execute(insert(journeys).values(row.model_dump()))
        return row

    def end_journey(self, journey_id: str, *, by: str, at: datetime) -> JourneyRow:
        """Say that a journey is over; it is over from then on, never before: logins that were made stay explained.

        Raises:
            UnknownRow: there is none of this id.
            AlreadySettled: it was ended before.
        """
        where = journeys.c.id == journey_id
        with self._connection_to_write() as connection:
            row = connection.execute(select(journeys).where(where).with_for_update()).mappings().one_or_none()
            if row is None:
                raise UnknownRow(f"The ledger knows no journey {journey_id}.")
            if row["ended_at"] is not None:
                raise AlreadySettled(f"The journey {journey_id} was ended by {row['ended_by']} before.")
            connection.execute(update(journeys).where(where).values(ended_by=by, ended_at=at))
            changed = connection.execute(select(journeys).where(where)).mappings().one()
        return JourneyRow.model_validate(dict(changed))

    def journeys(self, *, since: datetime | None = None) -> tuple[JourneyRow, ...]:
        """List the journeys, in the order in which they were announced.

        Args:
            since: those that were to be over by then are left out; None for all.
        """
        query = select(journeys).order_by(journeys.c.added_at, journeys.c.id)
        if since is not None:
            query = query.where(journeys.c.until >= since)
        with self._reading() as connection:
            return tuple(JourneyRow.model_validate(dict(row)) for row in connection.execute(query).mappings())
