"""Processes that are started for a measurement, and that end with it, however it ends."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

LIFELINE = Path(__file__).with_name("lifeline.py")
PROC = Path("/proc")
ABORT_S = 5.0
Started = subprocess.Popen[bytes]
SIGNALS = tuple(signal.Signals[name] for name in ("SIGTERM", "SIGINT", "SIGHUP"))


class Children:
    """Python programs that run beside us; each is told to end when we die, and `end_all` ends what is left."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[subprocess.Popen[bytes]] = []
        # One thread starts them all, and lives as long as we do: the system takes its end for our death.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="starter")

    def start(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path) -> Started:
        """Start `python COMMAND…` in a session of its own; what it says goes to the end of a log."""
        return self._starter.submit(self._start, command, cwd, env, log).result()

    def _start(self, command: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path) -> Started:
        words = [sys.executable, "-P", "-S", str(LIFELINE), str(os.getpid()), *_whole(command)]
        with log.open("ab") as file:
            child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
                words,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        with self._lock:
            self._all.append(child)
        return child

    def end_all(self) -> None:
        """Kill whatever still runs, with the processes that it started, and wait for it."""
        with self._lock:
            left = [child for child in self._all if child.poll() is None]
        for child in left:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        for child in left:
            child.wait()

    def close(self) -> None:
        """End everything, and start nothing more."""
        self.end_all()
        self._starter.shutdown()


def _whole(command: Sequence[str]) -> list[str]:
    """The program's whole path, for it is become and not looked for; what begins with a dash is for our Python."""
    return [*([sys.executable] if command[0].startswith("-") else ()), *command]


def end(child: Started, *, within_s: float) -> bool:
    """Tell a process to end; where it does not within that time, kill its group, and say so by False.

    Before it is killed it is aborted, by which a Python with PYTHONFAULTHANDLER says what it was at.
    """
    if _ended(child, signal.SIGTERM, within_s):
        return True
    _ended(child, signal.SIGABRT, ABORT_S)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    return False


def _ended(child: Started, number: signal.Signals, within_s: float) -> bool:
    with suppress(ProcessLookupError):
        child.send_signal(number)
    with suppress(subprocess.TimeoutExpired):
        child.wait(within_s)
        return True
    return False


def living_in(folder: Path) -> list[int]:
    """Ids of the processes whose environment names a folder, ours apart: also those that a killed child left behind.

    Only where the system has /proc; elsewhere none is found.
    """
    mark = str(folder).encode()
    found = (int(each.name) for each in PROC.iterdir() if each.name.isdecimal()) if PROC.is_dir() else iter(())
    return sorted(pid for pid in found if pid != os.getpid() and mark in _environment(pid))


def _environment(pid: int) -> bytes:
    with suppress(OSError):
        return (PROC / str(pid) / "environ").read_bytes()
    return b""


def end_those_in(folder: Path) -> list[int]:
    """Kill every process whose environment names a folder; return their ids."""
    found = living_in(folder)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return found


@contextmanager
def leaving_in_order() -> Iterator[None]:
    """Turn SIGTERM, SIGINT and SIGHUP into an orderly exit while the block runs; a second one does not disturb it.

    What was ignored stays so: `nohup` means it.
    """
    heard = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, _leave) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    sys.stderr.write(f"runbooks: {signal.Signals(number).name}: everything that was started is ended\n")
    raise SystemExit(128 + number)
