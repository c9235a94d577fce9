"""One look at the audit log, while it lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tasks.cloud.api import Api
from tasks.cloud.retry import RetryingClient
from tasks.model.base import Sentence
from tasks.model.delivery import Receipt
from tasks.model.facts import Reputation
from tasks.model.watch import Polled
from tasks.watch.raise_alert import Raising

CALLS_S = 45.0
"""Seconds after which a step asks the cloud no more; a call that hangs ends by itself after 10."""

ReputationOf = Callable[[str], Reputation]


@dataclass
class Look:
    """Whom to ask, where alerts go, and what came of it so far.

    Args:
        reputation: what is known of an address.
    """

    cloud: Api
    raising: Raising
    reputation: ReputationOf
    polled: Polled

    @property
    def now(self) -> datetime:
        """The look's time."""
        return self.raising.now

    def reads(self, seconds: float = CALLS_S) -> RetryingClient:
        """The cloud, with a time after which it is asked no more."""
        return RetryingClient(self.cloud, deadline_s=seconds)

    def note(self, *notes: Sentence) -> None:
        """Say what went less well."""
        self._change(notes=(*self.polled.notes, *notes))

    def add_raised(self, *raised: Receipt) -> None:
        """Count what was raised."""
        self._change(raised=(*self.polled.raised, *raised))

    def add_login(self, *, succeeded: bool) -> None:
        """Count a login that was new."""
        name = "logins" if succeeded else "failed"
        self._change(**{name: getattr(self.polled, name) + 1})

    def read_through(self, through: datetime) -> None:
        """Say how far it was read."""
        self._change(through=through)

    def _change(self, **changes: object) -> None:
        self.polled = self.polled.model_copy(update=changes)
