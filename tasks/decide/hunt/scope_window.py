"""How far a lead is followed: from which moment on, and whether through what it changes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ScopeWindow:
    """How far a lead is followed.

    Args:
        since: only what happened from then on counts; None for all.
        transitive: whether what it changes is followed too; not so for those who were merely changed themselves, or
            one administrator in the chain would draw everybody in.
    """

    since: datetime | None
    transitive: bool

    def admits(self, at: datetime) -> bool:
        """Whether an event of that moment counts."""
        return self.since is None or self.since <= at

    @property
    def widest(self) -> bool:
        """Whether nothing can be wider."""
        return self.transitive and self.since is None

    def joined(self, other: "ScopeWindow") -> "ScopeWindow":
        """The wider of both."""
        if self.widest or self is other:
            return self
        since = None if self.since is None or other.since is None else min(self.since, other.since)
        return ScopeWindow(since, self.transitive or other.transitive)
