"""Claims on what the cloud itself has an id for, such as a record of its audit log: one belongs to one, for good.

An incident has at most one event, and an event at most one incident.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from tasks.ledger.base import Connected, Writer
from tasks.ledger.canonical import Json
from tasks.ledger.comparison import REPORT, place_json
from tasks.ledger.splits import split_off
from tasks.ledger.tables import alerts, logins, timeline  # logins are named after what was claimed first
from tasks.model.sighting import Sighting

Belongs = Callable[[Sighting, Sighting, Sighting], bool]
"""Whether a report is still of its incident, by the one that opened it and the event that it turned out to be about."""

COMPARED = {"account", "principal", "uin", "ip", "happened_at"}


class EventClaims(Connected):
    """Which incident an event belongs to."""

    def claim_event(
        self,
        incident_id: str,
        event_id: str,
        *,
        endpoint: str,
        at: datetime,
        seen: Sighting | None = None,
        belongs: Belongs | None = None,
    ) -> str:
        """Say that an incident is about this event; returns the incident whose it is: the first that said so.

        An incident that has another event already is not given a second one. What it was told before that can't be of
        this event becomes an incident of its own.

        Args:
            event_id: the cloud's own id of it.
            endpoint: the cloud that it is of.
            seen: what the cloud's log says of it, by which later reports are compared.
            belongs: which reports go with it.
        """
        with self._writing(incident_id) as writer:
            return claim(writer, event_id, endpoint=endpoint, at=at, seen=seen, belongs=belongs)

    def incident_of_event(self, event_id: str, *, endpoint: str) -> str | None:
        """Tell which incident an event belongs to, if any."""
        where = (logins.c.endpoint == endpoint, logins.c.event_id == event_id)
        with self._reading() as connection:
            return connection.scalar(select(logins.c.incident_id).where(*where))

    def event_of(self, incident_id: str) -> str | None:
        """Tell which event an incident is about, if it is known."""
        with self._reading() as connection:
            return connection.scalar(select(logins.c.event_id).where(logins.c.sole_of == incident_id))


def claim(
    writer: Writer,
    event_id: str,
    *,
    endpoint: str,
    at: datetime,
    seen: Sighting | None,
    belongs: Belongs | None,
) -> str:
    """Do it in the writer's transaction; see `claim_event`."""
    connection, this = writer.connection, (logins.c.endpoint == endpoint, logins.c.event_id == event_id)
    owner = connection.scalar(select(logins.c.incident_id).where(*this))
    if owner not in (None, writer.incident_id):
        _enter_once(writer, "event_known", {"event_id": event_id, "incident_id": str(owner)}, at)
        return str(owner)
    held = connection.scalar(select(logins.c.event_id).where(logins.c.sole_of == writer.incident_id))
    if held not in (None, event_id):
        _enter_once(writer, "event_refused", {"event_id": event_id, "has": str(held)}, at)
        return writer.incident_id
    if owner is None:
        mine = {"endpoint": endpoint, "event_id": event_id, "incident_id": writer.incident_id}
        connection.execute(insert(logins).values(mine | {"sole_of": writer.incident_id} | _said(Sighting(at=at))))
        writer.enter("event_claimed", detail={"event_id": event_id}, at=at)
    if seen is not None and (owner is None or seen.uin):  # the log's own words go before those of who passes it on
        connection.execute(update(logins).where(*this).values(_said(seen)))
        _let_go(writer, seen, belongs, at)
    return writer.incident_id


def _said(seen: Sighting) -> dict[str, Any]:
    return seen.model_dump(include=COMPARED) | {"place": place_json(seen)}


def _enter_once(writer: Writer, what: str, detail: Json, at: datetime) -> None:
    """Say it once, however often a run that is replayed asks."""
    mine = (timeline.c.incident_id == writer.incident_id, timeline.c.what == what, timeline.c.detail == detail)
    if writer.connection.execute(select(timeline.c.seq).where(*mine)).first() is None:
        writer.enter(what, detail=detail, at=at)


def _let_go(writer: Writer, seen: Sighting, belongs: Belongs | None, at: datetime) -> None:
    """Reports that can't be of the event become incidents of their own."""
    query = select(alerts.c.id, *REPORT).where(alerts.c.incident_id == writer.incident_id).order_by(alerts.c.seq)
    told = [dict(row) for row in writer.connection.execute(query).mappings()]
    reports = {str(row.pop("id")): Sighting.model_validate(row) for row in told}
    opener = next(iter(reports.values()), None)
    for alert_id, report in reports.items():
        if belongs and opener and report is not opener and not belongs(report, opener, seen):
            split_off(writer, alert_id, at=at)
