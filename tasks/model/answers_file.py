"""The answers file: answers given before they are asked, for drills and rehearsals."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field

from tasks.model.base import Line, Value
from tasks.model.plan import ActionKind

Tri = Literal["yes", "no", "unknown"]
Name = Annotated[Line, Field(min_length=1)]


G = TypeVar("G", bound=Value)


class GivenApprovals(Value):
    """Decisions on containment.

    Args:
        containment: approve all, decline all, or the kinds of action that are approved.
    """

    containment: Literal["approve", "decline"] | tuple[ActionKind, ...] | None = None


class AnswersFile(Value, Generic[G]):
    """Answers, approvals and who gave them: `runbooks schema answers`.

    Args:
        answers: to the questions of the runbook.
        manual_steps: whether the guided steps were done.
        answered_by: who answers the questions.
        approved_by: who approves.
        confirmed_by: the second person, who confirms a contradicted statement; by default `approved_by`.
        second_approver: the second approver, where the policy wants two.
    """

    answers: G | None = None
    approvals: GivenApprovals = GivenApprovals()
    manual_steps: Literal["done", "not_done"] | None = None
    answered_by: Name = "drill"
    approved_by: Name = "drill"
    confirmed_by: Name | None = None
    second_approver: Name | None = None


AnyAnswers = AnswersFile[Any]
"""Some runbook's answers file."""
