"""One response to one alert, by whatever means, timed by the sandbox."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tasks.bench.calls import Times, Victim, contained_by, times
from tasks.bench.sandbox import Apart
from tasks.errors import EngineError
from tasks.sandbox.engine import SeenCall

PATIENCE_S = 120.0
QUIET_S = 1.5  # a run that made no call for so long is done, and our own pace of 20 calls in 1.2 s has no debt left
POLL_S = 0.05

Send = Callable[[Mapping[str, Any]], Any]
"""Sends an alert."""


class Victims:
    """The people of a scenario whom alerts are about, each once."""

    def __init__(self, sandbox: Apart) -> None:
        uins = sandbox.people.uins
        self._left = iter([Victim(one["principal"], uins[one["principal"]], one) for one in sandbox.alerts])

    def fresh(self) -> Victim:
        """Take the next."""
        return next(self._left)


def respond(sandbox: Apart, victim: Victim, send: Send) -> tuple[Times, list[SeenCall]]:
    """Send the alert, wait until the victim is contained and all is quiet; say when what came."""
    start = len(sandbox.calls())
    sent = datetime.now(UTC)
    send(victim.alert)
    deadline = time.monotonic() + PATIENCE_S
    while contained_by(sandbox.calls(start), victim.uin) is None:
        if time.monotonic() > deadline:
            raise EngineError(f"{victim.name} was not contained within {PATIENCE_S:.0f} s")
        time.sleep(POLL_S)
    settle(sandbox)
    calls = sandbox.calls(start)
    return times(calls, victim.uin, sent), calls


def settle(sandbox: Apart) -> None:
    """Wait until no call has come for a while."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET_S:
        count = len(sandbox.calls())
        if count != seen:
            seen, since = count, time.monotonic()
        time.sleep(POLL_S)
