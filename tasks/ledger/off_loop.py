"""Calls of the ledger from async code: a thread waits for the disk, or for whoever holds the lock; the loop goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def in_thread(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Make a function that blocks one that is awaited; in a thread it sees the context of whoever awaits it.

    What has begun comes to its end, and only then does a caller hear that it was cancelled meanwhile: nobody who goes
    on after it finds half of its writes, or has it write behind their back.
    """

    @wraps(function)
    async def awaited(*args: P.args, **kwargs: P.kwargs) -> R:
        return await _to_its_end(asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs)))

    return awaited


async def _to_its_end(work: "asyncio.Future[R]") -> R:
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError as exc:
            cancelled = exc
    if cancelled is not None:
        work.exception()  # is heard by nobody: the cancel comes first
        raise cancelled
    return work.result()
