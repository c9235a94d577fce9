"""What an incident's facts lack only because the audit log is late: noted once, so that any process looks again."""

from tasks.context import ledger, utc_now
from tasks.decide.late_looks import last_look, next_look
from tasks.ledger.rows import LateEvent
from tasks.model.base import Sentence
from tasks.model.case import Case
from tasks.model.facts import Facts
from tasks.model.late_event import Looks
from tasks.model.progress import Gathered
from tasks.runbooks.registry import runbook_of


def await_event(case: Case, facts: Facts) -> None:
    """See that what the audit log is late with is looked for again, by whichever process lives."""
    why = _lacks(case, facts)
    if why is None:
        return
    ledger().await_event(
        case.incident_id,
        policy=case.policy.model_dump(mode="json"),
        first_at=facts.gathered_at,
        due_at=next_look(facts.gathered_at, facts.gathered_at),
        said=why.model_dump(mode="json"),
    )


def await_proof(case: Case, facts: Facts, event_id: str) -> None:
    """See that an incident which gave way to another one did so rightly: a late record may be what its alert means."""
    if runbook_of(case.runbook).late is None:
        return
    ledger().await_event(
        case.incident_id,
        policy=case.policy.model_dump(mode="json"),
        first_at=facts.gathered_at,
        due_at=next_look(facts.gathered_at, utc_now()),
        believed=event_id,
    )


def awaits(gathered: Gathered) -> bool:
    """Whether the facts lack an event that may yet turn up, or that never did."""
    return _lacks(gathered.case, gathered.facts) is not None


def _lacks(case: Case, facts: Facts) -> Sentence | None:
    late = runbook_of(case.runbook).late
    return late.awaited(facts) if late is not None else None


def looks_for(incident_id: str) -> Looks | None:
    """How an incident's event is looked for; None where it was there at once."""
    late = ledger().late_event(incident_id)
    return None if late is None else looks_of(late)


def looks_of(late: LateEvent) -> Looks:
    """The looks, as people are told of them."""
    return Looks(
        first_at=late.first_at,
        last_at=late.last_at,
        made=late.looks,
        until=last_look(late.first_at) if late.due_at else None,
        said=Sentence.model_validate(late.said) if late.said else None,
        found_at=late.found_at,
    )
