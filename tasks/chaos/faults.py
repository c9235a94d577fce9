"""The faults themselves, done to the programs of a home and undone again."""

import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import httpx

from tasks.chaos.cloud import set_faults
from tasks.chaos.engine_view import EngineView
from tasks.chaos.plan import Fault, Kind
from tasks.chaos.resident import END_S, Resident, send

CALLS = {
    Kind.THROTTLE: "throttle",
    Kind.DENY: "deny",
    Kind.HANG: "hang",
    Kind.LOST_ANSWER: "lost_answer",
    Kind.SERVER_ERROR: "server_error",
    Kind.BREAK_OFF: "break_off",
}
"""The sandbox's own name of each fault that befalls calls."""


RETRY_S = 0.5
TRIES = 20
"""So often a cloud that is frozen or away is asked to misbehave; then the fault is void."""


class Faults:
    """What can be done to one home.

    Args:
        began: is told of each fault once it is done, with the id of the `serve` that it befell (0: of none, or all).
        unwell: is told of what a program did that it may not.
    """

    def __init__(
        self,
        serves: Sequence[Resident],
        cloud: Resident,
        worker: Resident | None,
        engine: EngineView,
        *,
        url: str,
        stop: threading.Event,
        began: Callable[[Fault, int], None],
        unwell: Callable[[str], None],
    ) -> None:
        self._serves = tuple(serves)
        self._cloud = cloud
        self._worker = worker
        self._engine = engine
        self._url = url
        self._stop = stop
        self._began = began
        self._unwell = unwell
        self._server = threading.Lock()
        self._calls = {kind: threading.Lock() for kind in CALLS}

    def do(self, fault: Fault) -> None:
        """Do it, wait as long as it goes on, and undo it."""
        serve = self._serves[int(fault.lot * len(self._serves))]
        match fault.kind:
            case Kind.KILL_SERVE:
                self._killed([serve], fault, serve.pid)
            case Kind.KILL_BOTH:
                self._powerless(fault)
            case Kind.END_SERVE:
                self._ended(serve, fault)
            case Kind.FREEZE_SERVE:
                self._frozen(serve, fault, serve.pid)
            case Kind.KILL_SERVER | Kind.FREEZE_SERVER:
                self._server_befallen(fault)
            case Kind.KILL_CLOUD:
                self._killed([self._cloud], fault)
            case Kind.FREEZE_CLOUD:
                self._frozen(self._cloud, fault)
            case Kind.KILL_WORKER if self._worker is not None:
                self._killed([self._worker], fault)
            case Kind.FREEZE_WORKER if self._worker is not None:
                self._frozen(self._worker, fault)
            case _:
                self._calls_befallen(fault)

    def _killed(self, residents: Sequence[Resident], fault: Fault, pid: int = 0, *, server: bool = False) -> None:
        with ExitStack() as held:
            for resident in residents:
                held.enter_context(resident.lock)
            for resident in residents:
                resident.kill_group()
            if server:
                send(self._engine.pid, signal.SIGKILL)
            self._began(fault, pid)
            self._stop.wait(fault.for_s)
            for resident in residents:
                self._start(resident)

    def _powerless(self, fault: Fault) -> None:
        """Every `serve` of the home and Prefect's server at once."""
        with self._server:
            self._killed(self._serves, fault, server=True)

    def _ended(self, serve: Resident, fault: Fault) -> None:
        with serve.lock:
            pid = serve.pid
            began = threading.Timer(0, self._began, (fault, pid))
            began.start()
            if not serve.tell_to_end():
                self._unwell(f"{serve.name} did not end within {END_S:.0f} s of SIGTERM (fault {fault.number})")
            self._stop.wait(fault.for_s)
            self._start(serve)

    def _frozen(self, resident: Resident, fault: Fault, pid: int = 0) -> None:
        with resident.lock:
            resident.freeze()
            self._began(fault, pid)
            self._stop.wait(fault.for_s)
            resident.thaw()

    def _server_befallen(self, fault: Fault) -> None:
        with self._server:
            pid = self._engine.pid
            send(pid, signal.SIGKILL if fault.kind is Kind.KILL_SERVER else signal.SIGSTOP)
            self._began(fault, 0)
            self._stop.wait(fault.for_s)
            send(pid, signal.SIGCONT)

    def _calls_befallen(self, fault: Fault) -> None:
        name = CALLS[fault.kind]
        with self._calls[fault.kind]:
            if not self._misbehaves(**{name: {fault.action: fault.count}}):
                return
            self._began(fault, 0)
            self._stop.wait(fault.for_s)
            self._misbehaves(**{name: {}})

    def _misbehaves(self, **changes: Any) -> bool:
        for _ in range(TRIES):
            with suppress(httpx.HTTPError):
                set_faults(self._url, **changes)
                return True
            if self._stop.wait(RETRY_S):
                break
        return False

    def _start(self, resident: Resident) -> None:
        if not self._stop.is_set():
            resident.start()
