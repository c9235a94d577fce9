"""What a runbook gives the report, before it is laid out."""

from tasks.model.base import Sentence, Value

Field = tuple[Sentence, str | Sentence]
"""A label, and what stands beside it."""


class FactRow(Value):
    """One fact as a reader sees it.

    Args:
        lines: what is so; empty where the fact is unknown.
        reason: why it is unknown; None where it is known.
        permission: the CAM action that would make it known.
        gaps: what the source could not see though it answered.
    """

    name: str
    label: Sentence
    lines: tuple[Sentence, ...] = ()
    reason: Sentence | None = None
    permission: str | None = None
    gaps: tuple[Sentence, ...] = ()
    evidence: tuple[str, ...] = ()


class Headlines(Value):
    """The first sentence of a report, by how the incident stands.

    Args:
        planned_only: it should be contained, and nothing was done.
        rollback_failed: it proved harmless, but not all of the early containment could be put back.
        held: it was contained early, and nobody could settle whether rightly.
    """

    ignored: Sentence
    contained: Sentence
    containment_incomplete: Sentence
    declined: Sentence
    undone: Sentence
    needs_person: Sentence
    going_on: Sentence
    planned_only: Sentence
    rollback_failed: Sentence
    held: Sentence


class FormTitles(Value):
    """What the forms are headed with."""

    question: Sentence
    approval: Sentence
    manual: Sentence
