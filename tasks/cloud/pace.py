"""Keep below the cloud's limit instead of running into it."""

import threading
import time
from collections import defaultdict, deque

PER_WINDOW = 20  # requests of one action: the vendor's default limit a second
WINDOW_S = 1.2  # a little over the second, for requests bunch up on their way


class Pace:
    """Lets each action pass 20 times a second; further callers wait their turn."""

    def __init__(self, per_window: int = PER_WINDOW, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._lock = threading.Lock()
        self._starts: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=per_window))

    def wait(self, action: str) -> None:
        """Return when the action may be called; turns are given in the order of asking."""
        pause = self._claim(action, time.monotonic())
        if pause > 0:
            time.sleep(pause)

    def _claim(self, action: str, now: float) -> float:
        """Book the next free turn and say how many seconds it is away."""
        with self._lock:
            starts = self._starts[action]
            full = len(starts) == starts.maxlen
            turn = max(now, starts[0] + self._window_s) if full else now
            starts.append(turn)
        return turn - now
