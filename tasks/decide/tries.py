"""When an act is tried again that failed for a reason that may pass."""

from datetime import datetime, timedelta

from tasks.model.plan import Outcome

TRIES_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
"""How long after the one before each further try follows: the first for what passes by itself, the last for a
permission that somebody has to be found to grant."""

HELD = timedelta(minutes=3)
"""How long a try is its process's own: an act takes a minute, and looking at it afterwards a little longer."""


def next_try(made: int, at: datetime) -> datetime | None:
    """When the next try is due, after so many further ones; None where that was the last."""
    return at + TRIES_AFTER[made] if made < len(TRIES_AFTER) else None


def to_try_again(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The acts that failed at last, and are tried again."""
    return tuple(one for one in {one.name: one for one in outcomes}.values() if one.status == "failed" and one.again)


def with_tries(outcomes: tuple[Outcome, ...], later: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The outcomes, each in its place, with what came of further tries."""
    found = {one.name: one for one in later}
    return tuple(found.get(one.name, one) if one.status == "failed" else one for one in outcomes)
