"""Outcomes of actions that were not done, so that the record says why."""

from datetime import datetime

from tasks.model.base import Sentence
from tasks.model.plan import Action, Outcome

_PLANNED = Sentence(zh="观察模式：只列入计划，未执行。", en="Observe mode: it is only planned, nothing was done.")


def planned(actions: tuple[Action, ...], *, at: datetime | None = None) -> tuple[Outcome, ...]:
    """Say that the actions are only planned."""
    return tuple(Outcome.of(action, "planned", _PLANNED, by="", at=at) for action in actions)


def declined(actions: tuple[Action, ...], by: str, *, at: datetime | None = None) -> tuple[Outcome, ...]:
    """Say that a person declined the actions."""
    why = Sentence(zh=f"{by} 未批准，未执行。", en=f"{by} declined it, nothing was done.")
    return tuple(Outcome.of(action, "declined", why, by=by, at=at) for action in actions)


def not_done(actions: tuple[Action, ...], by: str, *, at: datetime | None = None) -> tuple[Outcome, ...]:
    """Say that a person did not do the manual steps."""
    why = Sentence(zh=f"{by} 表示未完成。", en=f"{by} says: not done.")
    return tuple(Outcome.of(action, "failed", why, by=by, at=at) for action in actions)
