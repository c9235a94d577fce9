"""A report that joined an incident, taken out again into an incident of its own; nothing is lost by it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from tasks.ledger.base import MACHINE, Writer
from tasks.ledger.campaigns import join_campaign
from tasks.ledger.comparison import REPORT
from tasks.ledger.errors import AlreadySettled, UnknownRow
from tasks.ledger.incidents import Incidents, new_incident
from tasks.ledger.rows import Incident
from tasks.ledger.tables import alerts, incidents, logins, timeline
from tasks.model.sighting import Sighting

SPLIT_OFF = "report_split_off"
"""In the timeline of the incident that a report was taken out of."""

SPLIT_FROM = "report_split_from"
"""In that of the incident which it then has."""


class Splits(Incidents):
    """Undoing what was joined wrongly."""

    def split_report(self, incident_id: str, alert_id: str, *, by: str, at: datetime) -> Incident:
        """Give a report that joined an incident one of its own, which needs a run like any new one.

        Raises:
            UnknownRow: the incident has no such report.
            AlreadySettled: it is the report that opened the incident, of which its run and its questions tell.
        """
        with self._writing(incident_id) as writer:
            row = writer.found(alerts, alerts.c.id == alert_id, alerts.c.incident_id == incident_id)
            if row is None:
                raise UnknownRow(f"Incident {incident_id} has no report {alert_id}.")
            if alert_id == _opener(writer):
                raise AlreadySettled(f"Report {alert_id} opened incident {incident_id} and can't be taken out of it.")
            return split_off(writer, alert_id, who=by, at=at)

    def split_by(self, incident_id: str) -> str | None:
        """Who took this incident's report out of another; None where it was nobody."""
        query = select(timeline.c.who).where(timeline.c.incident_id == incident_id, timeline.c.what == SPLIT_FROM)
        with self._reading() as connection:
            return connection.scalar(query.order_by(timeline.c.seq).limit(1))


def split_off(writer: Writer, alert_id: str, *, who: str = MACHINE, at: datetime) -> Incident:
    """Take a report out of the writer's incident, in its transaction; the event goes with the record that it is."""
    connection = writer.connection
    row = connection.execute(select(alerts).where(alerts.c.id == alert_id)).mappings().one()
    new = new_incident(connection, _opening(writer, row), at)
    theirs = Writer(connection, new.id)
    _move(writer, theirs, alert_id, who=who, at=at)
    _move_event(writer, theirs, str(row["event_id"]), at=at)
    told = connection.execute(select(*REPORT).where(alerts.c.id == alert_id)).mappings().one()
    join_campaign(theirs, Sighting.model_validate(dict(told)), new.endpoint)
    return new


def _opener(writer: Writer) -> str | None:
    """Id of the report that opened the incident: the first of its reports."""
    mine = select(alerts.c.id).where(alerts.c.incident_id == writer.incident_id)
    return writer.connection.scalar(mine.order_by(alerts.c.seq).limit(1))


def _opening(writer: Writer, row: Mapping[Any, Any]) -> dict[str, Any]:
    """What the new incident takes over: the report's own words, and how the old one is handled."""
    old = writer.connection.execute(select(incidents).where(incidents.c.id == writer.incident_id)).mappings().one()
    kept = {name: old[name] for name in ("mode", "endpoint", "lang")}
    said = {"account": row["account"], "runbook": row["runbook"], "alert": row["alert"]}
    return kept | said | {"dedupe_key": f"alert:{row['id']}", "flow_run_id": None}


def _move(old: Writer, new: Writer, alert_id: str, *, who: str, at: datetime) -> None:
    moved = update(alerts).where(alerts.c.id == alert_id).values(incident_id=new.incident_id, seq=new.next_seq)
    new.connection.execute(moved)
    new.enter(SPLIT_FROM, who=who, detail={"id": alert_id, "incident_id": old.incident_id}, at=at)
    old.enter(SPLIT_OFF, who=who, detail={"id": alert_id, "incident_id": new.incident_id}, at=at)


def _move_event(old: Writer, new: Writer, event_id: str, *, at: datetime) -> None:
    """A report that is itself the record that the incident claimed takes that claim along."""
    mine = (logins.c.sole_of == old.incident_id, logins.c.event_id == event_id)
    if event_id and old.found(logins, *mine) is not None:
        row = {"incident_id": new.incident_id, "sole_of": new.incident_id}
        old.connection.execute(update(logins).where(*mine).values(row))
        old.enter("event_left", detail={"event_id": event_id, "incident_id": new.incident_id}, at=at)
        new.enter("event_claimed", detail={"event_id": event_id}, at=at)
