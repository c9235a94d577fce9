"""Facts have a value and a source, or a reason for having none."""

from typing import Generic, Literal, TypeVar

from tasks.model.base import Sentence, Value

T = TypeVar("T")


class Known(Value, Generic[T]):
    """A fact that was gathered.

    Args:
        value: what is so.
        evidence: ids of the ledger's evidence that say so.
        gaps: what the source could not see, though it answered: one sentence each.
    """

    state: Literal["known"] = "known"
    value: T
    evidence: tuple[str, ...] = ()
    gaps: tuple[Sentence, ...] = ()


class Unknown(Value):
    """A fact that was not obtainable, and why; never the same as no.

    Args:
        permission: the CAM action to grant, such as `cam:ListUsers`, where that is the reason.
        not_yet: whether its source answered and does not show it, but may later: the audit log is late.
    """

    state: Literal["unknown"] = "unknown"
    reason: Sentence
    permission: str | None = None
    not_yet: bool = False
