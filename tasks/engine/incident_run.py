"""The run that answers an incident, as Prefect is told of it."""

from tasks.ledger.rows import Incident
from tasks.runbooks.kept import alert_of
from tasks.runbooks.registry import runbook_of

MAX_NAME = 120  # a longer one is cut off in the UI's list anyway


def parameters_of(incident: Incident) -> dict[str, str]:
    """What the run is told; the alert travels as one string, for Prefect's server evaluates objects."""
    alert = alert_of(incident).model_dump_json()
    return {"alert": alert, "mode": incident.mode, "lang": incident.lang, "incident": incident.id}


def tags_of(incident: Incident) -> list[str]:
    """What its list is filtered by."""
    return [incident.runbook, incident.mode, incident.id]


def name_of(incident: Incident) -> str:
    """What the UI calls it by what its alert says, before anything is known."""
    return runbook_of(incident.runbook).text.run_name(alert_of(incident), None)[:MAX_NAME]
