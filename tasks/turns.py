"""Letting others go first: what can wait stands back while other incidents are still to be contained."""

from collections.abc import Awaitable, Callable

GiveWay = Callable[[str], Awaitable[None]]
"""Given the id of a run, returns when that run may go on."""

_ways: list[GiveWay] = []


def arrange(give_way: GiveWay) -> None:
    """Say how runs of this process make room for each other; only a process that runs several does."""
    _ways[:] = [give_way]


async def others_first(run_id: str) -> None:
    """Let incidents go first that are still to be contained; at once where nobody else is at work here."""
    for give_way in _ways:
        await give_way(run_id)
