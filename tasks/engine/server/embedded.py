"""The Prefect server that runs beside us where the environment names none: on loopback, quiet, found again."""

import atexit
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Self

from tasks.engine.owner import is_alive
from tasks.engine.server.note import ServerNote, read_note, start_lock, write_note
from tasks.engine.server.process import (
    answers_for,
    api_url_of,
    end_process,
    open_port,
    spawn_server,
    still_runs,
    wait_until_ready,
)

START_TIMEOUT_S = 150.0
"""A first start migrates a fresh database: 10 to 18 s on two quiet cores, several times that on busy ones."""
API_URL_VARIABLE = "PREFECT_API_URL"


class RunningServer:
    """A Prefect server that answers; `stop` ends it if it is ours to end."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url
        self._home: Path | None = None
        self._note: ServerNote | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def ui_url(self) -> str:
        """Address of the UI, for people."""
        return self.api_url.removesuffix("/api")

    @property
    def owned(self) -> bool:
        """Whether this process started the server, or took it over from one that died."""
        return self._note is not None

    @property
    def has_died(self) -> bool:
        """Whether the process of our server has ended by itself."""
        return self._note is not None and not still_runs(self._note.pid, self._child)

    def stop(self) -> None:
        """End the server if it is ours; a second call does nothing."""
        note, self._note = self._note, None
        if note is None or self._home is None:
            return
        atexit.unregister(self.stop)
        end_process(note.pid, self._child)
        write_note(self._home, ServerNote(port=note.port, pid=0, owner_pid=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def take(self, home: Path, *, pid: int, port: int, child: subprocess.Popen[bytes] | None = None) -> Self:
        """Make this process the owner: it ends the server at its own end."""
        self._home, self._child = home, child
        self._note = ServerNote(port=port, pid=pid, owner_pid=os.getpid())
        write_note(home, self._note)
        atexit.register(self.stop)
        return self


def start_server(
    home: Path,
    *,
    port: int | None = None,
    timeout_s: float = START_TIMEOUT_S,
    spawned: Callable[[RunningServer], None] = lambda _: None,
) -> RunningServer:
    """Return the Prefect server of a home: the one that runs already, or a new one.

    Args:
        home: `RUNBOOKS_HOME`; the server's files are below it, in `prefect`.
        port: asked for by name; by default the port of last time, so that addresses of runs stay true.
        timeout_s: how long the server may take to answer, and to wait for another process that starts it.
        spawned: is told of the server as soon as its address is known; it may not answer yet, but calls wait for it.
    """
    with start_lock(home, timeout_s=timeout_s):
        note = read_note(home)
        if note is not None and note.pid and answers_for(home, note.port):
            server = _found(home, note)
            spawned(server)
            return server
        remembered = note.port if note is not None else None
        with open_port(port or remembered, only=port is not None) as listener:
            return _started(home, listener, timeout_s=timeout_s, spawned=spawned)


def _found(home: Path, note: ServerNote) -> RunningServer:
    server = RunningServer(api_url_of(note.port))
    if is_alive(note.owner_pid):
        return server
    return server.take(home, pid=note.pid, port=note.port)


def _started(
    home: Path, listener: socket.socket, *, timeout_s: float, spawned: Callable[[RunningServer], None]
) -> RunningServer:
    port = int(listener.getsockname()[1])
    child = spawn_server(home, listener)
    # The child has it now; were ours left open, calls to a child that died would hang instead of failing.
    listener.close()
    server = RunningServer(api_url_of(port)).take(home, pid=child.pid, port=port, child=child)
    spawned(server)
    try:
        wait_until_ready(home, port, child, timeout_s=timeout_s)
    except BaseException:
        server.stop()
        raise
    return server


@contextmanager
def server_for(home: Path) -> Iterator[RunningServer]:
    """Give the server that `PREFECT_API_URL` names, else our own; our own ends with the block or with SIGTERM."""
    named = os.environ.get(API_URL_VARIABLE)
    if named:
        yield RunningServer(named.rstrip("/"))
        return
    with ending_in_order(), start_server(home) as server:
        yield server


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Turn SIGTERM into an orderly exit while the block runs, so that the server ends with us."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
