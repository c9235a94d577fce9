"""Trying a call again, where the cloud may say yes next time."""

import logging
import math
import time
from collections.abc import Callable
from typing import Any

import stamina

from tasks.cloud.api import Answer, Api, Call, Wrapper
from tasks.errors import CloudTransient, Silent, Throttled

ATTEMPTS = 6
TOTAL_S = 15.0  # after a call's first try no further one begins
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 2.0
JITTER_S = 0.5  # runs that were throttled together come back apart


class RetryingClient(Wrapper):
    """Tries a call again: a read after any passing fault, a write only where it was throttled.

    A throttled call was not done; an unanswered write may have been, so it is never repeated.
    """

    def __init__(self, inner: Api, *, deadline_s: float = math.inf) -> None:
        """Start the clock.

        Args:
            inner: whom to ask.
            deadline_s: seconds from now after which nothing is asked any more.
        """
        super().__init__(inner)
        self._until = time.monotonic() + deadline_s
        _no_bare_lines()

    def call(self, call: Call) -> Answer:
        """Call until there is an answer or a refusal; the last transient error after that."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise Silent(call.name, "DeadlineExceeded", "not asked: the time for this source is over")
        try:
            return self.inner.call(call)
        except CloudTransient as exc:
            if not _may_repeat(call, exc):
                raise
            return self._ask_again(call, exc, min(left, TOTAL_S))

    def _ask_again(self, call: Call, first: CloudTransient, left_s: float) -> Answer:
        """Go on after a first try that failed; only then, for setting the tries up costs as much as many a call."""
        failed: CloudTransient | None = first
        for attempt in _attempts(left_s, again=lambda error: self._again(call, error)):
            with attempt:
                if failed is None:
                    return self.inner.call(call)
                error, failed = failed, None
                raise error
        raise AssertionError("stamina ends with an answer or an error")  # pragma: no cover - for the type checker

    def _again(self, call: Call, error: Exception) -> bool:
        """Whether another try makes sense: nobody waits for it after the deadline."""
        return _may_repeat(call, error) and time.monotonic() < self._until


def _may_repeat(call: Call, error: Exception) -> bool:
    return isinstance(error, CloudTransient if call.reads else Throttled)


def _no_bare_lines() -> None:
    """Where nobody set up logging, Python would print the retries' names alone on the terminal."""
    log = logging.getLogger("stamina")
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def _attempts(timeout_s: float, *, again: Callable[[Exception], bool]) -> Any:
    return stamina.retry_context(
        on=again,
        attempts=ATTEMPTS,
        timeout=timeout_s,
        wait_initial=FIRST_WAIT_S,
        wait_max=LONGEST_WAIT_S,
        wait_jitter=JITTER_S,
    )
