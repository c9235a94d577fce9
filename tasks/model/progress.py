"""How far an incident has come, a value for each stage; from each the record is built."""

from typing import Any

from tasks.model.answer import Answer
from tasks.model.base import Value
from tasks.model.case import Case
from tasks.model.decision import Decision, EarlyContainment
from tasks.model.facts import AnyFacts
from tasks.model.plan import Approval, Outcome, Plan
from tasks.model.suspect import Suspect


class Gathered(Value):
    """The facts are there; in mode `auto` it may have been contained already.

    Args:
        suspect: who is in question, resolved once.
        at_once: whether it was contained before the first question, and why; in mode `auto` only.
        plan: every action that was planned so far.
        outcomes: what came of each that was done or declined.
    """

    case: Case
    facts: AnyFacts
    suspect: Suspect
    at_once: EarlyContainment | None = None
    plan: Plan = Plan()
    outcomes: tuple[Outcome, ...] = ()

    def decided(self, facts: AnyFacts, decision: Decision) -> "Decided":
        """The next stage; facts may have grown while people were asked."""
        fields: dict[str, Any] = {**dict(self), "facts": facts, "decision": decision}
        return Decided(**fields)


class Decided(Gathered):
    """It is decided what to do, or what to ask.

    Args:
        approvals: every approval, of all rounds.
        put_back: what came of undoing the early containment, where it proved harmless.
    """

    decision: Decision
    approvals: tuple[Approval, ...] = ()
    put_back: tuple[Outcome, ...] = ()

    def assessed(self, impact: Answer) -> "Assessed":
        """The next stage."""
        fields: dict[str, Any] = {**dict(self), "impact": impact}
        return Assessed(**fields)


class Assessed(Decided):
    """It is contained as far as it may be, and the audit log was read again.

    Args:
        impact: whether resources were affected.
    """

    impact: Answer
