"""The run that answers an incident, as Prefect is told of it."""

from collections.abc import Iterable

from tasks.ledger.rows import Incident
from tasks.runbooks.kept import alert_of
from tasks.runbooks.registry import runbook_of

GOES_ON = "goes-on-from:"
"""How the tag of a run begins that takes the place of one that was lost: behind it stands the first of them."""
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


def goes_on_tags(first_run: str | None) -> list[str]:
    """What says that a run goes on from the results of one that was lost."""
    return [] if first_run is None else [f"{GOES_ON}{first_run}"]


def goes_on_from(tags: Iterable[str]) -> str | None:
    """The run whose results a run with these tags goes on from; None where it begins at the beginning."""
    return next((tag.removeprefix(GOES_ON) for tag in tags if tag.startswith(GOES_ON)), None)
