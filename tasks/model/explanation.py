"""Why it was decided so: what spoke for and against each answer, and what would have changed the decision."""

from typing import Literal

from pydantic import Field

from tasks.model.answer import Statement
from tasks.model.base import Line, Moment, Sentence, Value
from tasks.model.decision import Course
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Trail
from tasks.model.policy import Policy


class Basis(Value):
    """What a decision stood on beside alert and facts, so that it can be made again.

    Args:
        policy: as it was in force when the incident opened.
        statements: what people said, oldest first.
        now: the run's time, by which everything was decided.
        trail: the audit log as it was read when it was decided; None where it was not read again since.
    """

    policy: Policy
    statements: tuple[Statement, ...] = ()
    now: Moment
    site: Literal["cn", "intl"] = "cn"
    trail: Known[Trail] | Unknown | None = None


class Point(Value):
    """One thing that speaks for a yes or for a no.

    Args:
        fact: name of the fact that says so; `person` for somebody's word, `policy` for what was declared.
        evidence: ids of evidence in the ledger.
        at: when the newest of the evidence was read, or the word was given; None for what has no time.
    """

    says: Sentence
    fact: Line
    evidence: tuple[str, ...] = ()
    at: Moment | None = None


class Otherwise(Value):
    """Where the procedure would have led if one thing had been otherwise.

    Args:
        supposed: another answer, or the name of a fact that is taken for unknown.
        leads_to: what would then be done.
        asks: the question that would then be open, where it leads to one.
    """

    supposed: Line
    leads_to: Course
    asks: str = ""


class Weighed(Value):
    """One question of the path, with what bears on it.

    Args:
        value: the answer; empty while the question is open.
        for_yes, for_no: what speaks for each, whatever was answered.
        unseen: facts that would bear on it and are unknown, with the reason.
        otherwise: where each other answer would have led.
    """

    question: str
    value: Line = ""
    for_yes: tuple[Point, ...] = ()
    for_no: tuple[Point, ...] = ()
    unseen: tuple[Point, ...] = ()
    otherwise: tuple[Otherwise, ...] = ()


class Explanation(Value):
    """Why it was decided so.

    Args:
        weighed: each question of the path, in its order.
        hinges: facts without which it would have been decided otherwise.
    """

    weighed: tuple[Weighed, ...] = Field(default=())
    hinges: tuple[Otherwise, ...] = ()
