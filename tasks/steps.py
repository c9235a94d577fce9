"""How a step of a runbook shows in Prefect, and how it survives a restart."""

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import INPUTS, RUN_ID
from prefect.logging import get_run_logger

P = ParamSpec("P")
R = TypeVar("R")


def step(name: str) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Task[P, Coroutine[Any, Any, R]]]:
    """Make a task whose result is kept for the run: after a wait or a crash it is read, not done again.

    Args:
        name: how the UI calls it; may name parameters in braces.
    """

    def wrap(function: Callable[P, Coroutine[Any, Any, R]]) -> Task[P, Coroutine[Any, Any, R]]:
        made = task(
            name=function.__name__,
            task_run_name=name,
            persist_result=True,
            cache_policy=INPUTS + RUN_ID,  # not the source: a mended task must not repeat what was done
            result_serializer="json",
        )
        return made(function)

    return wrap


def say(message: str, *args: object) -> None:
    """Log one line of the incident's story, for the UI and the terminal."""
    get_run_logger().info(message, *args, extra={"story": True})
