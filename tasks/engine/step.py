"""How a step of a runbook shows in Prefect, and how it survives a restart."""

import inspect
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar, get_type_hints

from prefect import task
from prefect.cache_policies import INPUTS, RUN_ID
from prefect.logging import get_run_logger
from pydantic import TypeAdapter

P = ParamSpec("P")
R = TypeVar("R")

_given: ContextVar[dict[str, Any]] = ContextVar("arguments of the step that is begun")

KEPT = INPUTS + RUN_ID  # not the source: a mended step must not repeat what was done
MAX_NAME = 100


def step(name: str) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Callable[P, Coroutine[Any, Any, R]]]:
    """Make a task whose result is kept for the run: after a wait or a crash it is read, not done again.

    Arguments and result pass through Prefect as one JSON text each: it walks into models, and takes one with a field
    called `keys` for a mapping. The step's own name is part of the text, or two steps with equal arguments would
    share a result. The values themselves reach the function beside that text: reading a hundred facts again costs more
    than many a step.

    Args:
        name: how the UI calls it; may name arguments in braces.
    """

    def wrap(function: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
        signature, hints = inspect.signature(function), get_type_hints(function)
        result: TypeAdapter[R] = TypeAdapter(hints.pop("return"))
        adapters: dict[str, TypeAdapter[Any]] = {each: TypeAdapter(hint) for each, hint in hints.items()}

        @task(name=function.__name__, persist_result=True, cache_policy=KEPT, result_serializer="json")
        async def kept(arguments: str) -> str:  # noqa: ARG001 - what the result is kept under
            values = _given.get()
            return result.dump_json(await function(**values)).decode()  # type: ignore[call-arg] # bound by name

        @wraps(function)
        async def called(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs).arguments
            plain = {each: adapters[each].dump_python(value, mode="json") for each, value in bound.items()}
            shown = kept.with_options(task_run_name=name.format(**bound)[:MAX_NAME])
            with _giving(bound):
                kept_as = await shown(json.dumps([function.__name__, plain], ensure_ascii=False))
            return result.validate_json(kept_as)

        return called

    return wrap


@contextmanager
def _giving(values: dict[str, Any]) -> Iterator[None]:
    """Give the arguments of a step to its function, in the same context."""
    token = _given.set(values)
    try:
        yield
    finally:
        _given.reset(token)


def say(message: str, *args: object) -> None:
    """Log one line of the incident's story, for the UI and the terminal."""
    get_run_logger().info(message, *args, extra={"story": True})
