"""Suspending a run with its question: never cut between the two, and a key that was spent in vain asks again."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

from prefect.context import FlowRunContext
from prefect.exceptions import Pause
from prefect.flow_runs import asuspend_flow_run
from prefect.input import RunInput

from tasks.engine.binding import bound, check_binding
from tasks.engine.recovery import ask_anew

F = TypeVar("F", bound=RunInput)
R = TypeVar("R")

FINISH_S = 15.0
"""How long a suspension that has begun may take once its process is told to end: two calls of the server, which took
eight seconds under load; the service manager is patient for longer."""


async def suspended_until(form: type[F], key: str, *, about: str = "") -> F:
    """Suspend this run until its question has an answer; after that, give the answer.

    Args:
        about: what is shown, to which the answer is bound; the key where that says it all.
        key: the wait's; where it was spent and nobody could answer, for the process died before the question was
            written or somebody cancelled or retried the run, it is asked again.
    """
    spent_in = _run_that_spent(key)
    if spent_in is not None:
        await ask_anew(spent_in, key)
    shown = about or key
    filled: F = await uncut(asuspend_flow_run(wait_for_input=bound(form, shown), key=key, timeout=None))
    check_binding(filled, shown)
    return filled


def _run_that_spent(key: str) -> UUID | None:
    """This run, if it was suspended with this key before this pass; only then the server need be asked more."""
    context = FlowRunContext.get()
    run = context.flow_run if context is not None else None
    return run.id if run is not None and key in (run.empirical_policy.pause_keys or ()) else None


async def uncut(suspending: Coroutine[Any, Any, R]) -> R:
    """Let a suspension that was begun come to its end, though this task is cancelled meanwhile.

    A run that is cut off between the server's `Suspended` and the form would be called crashed, with nobody asked. One
    that is suspended by the time has its end as if it had not been cancelled; anything else ends as the cancel wants.
    """
    task = asyncio.ensure_future(suspending)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=FINISH_S)
        task.cancel()  # does nothing to one that has ended
        if task.done() and not task.cancelled() and isinstance(task.exception(), Pause):
            task.result()
        raise
