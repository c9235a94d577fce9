"""Questions of the procedure, and what was answered."""

from enum import StrEnum
from typing import Literal

from tasks.model.base import Line, Moment, Sentence, Value


class Question(StrEnum):
    """The procedure's questions, by the names that everything uses."""

    OWN_LOGIN = "own_login"
    USUAL_PLACE = "usual_place"
    CO_USER = "co_user"
    CO_USER_AWAY = "co_user_away"
    KNOWN_EGRESS = "known_egress"
    RESOURCES_AFFECTED = "resources_affected"
    CONFIRM = "confirm"
    """Ours: a second person is asked whether a statement that facts contradict is to count."""


Source = Literal["fact", "person", "policy", "derived"]


class Answer(Value):
    """The answer to one question.

    Args:
        value: `yes`, `no` or `unknown`; for co_user a yes is the co-user's name.
        source: where it came from.
        by: the person's name, or the fact's name.
        at: when it was given; None for facts.
        evidence: ids of evidence in the ledger.
        why: the sentence that the report prints.
    """

    question: Question
    value: Line
    source: Source
    by: Line = ""
    at: Moment | None = None
    evidence: tuple[str, ...] = ()
    why: Sentence

    @property
    def yes(self) -> bool:
        """Whether it is a yes (for co_user: a name)."""
        return self.value not in ("no", "unknown")

    @property
    def no(self) -> bool:
        """Whether it is a plain no."""
        return self.value == "no"


class Statement(Value):
    """What a person said, before it is weighed against facts."""

    question: Question
    value: Line
    by: Line
    at: Moment


class Choice(Value):
    """One choice of a form: the value, and how it is shown."""

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

    question: Question
    key: str
    text: Sentence
    choices: tuple[Choice, ...]
    barred: tuple[Line, ...] = ()
