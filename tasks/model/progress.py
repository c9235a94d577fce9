"""How far an incident has come, a value for each stage; from each the record is built."""

from typing import Any

from tasks.model.answer import Answer, Statement
from tasks.model.base import Value
from tasks.model.case import Case
from tasks.model.decision import Decision, EarlyContainment
from tasks.model.explanation import Basis
from tasks.model.fact import Known, Unknown
from tasks.model.facts import AnyFacts, Trail
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

    def decided(self, facts: AnyFacts, decision: Decision, words: tuple[Statement, ...] = ()) -> "Decided":
        """The next stage; facts may have grown while people were asked."""
        fields: dict[str, Any] = {**dict(self), "facts": facts, "decision": decision, "words": words}
        return Decided(**fields)


class Decided(Gathered):
    """It is decided what to do, or what to ask.

    Args:
        words: what people said, by which it was decided.
        trail_then: the audit log as it was read when it was decided; None where it was not read again since.
        approvals: every approval, of all rounds.
        put_back: what came of undoing the early containment, where it proved harmless.
    """

    decision: Decision
    words: tuple[Statement, ...] = ()
    trail_then: Known[Trail] | Unknown | None = None
    approvals: tuple[Approval, ...] = ()
    put_back: tuple[Outcome, ...] = ()

    @property
    def basis(self) -> Basis:
        """What the decision stood on beside alert and facts."""
        case = self.case
        return Basis(
            policy=case.policy, statements=self.words, now=case.begun_at, site=case.site, trail=self.trail_then
        )

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
