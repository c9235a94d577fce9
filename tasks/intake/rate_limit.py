"""How many messages a sender may bring: a bucket of tokens for each."""

from dataclasses import dataclass, field

BURST_S = 60.0  # seconds whose messages may come at once
OTHERS_TIMES, OTHERS_MIN = 10, 600  # messages that hold no alert: so many times what may hold one, and at least so many


def others_per_minute(per_minute: int) -> int:
    """How many messages that hold no alert a sender may bring beside those that do.

    They have a rate of their own: anybody can send texts to a phone, and would silence it.
    """
    return max(OTHERS_MIN, OTHERS_TIMES * per_minute)


@dataclass
class Bucket:
    """Fills by itself, and holds what may come at once.

    Args:
        per_minute: messages that are taken in a minute.
    """

    per_minute: int
    _full: float = field(default=-1.0, init=False)
    _at: float = field(default=0.0, init=False)

    def wait_s(self, now: float) -> float:
        """Seconds until the next message may come; 0 for now.

        Args:
            now: seconds of a clock that is never set back.
        """
        self._fill(now)
        return max(0.0, (1 - self._full) * 60 / self.per_minute)

    def take(self, now: float) -> bool:
        """Take one message's place, if there is one."""
        self._fill(now)
        if self._full < 1:
            return False
        self._full -= 1
        return True

    def give_back(self) -> None:
        """Give back the place of a message that turned out to be none of the sender's own."""
        self._full += 1

    def _fill(self, now: float) -> None:
        capacity = max(1.0, self.per_minute * BURST_S / 60)
        grown = capacity if self._full < 0 else self._full + (now - self._at) * self.per_minute / 60
        self._full, self._at = min(capacity, grown), now
