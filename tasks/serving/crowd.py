"""Who is connected to the intake, how many may be, and who goes when too many are."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from tasks.model.address import Network, parse_address, subscriber_network

EACH_MAX = 64
"""Connections from one address, of IPv6 from one /64; a reverse proxy that the intake file trusts may have more."""
MOST = 512
"""Connections in all; fewer where the system allows few descriptors."""
SHARE = 4
"""Of the descriptors at most one in so many is a connection's: ledger, cloud and results need theirs."""


def most_of(descriptors: int) -> int:
    """How many connections there may be in all where so many descriptors may be open."""
    return min(MOST, descriptors // SHARE)


class Guest(Protocol):
    """A connection.

    A half-open one has sent no whole request, or does not read what it asked for: it waits for its client, not for us.
    """

    @property
    def is_half_open(self) -> bool:
        """Whether it is so now."""

    def turn_away(self) -> None:
        """End it at once."""


class Crowd:
    """All connections. A newcomer takes the place of the oldest that is half-open, of the address that has most.

    So nobody keeps others out by connections that say nothing: an honest sender's request is whole when it comes.

    Args:
        most: connections in all.
        each: connections from one address.
        trusted: networks of proxies, behind which there are many senders.
    """

    def __init__(self, most: int = MOST, each: int = EACH_MAX, trusted: Sequence[Network] = ()) -> None:
        self._most = most
        self._each = each
        self._trusted = tuple(trusted)
        self._all: dict[Guest, str] = {}
        self._of: dict[str, dict[Guest, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, guest: Guest, address: str) -> bool:
        """Let a connection in; False where it must go, for all places are taken by requests that are being answered."""
        subscriber = self._subscriber(address)
        theirs = self._of.get(subscriber, {})
        if subscriber and len(theirs) >= self._each and not self._make_room(theirs):
            return False
        if len(self._all) >= self._most and not self._make_room_at_all():
            return False
        self._all[guest] = subscriber
        self._of.setdefault(subscriber, {})[guest] = None
        return True

    def leave(self, guest: Guest) -> None:
        """A connection has ended; once is as good as twice."""
        subscriber = self._all.pop(guest, None)
        if subscriber is None:
            return
        theirs = self._of[subscriber]
        del theirs[guest]
        if not theirs:
            del self._of[subscriber]

    def _make_room_at_all(self) -> bool:
        """Who has most gives a place first; of a trusted proxy's there are many senders', and they go last."""
        crowded = max((name for name in self._of if name), key=lambda name: len(self._of[name]), default="")
        return self._make_room(self._of.get(crowded, {})) or self._make_room(self._all)

    def _make_room(self, guests: Iterable[Guest]) -> bool:
        oldest = next((guest for guest in guests if guest.is_half_open), None)
        if oldest is None:
            return False
        self.leave(oldest)
        oldest.turn_away()
        return True

    def _subscriber(self, address: str) -> str:
        """Whose connection it is; empty where it is not counted by itself."""
        found = parse_address(address)
        if found is not None and any(found in network for network in self._trusted):
            return ""
        return subscriber_network(address) or address
