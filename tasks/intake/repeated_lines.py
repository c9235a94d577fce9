"""Lines of the log that strangers can cause: some a minute, and how many more there were."""

from collections.abc import Hashable
from time import monotonic

from tasks.intake.rate_limit import Bucket

A_MINUTE = 10
"""Lines of one kind; what more they would say, the metrics say."""


class RepeatedLines:
    """Lets some lines of each kind through. The kinds are few, and ours: no stranger makes one."""

    def __init__(self) -> None:
        self._kinds: dict[Hashable, Bucket] = {}
        self._left_out: dict[Hashable, int] = {}

    def more(self, kind: Hashable) -> int | None:
        """How many lines of a kind were left out before this one; None where this one is left out too."""
        bucket = self._kinds.setdefault(kind, Bucket(A_MINUTE))
        if not bucket.take(monotonic()):
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return None
        return self._left_out.pop(kind, 0)
