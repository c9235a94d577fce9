"""Questions that a runbook asks, and what was answered."""

from typing import Literal

from tasks.model.base import Line, Moment, Sentence, Value

Source = Literal["fact", "person", "policy", "derived"]

CONFIRM = "confirm"
"""In every runbook that has it, the question that a second person answers: does what was said stand against facts?"""


class Answer(Value):
    """The answer to one question.

    Args:
        question: the runbook's name for it.
        value: `yes`, `no` or `unknown`; where the question is who, a yes is the name.
        source: where it came from.
        by: the person's name, or the fact's name.
        at: when it was given; None for facts.
        evidence: ids of evidence in the ledger.
        why: the sentence that the report prints.
    """

    question: str
    value: Line
    source: Source
    by: Line = ""
    at: Moment | None = None
    evidence: tuple[str, ...] = ()
    why: Sentence

    @property
    def yes(self) -> bool:
        """Whether it is a yes, or the name that was asked for."""
        return self.value not in ("no", "unknown")

    @property
    def no(self) -> bool:
        """Whether it is a plain no."""
        return self.value == "no"


class Statement(Value):
    """What a person said, before it is weighed against facts."""

    question: str
    value: Line
    by: Line
    at: Moment


class Choice(Value):
    """One choice of a form: the value, and how it is shown.

    A label that begins with the value, such as a name's, explains it; any other is shown beside it.
    """

    value: Line
    label: Sentence


class Ask(Value):
    """A question that facts leave open.

    Args:
        key: stable key of the waiting: the question and, where it depends on one, the plan's hash.
        choices: what may be answered.
        barred: names of persons who may not answer: the one under suspicion, or the one whose statement is to be
            confirmed.
    """

    question: str
    key: str
    text: Sentence
    choices: tuple[Choice, ...]
    barred: tuple[Line, ...] = ()
