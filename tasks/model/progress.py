"""How far an incident has come; from it the record is built at any moment."""

from tasks.model.answer import Answer
from tasks.model.base import Value
from tasks.model.case import Case
from tasks.model.decision import Course, Decision, EarlyContainment
from tasks.model.facts import Facts
from tasks.model.plan import Approval, Outcome, Plan


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
    at_once: EarlyContainment | None = None
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
