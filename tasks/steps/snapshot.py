"""The snapshot of an early containment: that by which it was done while Prefect was still preparing its run."""

from tasks.context import ledger, utc_now
from tasks.ledger.rows import Incident
from tasks.model.base import Sentence, Value
from tasks.model.decision import EarlyContainment
from tasks.model.facts import AnyFacts
from tasks.model.kept import read_kept
from tasks.model.plan import Action
from tasks.model.policy import Policy
from tasks.runbooks.registry import runbook_of


class Early(Value):
    """What was decided before anybody was asked.

    Args:
        at_once: whether to contain, and why.
        alone: the actions that then run; empty where none does.
        plan_hash: of the plan that they are part of.
        held: why the breaker holds them back; None where it does not.
    """

    at_once: EarlyContainment
    alone: tuple[Action, ...] = ()
    plan_hash: str = ""
    held: Sentence | None = None


class HeadStart(Value):
    """What the run goes on from, in whatever process and version: by these facts and this policy it was acted.

    Args:
        early: what was decided by them; None where a version kept it that left deciding it again to the run.
    """

    facts: AnyFacts
    policy: Policy
    early: Early | None = None


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
