"""How far an incident has come, a value for each stage; from each the record is built."""

from typing import Any

from tasks.model.answer import Answer, Statement
from tasks.model.base import Moment, Sentence, Value
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
        words: what people said so far that still counts, by which it is decided.
        asked: the questions so far, each as often as it was asked, since facts changed last.
        held: why the breaker held automatic containment back; in mode `auto` only.
        late: by how much the event was late in the audit log; None where it was there at once, or never was.
        rests_on: id of the event that turned up late; empty where none did.
        heard_at: when people answered last; None where they did not since facts were gathered.
        renewed: why facts were gathered anew; None where they were not.
        as_of: when they were gathered anew; empty where they were not.
        duplicate_of: the incident that turned out to answer this event; empty where this one does.
    """

    case: Case
    facts: AnyFacts
    suspect: Suspect
    at_once: EarlyContainment | None = None
    plan: Plan = Plan()
    outcomes: tuple[Outcome, ...] = ()
    words: tuple[Statement, ...] = ()
    asked: tuple[str, ...] = ()
    held: tuple[Sentence, ...] = ()
    late: Sentence | None = None
    rests_on: str = ""
    heard_at: Moment | None = None
    renewed: Sentence | None = None
    as_of: str = ""
    duplicate_of: str = ""

    def decided(self, facts: AnyFacts, decision: Decision) -> "Decided":
        """The next stage; facts may have grown while people were asked."""
        fields: dict[str, Any] = {**dict(self), "facts": facts, "decision": decision}
        return Decided(**fields)


class Decided(Gathered):
    """It is decided what to do, or what to ask.

    Args:
        trail_then: the audit log as it was read when it was decided; None where it was not read again since.
        approvals: every approval, of all rounds.
        put_back: what came of undoing the early containment, where it proved harmless.
        rounds: how many rounds of containment there were.
        unapprovable: why nobody may approve what is to be done; None where somebody may, or it was not asked.
        overtaken_at: the wait that was given up because something turned up; empty where none was.
    """

    decision: Decision
    trail_then: Known[Trail] | Unknown | None = None
    approvals: tuple[Approval, ...] = ()
    put_back: tuple[Outcome, ...] = ()
    rounds: int = 0
    unapprovable: Sentence | None = None
    overtaken_at: str = ""

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
