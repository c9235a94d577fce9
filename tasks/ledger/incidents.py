"""Incidents: opened once for what happened once, bound to a run, closed once."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue
from sqlalchemy import Connection, insert, select, update

from tasks.errors import LedgerError
from tasks.ledger.base import Connected, Writer, begin_chain
from tasks.ledger.canonical import Json, canonical, digest
from tasks.ledger.errors import AlreadySettled, UnknownRow, WrongEndpoint
from tasks.ledger.rows import Incident, IncidentStatus
from tasks.ledger.tables import incidents, records


class Incidents(Connected):
    """What happened once, however often it was reported."""

    def check_endpoint(self, incident_id: str, endpoint: str) -> None:
        """See that an incident goes on against the cloud it was opened against.

        Raises:
            WrongEndpoint: if it does not.
        """
        opened = self.incident(incident_id).endpoint
        if opened != endpoint:
            raise WrongEndpoint(incident_id, opened, endpoint)

    def bind_run(self, incident_id: str, flow_run_id: str, at: datetime) -> Incident:
        """Say which flow run works on an incident; a later run takes the place of one that is gone."""
        with self._writing(incident_id) as writer:
            other = writer.found(incidents, incidents.c.flow_run_id == flow_run_id)
            if other is not None and other["id"] != incident_id:
                raise AlreadySettled(f"Flow run {flow_run_id} works on incident {other['id']} already.")
            before = _incident(writer.connection, incident_id).flow_run_id
            if before != flow_run_id:
                _change(writer, flow_run_id=flow_run_id)
                writer.enter("run_bound", detail={"flow_run_id": flow_run_id, "before": before}, at=at)
            return _incident(writer.connection, incident_id)

    def bind_first_run(self, incident_id: str, flow_run_id: str, at: datetime) -> bool:
        """Say which flow run works on an incident that has none; false where it has another by now."""
        with self._writing(incident_id) as writer:
            before = _incident(writer.connection, incident_id).flow_run_id
            if before is None:
                _change(writer, flow_run_id=flow_run_id)
                writer.enter("run_bound", detail={"flow_run_id": flow_run_id, "before": None}, at=at)
            return before in (None, flow_run_id)

    def close_incident(self, incident_id: str, verdict: str, at: datetime) -> Incident:
        """Close an incident; closing it again with the same verdict does nothing.

        Raises:
            AlreadySettled: if it was closed with another verdict.
        """
        with self._writing(incident_id) as writer:
            now = _incident(writer.connection, incident_id)
            if now.status is IncidentStatus.CLOSED and now.verdict != verdict:
                raise AlreadySettled(f"Incident {incident_id} was closed as {now.verdict}, and can't be as {verdict}.")
            if now.status is IncidentStatus.OPEN:
                _change(writer, status=IncidentStatus.CLOSED.value, verdict=verdict, closed_at=at)
                writer.enter("incident_closed", detail={"verdict": verdict}, at=at)
            return _incident(writer.connection, incident_id)

    def amend_verdict(self, incident_id: str, verdict: str, *, by: str, at: datetime) -> Incident:
        """Say what a closed incident's verdict is, now that somebody undid what it claimed; again does nothing.

        Args:
            by: who undid it.
        """
        with self._writing(incident_id) as writer:
            now = _incident(writer.connection, incident_id)
            if now.status is not IncidentStatus.CLOSED:
                raise LedgerError(f"Incident {incident_id} is open, so it has no verdict that could be amended.")
            if now.verdict != verdict:
                _change(writer, verdict=verdict)
                writer.enter("verdict_amended", who=by, detail={"verdict": verdict, "before": now.verdict}, at=at)
            return _incident(writer.connection, incident_id)

    def incident(self, incident_id: str) -> Incident:
        """Look an incident up."""
        with self._reading() as connection:
            return _incident(connection, incident_id)

    def incident_of_run(self, flow_run_id: str) -> Incident | None:
        """Tell which incident a flow run works on, if any."""
        with self._reading() as connection:
            query = select(incidents).where(incidents.c.flow_run_id == flow_run_id)
            row = connection.execute(query).mappings().one_or_none()
            return None if row is None else Incident.model_validate(dict(row))

    def incidents(self, status: IncidentStatus | None = None) -> tuple[Incident, ...]:
        """List the incidents, oldest first."""
        query = select(incidents).order_by(incidents.c.opened_at, incidents.c.id)
        if status is not None:
            query = query.where(incidents.c.status == IncidentStatus(status).value)
        with self._reading() as connection:
            return tuple(Incident.model_validate(dict(row)) for row in connection.execute(query).mappings())

    def save_record(self, incident_id: str, record: Json, at: datetime) -> None:
        """Keep an incident's record in place of the one before."""
        with self._writing(incident_id) as writer:
            before = writer.found(records, records.c.incident_id == incident_id)
            if before is None:
                writer.connection.execute(insert(records).values(incident_id=incident_id, body=record, at=at))
            elif canonical(record) == canonical(before["body"]):
                return
            else:
                where = records.c.incident_id == incident_id
                writer.connection.execute(update(records).where(where).values(body=record, at=at))
            writer.enter("record_saved", detail={"sha256": digest(record)}, at=at)

    def record(self, incident_id: str) -> JsonValue:
        """Read an incident's record; null if there is none yet."""
        with self._reading() as connection:
            self._must_know(connection, incident_id)
            body: JsonValue = connection.scalar(select(records.c.body).where(records.c.incident_id == incident_id))
            return body


def new_incident(connection: Connection, values: Mapping[str, object], at: datetime) -> Incident:
    """Open an incident in the caller's transaction.

    Raises:
        IntegrityError: its key, or its flow run, has an incident already.
    """
    row = {**values, "id": _new_id(at), "status": IncidentStatus.OPEN.value, "opened_at": at}
    connection.execute(insert(incidents).values(row))
    incident = _incident(connection, str(row["id"]))
    begin_chain(connection, incident.id)
    detail: Json = {
        name: getattr(incident, name) for name in ("account", "runbook", "alert", "mode", "endpoint", "lang")
    }
    Writer(connection, incident.id).enter("incident_opened", detail=detail, at=at)
    return incident


def _new_id(at: datetime) -> str:
    return f"inc-{at.astimezone(UTC):%Y%m%d}-{secrets.token_hex(3)}"


def _incident(connection: Connection, incident_id: str) -> Incident:
    row = connection.execute(select(incidents).where(incidents.c.id == incident_id)).mappings().one_or_none()
    if row is None:
        raise UnknownRow(f"The ledger knows no incident {incident_id}.")
    return Incident.model_validate(dict(row))


def _change(writer: Writer, **values: object) -> None:
    writer.connection.execute(update(incidents).where(incidents.c.id == writer.incident_id).values(values))
