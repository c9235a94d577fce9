"""What a check of account and machine found."""

from enum import StrEnum

from tasks.model.base import Sentence, Value


class Grade(StrEnum):
    """How a finding is to be taken; unknown is never taken for ok."""

    OK = "ok"
    NOTE = "note"
    UNKNOWN = "unknown"
    DANGER = "danger"


class Finding(Value):
    """One thing that was looked at.

    Args:
        mend: what to do; None where nothing is to be done.
    """

    grade: Grade
    what: Sentence
    mend: Sentence | None = None


class Checked(Value):
    """A finding, and the check that came to it.

    Args:
        check: the check's name, for scripts.
        title: its name for people.
    """

    check: str
    title: Sentence
    finding: Finding
