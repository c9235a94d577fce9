"""What of the containment holds at this moment, and what is put back where the login was harmless."""

from tasks.decide.sentences import few
from tasks.model.base import Sentence
from tasks.model.plan import Outcome

DONE = frozenset({"done", "verified"})
"""States of an act of ours that took effect; `skipped` means that it was so before."""


def in_force(outcomes: tuple[Outcome, ...], put_back: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """What the API did and what was not put back since."""
    restored = {_name(one) for one in put_back if one.status in DONE}
    return tuple(one for one in _last(outcomes) if one.status in DONE and _name(one) not in restored)


def to_put_back(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """What to put back, last first: all that was done, and what may have been done though nobody could see it."""
    return tuple(one for one in reversed(_last(outcomes)) if one.before and one.status in (*DONE, "failed"))


def not_put_back(put_back: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """What could not be put back."""
    return tuple(one for one in put_back if one.status == "failed")


def named(outcomes: tuple[Outcome, ...]) -> Sentence:
    """Some outcomes by kind and target."""
    return few(tuple(_name(one) for one in outcomes))


def _last(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The last outcome of each act of the API."""
    return tuple({_name(one): one for one in outcomes if one.how == "api"}.values())


def _name(outcome: Outcome) -> str:
    return f"{outcome.kind}:{outcome.target}"
