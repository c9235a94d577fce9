"""Campaigns: one address that came into many identities within a short time."""

import secrets
from datetime import UTC, timedelta

from sqlalchemy import Connection, insert, select

from tasks.ledger.base import Connected, Writer
from tasks.ledger.rows import Campaign
from tasks.ledger.tables import alerts, campaign_members, campaigns, incidents
from tasks.model.sighting import Sighting

WINDOW = timedelta(hours=1)
"""How close in time reports from one address must be to belong together."""

SMALLEST = 3
"""Incidents from one address that make a campaign: two may be a colleague at the same desk."""


class Campaigns(Connected):
    """Incidents that belong together."""

    def campaign_of(self, incident_id: str) -> Campaign | None:
        """Tell which campaign an incident belongs to, if any, with all its incidents."""
        with self._reading() as connection:
            campaign_id = campaign_of(connection, incident_id)
            if campaign_id is None:
                return None
            row = connection.execute(select(campaigns).where(campaigns.c.id == campaign_id)).mappings().one()
            return Campaign(
                id=row["id"],
                account=row["account"],
                ip=row["ip"],
                opened_at=row["opened_at"],
                incident_ids=_members(connection, campaign_id),
            )


def campaign_of(connection: Connection, incident_id: str) -> str | None:
    """Id of the campaign that an incident belongs to, if any."""
    where = campaign_members.c.incident_id == incident_id
    return connection.scalar(select(campaign_members.c.campaign_id).where(where))


def join_campaign(writer: Writer, sighting: Sighting, endpoint: str) -> None:
    """Put a new incident into the campaign of its address; the first so many make one."""
    if not sighting.ip:
        return
    related = _recent(writer.connection, sighting, endpoint)
    known = next((found for each in related if (found := campaign_of(writer.connection, each))), None)
    if known is not None:
        _enter(writer, known, sighting)
    elif len(related) >= SMALLEST:
        campaign_id = _opened(writer.connection, sighting, endpoint)
        for each in related:
            _enter(writer if each == writer.incident_id else Writer(writer.connection, each), campaign_id, sighting)


def _recent(connection: Connection, sighting: Sighting, endpoint: str) -> tuple[str, ...]:
    """Incidents that the address made within the window, this one among them."""
    query = (
        select(alerts.c.incident_id)
        .where(alerts.c.ip == sighting.ip, alerts.c.endpoint == endpoint, alerts.c.at >= sighting.at - WINDOW)
        .distinct()
    )
    return tuple(connection.scalars(query))


def _opened(connection: Connection, sighting: Sighting, endpoint: str) -> str:
    campaign_id = f"cmp-{sighting.at.astimezone(UTC):%Y%m%d}-{secrets.token_hex(3)}"
    row = {"id": campaign_id, "endpoint": endpoint, "account": sighting.account, "ip": sighting.ip}
    connection.execute(insert(campaigns).values({**row, "opened_at": sighting.at}))
    return campaign_id


def _enter(writer: Writer, campaign_id: str, sighting: Sighting) -> None:
    values = {"incident_id": writer.incident_id, "campaign_id": campaign_id}
    writer.connection.execute(insert(campaign_members).values(values))
    writer.enter("campaign_joined", detail={"campaign_id": campaign_id, "ip": sighting.ip}, at=sighting.at)


def _members(connection: Connection, campaign_id: str) -> tuple[str, ...]:
    query = (
        select(campaign_members.c.incident_id)
        .join(incidents, incidents.c.id == campaign_members.c.incident_id)
        .where(campaign_members.c.campaign_id == campaign_id)
        .order_by(incidents.c.opened_at, incidents.c.id)
    )
    return tuple(connection.scalars(query))
