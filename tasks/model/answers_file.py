"""The answers file: answers given before they are asked, for drills and rehearsals."""

from typing import Annotated, Literal

from pydantic import Field

from tasks.model.base import Line, Value
from tasks.model.plan import ActionKind

Tri = Literal["yes", "no", "unknown"]
Name = Annotated[Line, Field(min_length=1)]


class GivenAnswers(Value):
    """Answers to the procedure's questions; what is left out waits for a person.

    Args:
        usual_place: asked only where facts can't tell.
        co_user: the co-user's name, `no` or `unknown`.
        confirm: whether a second person (`confirmed_by`) confirms a statement that facts contradict.
    """

    own_login: Tri | None = None
    usual_place: Tri | None = None
    co_user: Name | None = None
    co_user_away: Tri | None = None
    known_egress: Tri | None = None
    confirm: Tri | None = None


class GivenApprovals(Value):
    """Decisions on containment.

    Args:
        containment: approve all, decline all, or the kinds of action that are approved.
    """

    containment: Literal["approve", "decline"] | tuple[ActionKind, ...] | None = None


class AnswersFile(Value):
    """Answers, approvals and who gave them: `runbooks schema answers`.

    Args:
        manual_steps: whether the guided steps were done.
        answered_by: who answers the questions.
        approved_by: who approves.
        confirmed_by: the second person, who confirms a contradicted statement; by default `approved_by`.
        second_approver: the second approver, where the policy wants two.
    """

    answers: GivenAnswers = GivenAnswers()
    approvals: GivenApprovals = GivenApprovals()
    manual_steps: Literal["done", "not_done"] | None = None
    answered_by: Name = "drill"
    approved_by: Name = "drill"
    confirmed_by: Name | None = None
    second_approver: Name | None = None
