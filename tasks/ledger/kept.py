"""What the ledger keeps as JSON, read back as values, whichever version kept it."""

from pydantic import JsonValue

from tasks.ledger.rows import ActionRow, Incident
from tasks.model.alert import Alert
from tasks.model.kept import read_kept
from tasks.model.plan import Outcome
from tasks.model.record import Record


def alert_of(incident: Incident) -> Alert:
    """The alert that opened an incident."""
    return read_kept(Alert, incident.alert, what=f"alert of incident {incident.id}")


def record_in(saved: JsonValue, incident_id: str) -> Record | None:
    """The record of an incident; None where none was saved yet."""
    return read_kept(Record, saved, what=f"record of incident {incident_id}") if saved else None


def outcome_of(action: ActionRow) -> Outcome:
    """What came of an action that is confirmed."""
    return read_kept(Outcome, action.result, what=f"action {action.id} of incident {action.incident_id}")
