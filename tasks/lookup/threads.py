"""Calls that block, on threads that never hold up the end of the program."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

AT_ONCE = 48  # threads of one kind in one gathering; enough for every region of one kind of address
IDLE_S = 10.0  # how long a thread waits for more work: starting one costs as much as many a call

P = ParamSpec("P")
R = TypeVar("R")
Work = Callable[[], None]


class Threads:
    """Runs functions on daemon threads, a bounded number at once.

    The standard pool waits for its threads at exit: a cloud that hangs would hang the program.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._room = asyncio.Semaphore(at_once)

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns; if the wait is cancelled, the thread is left to itself."""
        async with self._room:
            loop = asyncio.get_running_loop()
            future: asyncio.Future[R] = loop.create_future()

            def work() -> None:
                try:
                    result = function(*args, **kwargs)
                except Exception as exc:  # noqa: BLE001 - it is raised again where the result is awaited
                    _tell(loop, _fail, future, exc)
                else:
                    _tell(loop, _succeed, future, result)

            _CREW.start(work)
            return await future


class _Crew:
    """Daemon threads that many gatherings use one after the other; work never waits for one."""

    def __init__(self) -> None:
        self._idle: deque[SimpleQueue[Work]] = deque()

    def start(self, work: Work) -> None:
        """Give the work to the thread that became idle last, else to a new one."""
        try:
            self._idle.pop().put(work)
        except IndexError:
            threading.Thread(target=self._serve, args=(work,), daemon=True, name="look-up").start()

    def _serve(self, work: Work) -> None:
        inbox = SimpleQueue[Work]()
        while True:
            work()
            self._idle.append(inbox)
            try:
                work = inbox.get(timeout=IDLE_S)
            except Empty:
                try:
                    self._idle.remove(inbox)
                except ValueError:  # somebody took it this moment, so there is work
                    work = inbox.get()
                else:
                    return


_CREW = _Crew()


def _tell(loop: asyncio.AbstractEventLoop, tell: Callable[..., None], *args: Any) -> None:
    if not loop.is_closed():  # nobody is left to hear it
        loop.call_soon_threadsafe(tell, *args)


def _succeed(future: asyncio.Future[R], result: R) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
