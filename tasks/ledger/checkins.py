"""Check-in links: made for a person, used once; of a token only the hash is kept."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from tasks.ledger.base import Connected
from tasks.ledger.rows import IncidentStatus
from tasks.ledger.tables import checkins, incidents
from tasks.model.checkin import CheckInLink

UNNAMED = "unnamed"
"""Who made a check-in, in the timeline, where the link was nobody's by name."""


class CheckIns(Connected):
    """Who was given a link, and from which address it was used."""

    def offer_checkin(self, link: CheckInLink) -> bool:
        """Keep a link; false if it was kept before."""
        with self._writing(link.incident_id) as writer:
            if _link(writer.connection, link.token_hash) is not None:
                return False
            writer.connection.execute(insert(checkins), link.model_dump())
            detail = {"person": link.person, "expires_at": link.expires_at.isoformat()}
            writer.enter("checkin_offered", detail=detail, at=link.made_at)
            return True

    def checkin_link(self, token_hash: str, at: datetime) -> CheckInLink | None:
        """Look a link up; one that has expired unused, or whose incident is over, is none."""
        with self._reading() as connection:
            return _alive(connection, token_hash, at)

    def use_checkin(
        self, token_hash: str, *, address: str, at: datetime
    ) -> tuple[Literal["recorded", "used"], CheckInLink] | None:
        """Record the address from which a link was used; only its first use counts."""
        link = self.checkin_link(token_hash, at)
        if link is None:
            return None
        with self._writing(link.incident_id) as writer:
            still = _alive(writer.connection, token_hash, at)
            if still is None or still.used_at is not None:
                return None if still is None else ("used", still)
            change = update(checkins).where(checkins.c.token_hash == token_hash)
            writer.connection.execute(change.values(used_at=at, address=address))
            detail = {"person": link.person, "address": address}
            writer.enter("checkin_made", who=link.person or UNNAMED, detail=detail, at=at)
            return "recorded", link.model_copy(update={"used_at": at, "address": address})

    def checkin_links(self, incident_id: str) -> tuple[CheckInLink, ...]:
        """List an incident's links, oldest first."""
        query = select(checkins).where(checkins.c.incident_id == incident_id)
        ordered = query.order_by(checkins.c.made_at, checkins.c.person, checkins.c.token_hash)
        with self._reading() as connection:
            self._must_know(connection, incident_id)
            return tuple(CheckInLink.model_validate(dict(row)) for row in connection.execute(ordered).mappings())

    def incidents_with_checkins(self) -> tuple[str, ...]:
        """List the open incidents in which somebody checked in, oldest first."""
        made = select(checkins.c.incident_id).where(checkins.c.used_at.is_not(None))
        query = select(incidents.c.id).where(incidents.c.status == IncidentStatus.OPEN.value, incidents.c.id.in_(made))
        with self._reading() as connection:
            return tuple(connection.scalars(query.order_by(incidents.c.opened_at, incidents.c.id)))


def _link(connection: Connection, token_hash: str) -> CheckInLink | None:
    row = connection.execute(select(checkins).where(checkins.c.token_hash == token_hash)).mappings().one_or_none()
    return None if row is None else CheckInLink.model_validate(dict(row))


def _alive(connection: Connection, token_hash: str, at: datetime) -> CheckInLink | None:
    link = _link(connection, token_hash)
    if link is None or (link.used_at is None and link.expires_at <= at):
        return None
    is_open = select(incidents.c.id).where(
        incidents.c.id == link.incident_id, incidents.c.status == IncidentStatus.OPEN.value
    )
    return link if connection.execute(is_open).first() is not None else None
