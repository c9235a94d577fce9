"""Whoever looks on: at the ledger, for progress; at the programs, for one that ended by itself."""

import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from tasks.chaos.ledger_view import LedgerView
from tasks.chaos.plan import Fault
from tasks.chaos.recovery import Progress, Recovery
from tasks.chaos.resident import Resident
from tasks.errors import LedgerError

POLL_S = 0.5
AGAIN_S = 1.0
"""What a service manager waits before it starts a program again that ended by itself."""


class Onlooker:
    """Looks on until told to stop.

    Args:
        unwell: is told of what should not have happened.
    """

    def __init__(
        self,
        ledger: LedgerView,
        residents: Sequence[Resident],
        *,
        stop: threading.Event,
        unwell: Callable[[str], None],
    ) -> None:
        self._ledger = ledger
        self._residents = tuple(residents)
        self._stop = stop
        self._unwell = unwell
        self._lock = threading.Lock()
        self.recovery = Recovery()
        self.befell: list[Fault] = []
        self._before: Progress | None = None
        self.moved_s = time.monotonic()
        """When anything was written last."""

    def began(self, fault: Fault, pid: int) -> None:
        """A fault has befallen the home; what was at work is waited for from now on."""
        progress = self._progress() or self._before
        with self._lock:
            self.befell.append(fault)
            if progress is not None:
                self.recovery.began(fault.number, progress, at_s=time.monotonic(), owner=f":{pid}:" if pid else "")

    def look_on(self) -> None:
        """Look until told to stop."""
        while not self._stop.wait(POLL_S):
            progress = self._progress()
            if progress is not None and self._before != progress:
                self._before, self.moved_s = progress, time.monotonic()
                with self._lock:
                    self.recovery.seen(progress, at_s=time.monotonic())
            for resident in self._residents:
                self._look_at(resident)

    def _progress(self) -> Progress | None:
        try:
            return self._ledger.progress()
        except (SQLAlchemyError, LedgerError):
            return None  # it is away or locked: that is one of the faults

    def _look_at(self, resident: Resident) -> None:
        if not resident.has_died or not resident.lock.acquire(blocking=False):
            return
        try:
            if resident.has_died and not self._stop.wait(AGAIN_S):
                self._unwell(f"{resident.name} ended by itself with status {resident.status}")
                resident.start()
        finally:
            resident.lock.release()
