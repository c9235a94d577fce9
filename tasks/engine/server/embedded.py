"""The Prefect server that runs beside us where the environment names none: on loopback, quiet, found again."""

import atexit
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from tasks.engine.owner import is_alive
from tasks.engine.server.note import ServerNote, read_note, start_lock, write_note
from tasks.engine.server.process import (
    POLL_S,
    answers_for,
    api_url_of,
    end_process,
    end_servers_of,
    is_server,
    open_port,
    spawn_server,
    still_runs,
    wait_until_ready,
)
from tasks.errors import EngineError

START_TIMEOUT_S = 150.0
"""A first start migrates a fresh database: 10 to 18 s on two quiet cores, several times that on busy ones."""
BUSY_S = 30.0
"""How long a server whose process lives may take to answer; one on a busy machine takes seconds."""
SETTLE_S = 2.0
"""How long another process that starts the server is waited for where only its port is asked for."""
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
    def port(self) -> int:
        """Its port."""
        return int(self.ui_url.rpartition(":")[2])

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
        if read_note(self._home) == note:  # else somebody else has taken over, and it says whose it is
            write_note(self._home, ServerNote(port=note.port, pid=0, owner_pid=0))

    def abandon(self) -> None:
        """Tell the server to end if it is ours, without waiting for it; may be called from any thread."""
        if self._note is not None and still_runs(self._note.pid, self._child):
            os.kill(self._note.pid, signal.SIGTERM)

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

    Two on one database would spoil it: whatever else runs there as the home's server is ended before one is started.

    Args:
        home: `RUNBOOKS_HOME`; the server's files are below it, in `prefect`.
        port: asked for by name; by default the port of last time, so that addresses of runs stay true.
        timeout_s: how long the server may take to answer, and to wait for another process that starts it.
        spawned: is told of the server as soon as its address is known; it may not answer yet, but calls wait for it.
    """
    with start_lock(home, timeout_s=timeout_s):
        note = read_note(home)
        if note is not None and _runs(home, note):
            server = _found(home, note)
            spawned(server)
            return server
        end_servers_of(home)
        remembered = note.port if note is not None else None
        with open_port(port or remembered, only=port is not None) as listener:
            return _started(home, listener, timeout_s=timeout_s, spawned=spawned)


def settled_port(home: Path) -> int:
    """The port that a home's server has, or will have; it is remembered, so that every process comes to the same.

    Raises:
        EngineError: no port is free.
    """
    with suppress(EngineError), start_lock(home, timeout_s=SETTLE_S):  # who starts it now has written its port down
        return _settled(home)
    return _settled(home)


def _settled(home: Path) -> int:
    note = read_note(home)
    if note is not None and is_server(note.pid, home):
        return note.port
    with open_port(note.port if note is not None else None) as listener:
        port = int(listener.getsockname()[1])
    if note is None or note.port != port:
        with suppress(OSError):  # a full disk: it is remembered when the server starts
            write_note(home, ServerNote(port=port, pid=0, owner_pid=0))
    return port


def _runs(home: Path, note: ServerNote) -> bool:
    """Whether a home's server is there and answers; one that lives is waited for, however busy it is.

    After a while it counts as gone, unless another owner of it lives.

    Raises:
        EngineError: it does not answer, and its owner lives.
    """
    if not note.pid or not (is_server(note.pid, home) or answers_for(home, note.port)):
        return False
    deadline = time.monotonic() + BUSY_S
    while not answers_for(home, note.port):
        if not is_server(note.pid, home):
            return False
        if time.monotonic() < deadline:
            time.sleep(POLL_S)
        elif is_alive(note.owner_pid) and note.owner_pid != os.getpid():
            raise EngineError(
                f"The Prefect server of {home} (process {note.pid}) runs and does not answer; wait for it, or end it."
            )
        else:
            return False
    return True


def tended(
    home: Path, server: RunningServer | None, *, port: int, spawned: Callable[[RunningServer], None]
) -> RunningServer:
    """The server that a process uses, or another one at the same address where it or its owner is gone.

    Whoever notices first starts it, or becomes its owner, under the start lock; the others find it.

    Args:
        server: None where there was none yet.
        spawned: as of `start_server`, which see.

    Raises:
        EngineError: it does not start.
        OSError: the home can't be read or written.
    """
    if server is not None and (not server.has_died if server.owned else _is_tended(home, read_note(home))):
        return server
    return start_server(home, port=port, spawned=spawned)


def _is_tended(home: Path, note: ServerNote | None) -> bool:
    return note is not None and is_server(note.pid, home) and is_alive(note.owner_pid)


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
