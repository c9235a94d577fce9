"""Who tries in vain, again and again: counted for each subscriber, within bounds, and slowed down."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic

from tasks.intake.rate_limit import Bucket
from tasks.model.address import subscriber_network

ADDRESSES = 4096
"""Subscribers whose wrong tries are remembered; the one that tried longest ago is forgotten first."""
FREE_PER_MINUTE = 20
"""Wrong proofs from one subscriber that are answered like any other: a person tries settings out, a scanner goes on."""
STEP_S, HELD_MAX_S = 0.1, 2.0
"""Each further one is answered later by so much than the one before, at most by so much."""
HELD_MAX = 32
"""Answers that are held back at the same time; others are answered at once, for one that is held costs us too."""


@dataclass
class _Tries:
    """What one subscriber tried.

    Args:
        beyond: tries since it had one free.
    """

    free: Bucket
    beyond: int = 0


class WrongTries:
    """Counts, for each subscriber, what was tried in vain; whoever has one IPv6 address has its whole /64.

    Args:
        per_minute: wrong tries that are free.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._known: dict[str, _Tries] = {}

    def wait_s(self, address: str) -> float:
        """Seconds until this address may try again; 0 for now."""
        known = self._known.get(subscriber_network(address))
        return known.free.wait_s(monotonic()) if known else 0.0

    def note(self, address: str) -> int:
        """Count one more wrong try; return how many there were since one was free, 0 where this one is."""
        subscriber = subscriber_network(address)
        tries = self._known.pop(subscriber, None) or _Tries(Bucket(self._per_minute))
        self._known[subscriber] = tries  # the latest is last
        if len(self._known) > ADDRESSES:
            del self._known[next(iter(self._known))]
        tries.beyond = 0 if tries.free.take(monotonic()) else tries.beyond + 1
        return tries.beyond


@dataclass
class Brake:
    """Slows wrong proofs down, and nothing else: behind the same address there may be an honest sender.

    It is no lock. What keeps a secret from being guessed is that it is long; the brake keeps the guessing cheap for us.
    """

    tries: WrongTries = field(default_factory=lambda: WrongTries(FREE_PER_MINUTE))
    _held: int = 0

    async def wrong(self, address: str) -> float:
        """Count a wrong proof, and keep its sender waiting; return the seconds to tell it, 0 for a free one."""
        beyond = self.tries.note(address)
        if not beyond:
            return 0.0
        if self._held < HELD_MAX:
            self._held += 1
            try:
                await asyncio.sleep(min(HELD_MAX_S, STEP_S * beyond))
            finally:
                self._held -= 1
        return max(1.0, self.tries.wait_s(address))
