"""An incident, by what a person types."""

from tasks.context import ledger
from tasks.errors import InputError
from tasks.ledger.rows import Incident, IncidentStatus


def find_incident(run: str) -> Incident:
    """The incident that a run's id or its own id names.

    Raises:
        InputError: there is none.
    """
    incident = next((i for i in ledger().incidents() if run in (i.id, i.flow_run_id)), None)
    if incident is None or incident.flow_run_id is None:
        known = ", ".join(i.id for i in ledger().incidents(IncidentStatus.OPEN)[:5]) or "none is open"
        raise InputError("RUN", f"{run!r} is no run or incident of this ledger; open ones: {known}")
    return incident
