"""One program of a home, which faults end, freeze and start again."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tasks.cli.children import Children, end

END_S = 60.0
"""Within which a program that is told to end does: systemd's unit of ours kills it then (TimeoutStopSec=60)."""


class Resident:
    """A program that is to run, and the process that runs it now.

    Args:
        ready: tells whether it answers.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        home: Path,
        env: Mapping[str, str],
        children: Children,
        ready: Callable[[], bool],
    ) -> None:
        self.name = name
        self.lock = threading.RLock()
        """Held by the fault that befalls it: two at once would not know whose it is to start it again."""
        self.ready = ready
        self._command = tuple(command)
        self._home = home
        self._env = dict(env)
        self._children = children
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Id of its process; 0 where there is none."""
        return self._child.pid if self._child is not None and self._child.poll() is None else 0

    @property
    def has_died(self) -> bool:
        """Whether it ended though nobody ended it."""
        return self._child is not None and self._child.poll() is not None

    @property
    def status(self) -> int | None:
        """Exit status of its last process."""
        return self._child.poll() if self._child is not None else None

    def start(self, command: Sequence[str] = ()) -> None:
        """Start it, by another command where one is given; that it answers is another matter."""
        log = self._home / f"{self.name}.log"
        self._child = self._children.start(command or self._command, cwd=self._home, env=self._env, log=log)

    def kill(self) -> None:
        """End it as a power cut would."""
        child, self._child = self._child, None
        if child is not None:
            with suppress(ProcessLookupError):
                child.kill()
            child.wait()

    def kill_group(self) -> None:
        """End it with what it started."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        self.kill()

    def tell_to_end(self) -> bool:
        """Tell it to end; False where it did not in time and was killed."""
        child, self._child = self._child, None
        return child is None or child.poll() is not None or end(child, within_s=END_S)

    def freeze(self) -> None:
        """Stop it where it stands."""
        send(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        send(self.pid, signal.SIGCONT)


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process, if it is there."""
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
