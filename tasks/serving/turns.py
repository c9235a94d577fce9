"""Whose turn it is: the sources of alerts take turns, and each brings its worst first.

One source whose secret leaked could bring the worst of alerts without end: what another source brings waits for one of
each at most.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Waiting(Protocol):
    """What waits for its turn."""

    @property
    def source(self) -> str | None:
        """Who brought it; None where a person looks at the screen and waits for it: that takes nobody's turn."""

    @property
    def order(self) -> tuple[int, datetime]:
        """What those of one source are sorted by; the smallest goes first."""


W = TypeVar("W", bound=Waiting)


class Turns:
    """Remembers who had a turn when."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._turn = 0

    def sorted(self, waiting: Iterable[W]) -> list[W]:
        """Those who wait, in the order of their turns: people first, then the source that had none for longest."""
        jobs = sorted(waiting, key=lambda one: one.order)
        turns, before = list[tuple[int, int, W]](), defaultdict[str, int](int)
        for one in jobs:
            if one.source is not None:
                turns.append((before[one.source], self._last.get(one.source, 0), one))
                before[one.source] += 1
        people = (one for one in jobs if one.source is None)
        return [*people, *(one for *_, one in sorted(turns, key=lambda turn: turn[:2]))]

    def took(self, job: Waiting) -> None:
        """It had its turn."""
        if job.source is not None:
            self._turn += 1
            self._last[job.source] = self._turn
