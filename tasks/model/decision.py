"""What the decision says, at any point of the procedure."""

from typing import Literal

from tasks.model.answer import Answer, Ask
from tasks.model.base import Sentence, Value

Verdict = Literal["ignored", "contained", "containment_incomplete", "declined", "needs_person", "undone"]
Course = Literal["ask", "ignore", "contain", "needs_person"]
Next = Literal["contact_support", "harden", "none"]


class Decision(Value):
    """Where the procedure stands, given the facts and the statements so far.

    Args:
        course: what to do now: ask the open question, ignore (closed), contain, or leave it to a person.
        path: the questions walked, in order.
        answers: one for each question of the path that has an answer.
        ask: the open question, where the course is `ask`.
        contradictions: what facts say against a person's statement.
        reasons: why, one sentence each; never empty.
    """

    course: Course
    path: tuple[str, ...]
    answers: tuple[Answer, ...]
    ask: Ask | None = None
    contradictions: tuple[Sentence, ...] = ()
    reasons: tuple[Sentence, ...]


class EarlyContainment(Value):
    """Whether containment starts before anybody is asked.

    Args:
        signs: indicators of compromise, from facts alone.
        reasons: why, or why not; never empty.
    """

    go: bool
    signs: tuple[Sentence, ...]
    reasons: tuple[Sentence, ...]
