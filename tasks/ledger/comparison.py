"""What a new report is compared with: incidents that share something with it, each with all that was reported of it."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, Row, and_, false, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from tasks.ledger.rows import DUPLICATE, IncidentStatus
from tasks.ledger.tables import alerts, incidents, logins
from tasks.model.sighting import Sighted, Sighting

LOOK_BACK = timedelta(hours=48)
"""How old a report may be to be compared with a new one: twice what the longest window of the comparison wants."""

MOST_COMPARED = 500
"""Newest reports that a new one is compared with: a sender that repeats itself without end must not slow the others."""

REPORT = [
    *(
        alerts.c[name]
        for name in ("incident_id", "sha256", "source", "account", "principal", "ip", "place", "event_id")
    ),
    alerts.c.login_at.label("happened_at"),  # the column is named after what was reported first
    alerts.c.at,
]
"""Columns of a report that the comparison looks at."""

LONG_AGO = datetime.fromtimestamp(0, UTC)

EVENT = [
    logins.c[name] for name in ("incident_id", "event_id", "account", "principal", "uin", "ip", "place", "happened_at")
]
"""Columns of a claimed event that it looks at."""


def comparable(connection: Connection, new: Sighting, endpoint: str, runbook: str) -> tuple[Sighted, ...]:
    """Incidents that a new report may be of, oldest first; those that another incident answers are left out."""
    of_endpoint = (alerts.c.endpoint == endpoint, alerts.c.runbook == runbook)
    recent = (*of_endpoint, alerts.c.at >= new.at - LOOK_BACK, _alike(new))
    reported = select(alerts.c.incident_id).where(*recent).order_by(alerts.c.at.desc()).limit(MOST_COMPARED)
    claimed = select(logins.c.incident_id).where(logins.c.endpoint == endpoint, _claimed_alike(new))
    found = {*connection.scalars(reported), *connection.scalars(claimed)}
    return sighted(connection, found, runbook) if found else ()


def sighted(connection: Connection, found: set[str], runbook: str) -> tuple[Sighted, ...]:
    """These incidents, as far as a report can be compared with them, oldest first."""
    told = defaultdict[str, list[Sighting]](list)
    for row in connection.execute(select(*REPORT).where(alerts.c.incident_id.in_(found)).order_by(alerts.c.seq)):
        told[row.incident_id].append(Sighting.model_validate(row._asdict()))
    mine = logins.c.sole_of.in_(found)
    claimed = {row.incident_id: _event(row) for row in connection.execute(select(*EVENT).where(mine))}
    rows = connection.execute(
        select(incidents.c.id, incidents.c.status, incidents.c.verdict)
        .where(incidents.c.id.in_(found), incidents.c.runbook == runbook)
        .order_by(incidents.c.opened_at, incidents.c.id)
    )
    return tuple(
        Sighted(
            incident_id=row.id,
            open=row.status == IncidentStatus.OPEN.value,
            reports=tuple(told[row.id]),
            claimed=claimed.get(row.id),
        )
        for row in rows
        if row.verdict != DUPLICATE
    )


def _alike(new: Sighting) -> ColumnElement[bool]:
    """Reports that are the same message or event, or that share person or address and differ in neither."""
    named = alerts.c.principal.in_((new.principal, "")) if new.principal else true()
    placed = alerts.c.ip.in_((new.ip, "")) if new.ip else true()
    return or_(
        alerts.c.sha256 == new.sha256,
        alerts.c.event_id == new.event_id if new.event_id else false(),
        and_(alerts.c.ip == new.ip, named) if new.ip else false(),
        and_(alerts.c.principal == new.principal, placed) if new.principal else false(),
    )


def _claimed_alike(new: Sighting) -> ColumnElement[bool]:
    recent = or_(logins.c.happened_at.is_(None), logins.c.happened_at >= new.at - LOOK_BACK)
    return or_(
        logins.c.event_id == new.event_id if new.event_id else false(),
        and_(logins.c.ip == new.ip, recent) if new.ip else false(),
    )


def place_json(one: Sighting) -> JsonValue:
    """Its place as it is kept; null where none is known."""
    return one.place.model_dump(mode="json") if one.place else None


def _event(row: Row[Any]) -> Sighting:
    """A claimed event; of one without a time nothing hangs on when it is said to have come."""
    found = row._asdict()
    return Sighting.model_validate(found | {"at": found["happened_at"] or LONG_AGO})
