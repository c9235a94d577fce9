"""How far an incident has come; from it the record is built at any moment."""

from typing import Literal

from tasks.case import Case
from tasks.decide.at_once import AtOnce
from tasks.decide.protections import protections_off
from tasks.decide.verdict import next_step, verdict
from tasks.model.answer import Answer, Question
from tasks.model.base import Value
from tasks.model.decision import Course, Decision
from tasks.model.fact import Known
from tasks.model.facts import Facts, Trail
from tasks.model.plan import Approval, Outcome, Plan
from tasks.model.record import Impact, Record, RecordedAnswer


class Progress(Value):
    """What is known and done so far.

    Args:
        at_once: whether anything was done before the first question, and why; in mode `auto` only.
        put_back: what came of undoing it.
        impact: the answer of step 6, once the audit log was read again.
        closed: whether the procedure has come to its end.
    """

    case: Case
    facts: Facts | None = None
    at_once: AtOnce | None = None
    decision: Decision | None = None
    plan: Plan = Plan()
    approvals: tuple[Approval, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    put_back: tuple[Outcome, ...] = ()
    impact: Answer | None = None
    closed: bool = False

    @property
    def course(self) -> Course:
        """What the decision says to do now."""
        return self.decision.course if self.decision else "needs_person"


def _trail(facts: Facts | None) -> Trail | None:
    return facts.trail.value if facts is not None and isinstance(facts.trail, Known) else None


def _impact(progress: Progress) -> Impact:
    trail = _trail(progress.facts)
    affected: Literal["yes", "no", "unknown"] = "unknown"
    if progress.impact is not None and progress.impact.value in ("yes", "no"):
        affected = "yes" if progress.impact.yes else "no"
    if trail is None:
        return Impact(affected=affected)
    return Impact(affected=affected, sensitive_events=trail.sensitive, resources=trail.resources, actors=trail.actors)


def _answers(progress: Progress) -> tuple[Answer, ...]:
    given = progress.decision.answers if progress.decision else ()
    return (*given, progress.impact) if progress.impact else given


def _path(progress: Progress) -> tuple[str, ...]:
    walked = progress.decision.path if progress.decision else ()
    end = (Question.RESOURCES_AFFECTED,) if progress.impact else ()
    return tuple(str(question) for question in (*walked, *end))


def _recorded(answer: Answer) -> RecordedAnswer:
    return RecordedAnswer(**{name: getattr(answer, name) for name in RecordedAnswer.model_fields})


def record_of(progress: Progress) -> Record:
    """Build the record of what is known and done so far; the timeline is added where it is published."""
    case = progress.case
    found, reasons = verdict(
        progress.decision,
        progress.plan,
        progress.approvals,
        progress.outcomes,
        case.mode,
        put_back=progress.put_back,
        closed=progress.closed,
    )
    first = progress.at_once.reasons if progress.at_once else ()
    caller = progress.facts.caller if progress.facts else None
    impact = _impact(progress)
    return Record(
        incident_id=case.incident_id,
        flow_run_id=case.run_id,
        mode=case.mode,
        lang=case.lang,
        opened_at=case.opened_at,
        alert=case.alert,
        facts=progress.facts,
        answers={str(answer.question): _recorded(answer) for answer in _answers(progress)},
        path=_path(progress),
        contradictions=progress.decision.contradictions if progress.decision else (),
        verdict=found,
        reasons=(*first, *reasons),
        plan=progress.plan,
        approvals=progress.approvals,
        actions=progress.outcomes,
        put_back=progress.put_back,
        impact=impact,
        next=next_step(found, impact.affected),
        protections_off=protections_off(progress.facts) if progress.facts else (),
        permissions_missing=caller.value.lacks if isinstance(caller, Known) else (),
    )
