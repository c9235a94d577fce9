"""The snapshot of an early containment: the facts by which it was done while Prefect was still preparing its run."""

from tasks.context import ledger, utc_now
from tasks.ledger.rows import Incident
from tasks.model.base import Value
from tasks.model.facts import AnyFacts
from tasks.model.kept import read_kept
from tasks.model.policy import Policy
from tasks.runbooks.registry import runbook_of


class HeadStart(Value):
    """What the run goes on from, in whatever process: by these facts and this policy it was acted."""

    facts: AnyFacts
    policy: Policy


def head_start_of(incident: Incident) -> HeadStart | None:
    """The snapshot of an incident's early containment, if it had one."""
    kept = ledger().head_start(incident.id)
    if kept is None:
        return None
    what = f"head start of incident {incident.id}"
    return read_kept(HeadStart, kept, what=what, types=runbook_of(incident.runbook))


def keep_head_start(incident_id: str, found: HeadStart) -> None:
    """Keep it, before anything is done by it."""
    ledger().keep_head_start(incident_id, found.model_dump(mode="json"), utc_now())
