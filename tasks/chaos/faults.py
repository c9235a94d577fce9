"""The faults themselves, done to the programs of a home and undone again."""

import asyncio
import resource
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import httpx
from sqlalchemy.exc import SQLAlchemyError

from tasks.chaos.cloud import set_faults
from tasks.chaos.database import cut, locked
from tasks.chaos.engine_view import UNREACHED
from tasks.chaos.house import Programs
from tasks.chaos.ledger_view import LedgerView
from tasks.chaos.meddling import meddle
from tasks.chaos.plan import IN_UI, NEEDS_OUR_SERVER, NEEDS_WORKER, Fault, Kind
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


RETRY_S = 1.0
TRIES = 30
"""So often who is frozen or away is asked; then the fault is void."""


KILLED = (Kind.KILL_CLOUD, Kind.KILL_WORKER, Kind.KILL_DATABASE)
FROZEN = (Kind.FREEZE_CLOUD, Kind.FREEZE_WORKER, Kind.FREEZE_DATABASE)
AHEAD = ("-m", "tasks.chaos.ahead", "serve")
"""How a `serve` is started whose clock is wrong."""


class Faults:
    """What can be done to one home.

    Args:
        began: is told of each fault once it is done, with the id of the `serve` that it befell (0: of none, or all).
        unwell: is told of what a program did that it may not.
    """

    def __init__(
        self,
        programs: Programs,
        ledger: LedgerView,
        *,
        stop: threading.Event,
        began: Callable[[Fault, int], None],
        unwell: Callable[[str], None],
    ) -> None:
        self._programs = programs
        self._serves = tuple(programs.serves)
        self._engine = programs.engine
        self._ledger = ledger
        self.meddled: set[str] = set()
        """Incidents whose runs a person disturbed in the UI."""
        self._stop = stop
        self._began = began
        self._unwell = unwell
        self._server, self._wire, self._disk = (threading.Lock() for _ in range(3))
        self._deeds = self._by_kind()
        self._calls = {kind: threading.Lock() for kind in CALLS}

    def do(self, fault: Fault) -> None:
        """Do it, wait as long as it goes on, and undo it."""
        self._deeds.get(fault.kind, self._calls_befallen)(fault)

    def _by_kind(self) -> dict[Kind, Callable[[Fault], None]]:
        """How each kind is done; those that are not named befall calls of the cloud."""
        return {
            Kind.KILL_SERVE: lambda fault: self._killed([self._serve(fault)], fault, self._serve(fault).pid),
            Kind.KILL_BOTH: self._powerless,
            Kind.END_SERVE: lambda fault: self._ended(self._serve(fault), fault),
            Kind.FREEZE_SERVE: lambda fault: self._frozen([self._serve(fault)], fault, self._serve(fault).pid),
            Kind.KILL_SERVER: self._server_befallen,
            Kind.FREEZE_SERVER: self._server_befallen,
            Kind.CLOCK: lambda fault: self._another_clock(self._serve(fault), fault),
            Kind.CUT_CLOUD: self._cut,
            Kind.LOCK_LEDGER: self._database_befallen,
            Kind.CUT_DATABASE: self._database_befallen,
            Kind.NO_WRITES: self._unwritable,
            **dict.fromkeys(IN_UI, self._meddled),
            **dict.fromkeys(KILLED, lambda fault: self._killed(self._others(fault.kind), fault)),
            **dict.fromkeys(FROZEN, lambda fault: self._frozen(self._others(fault.kind), fault)),
        }

    def _serve(self, fault: Fault) -> Resident:
        return self._serves[int(fault.lot * len(self._serves))]

    def _others(self, kind: Kind) -> list[Resident]:
        programs = self._programs
        if kind in NEEDS_WORKER:
            return [programs.worker] if programs.worker is not None else []
        if kind in NEEDS_OUR_SERVER:
            return [programs.database] if programs.database is not None else []
        return [programs.sandbox]

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

    def _frozen(self, residents: Sequence[Resident], fault: Fault, pid: int = 0) -> None:
        for resident in residents:
            with resident.lock:
                resident.freeze()
                self._began(fault, pid)
                self._stop.wait(fault.for_s)
                resident.thaw()

    def _another_clock(self, serve: Resident, fault: Fault) -> None:
        """Start a `serve` anew with its clock a day ahead, and once more with the right one."""
        with serve.lock:
            pid = serve.pid
            serve.kill_group()
            self._began(fault, pid)
            serve.start(AHEAD)
            self._stop.wait(fault.for_s)
            serve.kill_group()
            self._start(serve)

    def _cut(self, fault: Fault) -> None:
        with self._wire:
            self._programs.proxy.cut()
            self._began(fault, 0)
            self._stop.wait(fault.for_s)
            self._programs.proxy.mend()

    def _database_befallen(self, fault: Fault) -> None:
        with suppress(SQLAlchemyError):
            if fault.kind is Kind.CUT_DATABASE:
                cut(self._ledger.engine)
                self._began(fault, 0)
                return
            with locked(self._ledger.engine):
                self._began(fault, 0)
                self._stop.wait(fault.for_s)

    def _unwritable(self, fault: Fault) -> None:
        """Let no process of the home write beyond the first byte of a file, as a full or broken disk does.

        It needs no root, unlike a small file system; the error is EFBIG instead of ENOSPC.
        """
        pids = [one.pid for one in self._serves] + [self._engine.pid]
        with self._disk:
            before = [(pid, _limit(pid, 1)) for pid in pids if pid]
            self._began(fault, 0)
            self._stop.wait(fault.for_s)
            for pid, soft in before:
                _limit(pid, soft)

    def _meddled(self, fault: Fault) -> None:
        """Press the button once there is a run to press it for, and a server that hears it."""
        for _ in range(TRIES):
            with suppress(*UNREACHED, SQLAlchemyError):
                befallen = asyncio.run(self._pressed(fault))
                if befallen is not None:
                    self.meddled.add(befallen)
                    self._began(fault, 0)
                    return
            if self._stop.wait(RETRY_S):
                return

    async def _pressed(self, fault: Fault) -> str | None:
        runs = {incident: run for incident, run in self._ledger.runs().items() if run is not None}
        async with self._engine.client() as client:
            return await meddle(client, fault, runs)

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
                set_faults(self._programs.sandbox_url, **changes)
                return True
            if self._stop.wait(RETRY_S):
                break
        return False

    def _start(self, resident: Resident) -> None:
        if not self._stop.is_set():
            resident.start()


def _limit(pid: int, soft: int) -> int:
    """Set how big a file of a process may get; return what it was before."""
    with suppress(ProcessLookupError):
        before, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
        return before
    return resource.RLIM_INFINITY
