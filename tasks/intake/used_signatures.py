"""Signatures that were used: whoever saw one pass may not bring another message with it."""

from datetime import datetime

from tasks.intake.authentication import Proven

REMEMBERED = 4096
"""Of one sender; more than it may bring while one is good at the usual rates. What brought an alert, the ledger knows
too, and for good."""


class UsedSignatures:
    """The messages that signatures of one sender brought while each is good."""

    def __init__(self) -> None:
        self._used: dict[str, tuple[str, datetime]] = {}

    def is_another(self, proven: Proven, sha256: str, *, now: datetime) -> bool:
        """Whether a signature brought another message before; the first one is remembered.

        A signature of a second is many messages', and is not looked at here.
        """
        if not proven.again or proven.is_shared or proven.nonce_until is None:
            return False
        known = self._used.setdefault(proven.nonce, (sha256, proven.nonce_until))
        if len(self._used) > REMEMBERED:
            self._forget(now)
        return known[0] != sha256

    def _forget(self, now: datetime) -> None:
        self._used = {nonce: known for nonce, known in self._used.items() if known[1] >= now}
        for nonce in list(self._used)[:-REMEMBERED]:
            del self._used[nonce]
