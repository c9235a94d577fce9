"""Keep below the cloud's limit instead of running into it, and let what is urgent pass first."""

import threading
import time
from bisect import bisect_left, insort
from collections import defaultdict, deque

from tasks.cloud.limits import FEWER_PER_SECOND, REQUESTS_PER_SECOND

PER_WINDOW = REQUESTS_PER_SECOND  # requests of one action
WINDOW_S = 1.2  # a little over the second, for requests bunch up on their way
ROUNDING_S = 1e-9  # sums of times differ in their last digit
RESERVE = 3
"""Of those, turns that background calls leave free: one containment reads an action once before it acts and once after,
so three let it read at once, however many facts wait, and what is lost for those is 15 %."""


class RateLimit:
    """Lets each action pass 20 times a window, or as often as it has fewer; further callers wait their turn.

    Turns are given in the order of asking. Background calls never take the last three of a window (of fewer, as large
    a part), so that others overtake those of them that wait.
    """

    def __init__(self, per_window: int = PER_WINDOW, window_s: float = WINDOW_S, reserve: int = RESERVE) -> None:
        self._lock = threading.Lock()
        self._lanes: dict[str, _Lane] = defaultdict(lambda: _Lane(per_window, window_s, reserve))
        for action, fewer in FEWER_PER_SECOND.items():
            allowed = fewer * max(per_window, PER_WINDOW) // PER_WINDOW  # where Tencent raised one, it raised the other
            if allowed < per_window:
                self._lanes[action] = _Lane(allowed, window_s, -(-reserve * allowed // per_window))

    def wait(self, action: str, *, background: bool = False) -> None:
        """Return when the action may be called."""
        pause = self._claim(action, time.monotonic(), background=background)
        if pause > 0:
            time.sleep(pause)

    def _claim(self, action: str, now: float, *, background: bool = False) -> float:
        """Book the next free turn and say how many seconds it is away."""
        with self._lock:
            return self._lanes[action].book(now, background=background) - now


class _Lane:
    """The turns of one action: those of the last window, and those to come."""

    def __init__(self, per_window: int, window_s: float, reserve: int) -> None:
        self._most = per_window
        self._window_s = window_s
        self._turns: list[float] = []
        self._background: deque[float] = deque(maxlen=max(1, per_window - reserve))

    def book(self, now: float, *, background: bool) -> float:
        """The first free turn."""
        del self._turns[: bisect_left(self._turns, now - self._window_s)]
        turn = self._free(max(now, self._behind()) if background else now)
        insort(self._turns, turn)
        if background:
            self._background.append(turn)
        return turn

    def _behind(self) -> float:
        """When the background may go on: after its calls that asked before, and with no more of them in a window."""
        if not self._background:
            return 0.0
        full = len(self._background) == self._background.maxlen
        return max(self._background[-1], self._background[0] + self._window_s if full else 0.0)

    def _free(self, earliest: float) -> float:
        """The first moment from then on with room in every window that holds it."""
        if self._has_room(earliest):
            return earliest
        ends = (turn + self._window_s for turn in self._turns)
        return next(end for end in ends if end > earliest and self._has_room(end))

    def _has_room(self, turn: float) -> bool:
        at = bisect_left(self._turns, turn)
        near = [*self._turns[max(0, at - self._most) : at], turn, *self._turns[at : at + self._most]]
        return all(
            near[first + self._most] - near[first] >= self._window_s - ROUNDING_S
            for first in range(len(near) - self._most)
        )
