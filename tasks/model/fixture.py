"""An incident as a file from which its decision can be made again, offline."""

from typing import Any, Literal

from pydantic import ValidationInfo, model_validator

from tasks.model.alert import AnyAlert, with_runbook
from tasks.model.base import Value
from tasks.model.decision import Next, Verdict
from tasks.model.explanation import Basis
from tasks.model.facts import AnyFacts
from tasks.model.plan import Approval, Outcome, Plan
from tasks.model.policy import Mode


class Settled(Value):
    """What was decided, without the words in which it was said.

    Args:
        path: the questions walked, in order.
        answers: each answer with its source.
        against: how many contradictions there were.
        planned: names (`kind:target`) of what is to be done, where it is to be contained; empty elsewhere.
    """

    path: tuple[str, ...]
    answers: dict[str, tuple[str, str]]
    against: int
    verdict: Verdict
    next: Next
    planned: tuple[str, ...] = ()


class Fixture(Value):
    """All that an incident was decided by, and what was decided: `runbooks export INCIDENT --fixture`.

    Args:
        closed: whether the procedure had come to its end.
        plan, approvals, actions, put_back, undone: as in the record; what came of them belongs to the verdict.
    """

    fixture_version: Literal[1] = 1
    runbook: str
    mode: Mode
    alert: AnyAlert
    facts: AnyFacts
    basis: Basis
    closed: bool
    plan: Plan = Plan()
    approvals: tuple[Approval, ...] = ()
    actions: tuple[Outcome, ...] = ()
    put_back: tuple[Outcome, ...] = ()
    undone: tuple[Outcome, ...] = ()
    settled: Settled

    @model_validator(mode="before")
    @classmethod
    def _of_runbook(cls, data: Any, info: ValidationInfo) -> Any:
        return with_runbook(data, info)
