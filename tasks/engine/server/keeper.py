"""The embedded server for as long as a process needs it: started again, or taken over, when it or its owner is gone."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tasks.engine.server.embedded import API_URL_VARIABLE, RunningServer, start_server, tended
from tasks.errors import EngineError

log = logging.getLogger("runbooks.serve")

LOOK_S = 2.0
"""How often it is looked whether the server is there."""
JOIN_S = 1.0
"""How long, at the end, a look that is on its way is waited for; the process's end ends it anyway."""


class Keeper:
    """Sees, in a thread of its own, that the server of a home is there at its address.

    Args:
        home: `RUNBOOKS_HOME`.
        port: of the address.
        server: the server, where it is there already.
        there: is called after each look that found or brought about a server which answers.
    """

    def __init__(
        self,
        home: Path,
        port: int,
        server: RunningServer | None = None,
        *,
        there: Callable[[], None] = lambda: None,
    ) -> None:
        self._home = home
        self._port = port
        self._server = server
        self._there = there
        self._ending = threading.Event()
        self._said = ""
        self._thread = threading.Thread(target=self._keep, name="prefect-server", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def abandon(self) -> None:
        """Tell the server to end if it is ours, without waiting for it; may be called from any thread."""
        self._ending.set()
        if self._server is not None:
            self._server.abandon()

    def stop(self) -> None:
        """End the server if it is ours, also one that is only just being started; nothing else is waited for."""
        self._ending.set()
        if self._server is not None:
            self._server.stop()
        self._thread.join(JOIN_S)

    def _keep(self) -> None:
        while not self._ending.is_set():
            self._look()
            self._ending.wait(LOOK_S)

    def _look(self) -> None:
        if self._server is not None and self._server.has_died:
            log.error("the Prefect server has died, and is started again")
        try:
            tended(self._home, self._server, port=self._port, spawned=self._came)
        except (EngineError, OSError) as error:
            if str(error) != self._said and not self._ending.is_set():
                log.error("the Prefect server does not start, and is tried again: %s", error)  # noqa: TRY400 - one line
            self._said = str(error)
        else:
            self._said = ""
            self._there()

    def _came(self, server: RunningServer) -> None:
        """Hear of a server as soon as it has a process: one that comes when we are at the end ends at once."""
        self._server = server
        if self._ending.is_set():
            server.stop()


@contextmanager
def server_for(home: Path) -> Iterator[RunningServer]:
    """Give the server that `PREFECT_API_URL` names, else our own; our own ends with the block or with SIGTERM."""
    named = os.environ.get(API_URL_VARIABLE)
    if named:
        yield RunningServer(named.rstrip("/"))
        return
    with ending_in_order(), start_server(home) as server:
        keeper = Keeper(home, server.port, server)
        keeper.start()
        try:
            yield server
        finally:
            keeper.stop()


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
