"""What the ledger keeps of an incident, read back with the types of its runbook, whichever version kept it."""

from pydantic import JsonValue

from tasks.ledger.rows import Incident, ReceivedAlert
from tasks.model.alert import Alert
from tasks.model.kept import read_kept
from tasks.model.record import Record
from tasks.runbooks.registry import runbook_of


def alert_of(incident: Incident) -> Alert:
    """The alert that opened an incident."""
    return read_kept(runbook_of(incident.runbook).alert, incident.alert, what=f"alert of incident {incident.id}")


def alert_in(report: ReceivedAlert) -> Alert:
    """The alert that a report of an incident is."""
    return read_kept(runbook_of(report.runbook).alert, report.alert, what=f"report {report.id}")


def record_in(saved: JsonValue, incident: Incident) -> Record | None:
    """The record of an incident; None where none was saved yet."""
    if not saved:
        return None
    return read_kept(Record, saved, what=f"record of incident {incident.id}", types=runbook_of(incident.runbook))
