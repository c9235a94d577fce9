"""Sees that no coroutine of ours waits for the ledger itself: while it did, nothing else of its process would go on."""

import asyncio
import inspect
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from types import FrameType
from typing import Any

from tasks.ledger.base import Connected

ASYNC = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
DOORS = ("_reading", "_connection_to_write")
DEFECT = 70
"""The status of a process that is ended by it, as `sysexits.h` has it for a defect."""


def waits_on_the_loop() -> str | None:
    """The coroutine of ours that called the ledger from its loop's thread, and where; None where none did."""
    if asyncio._get_running_loop() is None:
        return None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not frame.f_code.co_flags & ASYNC:
        frame = frame.f_back
    if frame is None or not str(frame.f_globals.get("__name__")).startswith("tasks."):
        return None  # a test's own
    return f"{frame.f_globals['__name__']}.{frame.f_code.co_name}, line {frame.f_lineno}"


def watch(*, alone: bool) -> None:
    """See to it in this process from now on.

    Args:
        alone: whether the process is ended by it, for nobody hears what is raised in it.
    """
    for door in DOORS:
        setattr(Connected, door, _watched(getattr(Connected, door), alone=alone))


def _watched(
    door: Callable[..., AbstractContextManager[Any]], *, alone: bool
) -> Callable[..., AbstractContextManager[Any]]:
    @wraps(door)
    def watched(*args: Any) -> AbstractContextManager[Any]:
        where = waits_on_the_loop()
        if where is not None and alone:
            sys.stderr.write(f"the ledger was called on the loop: {where}\n")
            os._exit(DEFECT)
        assert where is None, f"the ledger was called on the loop: {where}"
        return door(*args)

    return watched
