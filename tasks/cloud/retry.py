"""Trying a call again, where the cloud may say yes next time."""

import math
import time
from collections.abc import Callable
from typing import Any

import stamina
from stamina.instrumentation import set_on_retry_hooks

from tasks.cloud.api import Answer, Api, Call, Wrapper
from tasks.errors import CloudTransient, NotAsked, Throttled

ATTEMPTS = 6
"""Of a read that nobody answers, or answers with a fault of its own."""
TOTAL_S = 15.0  # after such a call's first try no further one begins
THROTTLED_S = 60.0  # the same where it is throttled: that was not done, and will be when others are through
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 2.0
JITTER_S = 0.5  # runs that were throttled together come back apart


class RetryingClient(Wrapper):
    """Tries a call again: any that was throttled, and a read after any passing fault.

    A throttled call was not done; an unanswered write may have been, so it is not repeated here: `Attempt` looks first.
    Each call has its own tries; only the deadline is common to all.
    """

    def __init__(self, inner: Api, *, deadline_s: float = math.inf) -> None:
        """Start the clock.

        Args:
            inner: whom to ask.
            deadline_s: seconds from now after which nothing is asked any more.
        """
        super().__init__(inner)
        self._until = time.monotonic() + deadline_s
        set_on_retry_hooks(())  # each try is counted by `Cloud.on_call`; a line for each would bury what people read

    @property
    def left_s(self) -> float:
        """Seconds until the deadline; below zero after it."""
        return self._until - time.monotonic()

    def call(self, call: Call) -> Answer:
        """Call until there is an answer or a refusal; the last transient error after that."""
        left = self.left_s
        if left <= 0:
            raise NotAsked(call.name, "DeadlineExceeded", "not asked: the time for this is over")
        try:
            return self.inner.call(call)
        except CloudTransient as exc:
            tries = _Tries(call, min(left, TOTAL_S))
            if not tries.again(exc):
                raise
            return self._ask_again(call, exc, tries, min(left, THROTTLED_S))

    def _ask_again(self, call: Call, first: CloudTransient, tries: "_Tries", left_s: float) -> Answer:
        """Go on after a first try that failed; only then, for setting the tries up costs as much as many a call.

        After the deadline nobody waits for another try.
        """
        failed: CloudTransient | None = first
        for attempt in _attempts(
            left_s, again=lambda error: self.left_s > 0 and (error is first or tries.again(error))
        ):
            with attempt:
                if failed is None:
                    return self.inner.call(call)
                error, failed = failed, None
                raise error
        raise AssertionError("stamina ends with an answer or an error")  # pragma: no cover - for the type checker


class _Tries:
    """What one call has spent: throttling costs no try, for the cloud did not even begin."""

    def __init__(self, call: Call, faults_s: float) -> None:
        self._reads = call.reads
        self._until = time.monotonic() + faults_s
        self._left = ATTEMPTS - 1

    def again(self, error: Exception) -> bool:
        """Whether the call may be tried again after this error."""
        if isinstance(error, Throttled):
            return True
        if not self._reads or not isinstance(error, CloudTransient):
            return False
        self._left -= 1
        return self._left >= 0 and time.monotonic() < self._until


def _attempts(timeout_s: float, *, again: Callable[[Exception], bool]) -> Any:
    return stamina.retry_context(
        on=again,
        attempts=None,
        timeout=timeout_s,
        wait_initial=FIRST_WAIT_S,
        wait_max=LONGEST_WAIT_S,
        wait_jitter=JITTER_S,
    )
