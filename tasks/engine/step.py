"""How a step of a runbook shows in Prefect, and how its result outlives a wait, a crash and an upgrade."""

import hashlib
import inspect
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, get_type_hints

from prefect import task
from prefect.cache_policies import CachePolicy
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import Pause
from prefect.logging import get_run_logger
from pydantic import TypeAdapter

from tasks.engine.fence import Fence
from tasks.engine.incident_run import goes_on_from
from tasks.ledger.errors import DrivenElsewhere
from tasks.model.case import Case
from tasks.model.kept import read_kept_json
from tasks.model.runbook import AnyRunbook
from tasks.runbooks.registry import runbook_of

P = ParamSpec("P")
R = TypeVar("R")

PLAIN = (str, int, bool, tuple[str, ...])
"""Types that may tell calls apart: they have no fields, so that no version can add one."""
MAX_NAME = 100

_given: ContextVar[Mapping[str, Any]] = ContextVar("arguments of the step that is begun")


class _Walk:
    """One pass through a flow's body, and what its steps were called with, by what they are kept under."""

    def __init__(self, context: FlowRunContext | None) -> None:
        self.context = context
        self.fence = Fence(context)
        self.calls: dict[str, Mapping[str, Any]] = {}


_walk: ContextVar[_Walk] = ContextVar("the pass through the flow's body")


def step(
    shown: str, *, name: str, distinct: tuple[str, ...] = ()
) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Callable[P, Coroutine[Any, Any, R]]]:
    """Make a task whose result is kept for the run: after a wait or a crash it is read, not done again.

    It is kept under the run, the step's name and its distinct arguments: not under the code, for a mended step must not
    repeat what was done, nor under values with fields, for a version that adds one would ask everybody again.

    The result passes through Prefect as one JSON text: it walks into models, and takes one with a field called `keys`
    for a mapping. What comes back is read from that text, so that the first pass and a later one go on from the same.

    Args:
        shown: how the UI calls one call; may name arguments in braces.
        name: the stable name; it never changes, whatever becomes of the function and its module.
        distinct: arguments that tell the calls of one run apart, of the types in `PLAIN`; none where it is called once.

    Raises:
        TypeError: a distinct argument is none of the function's, or of another type.
    """

    def wrap(function: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
        signature = inspect.signature(function)
        _check(name, distinct, signature)

        @cache
        def result() -> TypeAdapter[R]:
            return TypeAdapter(get_type_hints(function, include_extras=True)["return"])

        @task(name=name, persist_result=True, cache_policy=_KEPT, result_serializer="json")
        async def kept(call: str) -> str:  # noqa: ARG001 - what the result is kept under
            return result().dump_json(await function(**_given.get())).decode()  # type: ignore[call-arg] # bound by name

        @wraps(function)
        async def called(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            call = json.dumps([name, *(bound.arguments[each] for each in distinct)], ensure_ascii=False)
            labelled = kept.with_options(task_run_name=shown.format(**bound.arguments)[:MAX_NAME])
            async with _fenced(_tell_apart(call, bound.arguments).fence):
                with _giving(bound.arguments):
                    text = await labelled(call)
            return read_kept_json(result(), text, what=f"step {call}", types=_types(bound.arguments))

        return called

    return wrap


class _Kept(CachePolicy):
    """Under the run, or the lost one that it takes the place of, and the call; hashed, for it is the name of a file."""

    def compute_key(
        self,
        task_ctx: TaskRunContext,
        inputs: dict[str, Any],
        flow_parameters: dict[str, Any],  # noqa: ARG002 - Prefect's signature
        **_: Any,
    ) -> str:
        run_id = _run_begun_by() or task_ctx.task_run.flow_run_id or task_ctx.task_run.id
        return hashlib.sha256(json.dumps([str(run_id), inputs["call"]]).encode()).hexdigest()


_KEPT = _Kept()


def _run_begun_by() -> str | None:
    """The run that began what this one goes on with, where that was lost: its results are this one's."""
    context = FlowRunContext.get()
    return goes_on_from(context.flow_run.tags) if context is not None and context.flow_run is not None else None


def _check(name: str, distinct: tuple[str, ...], signature: inspect.Signature) -> None:
    """See that what tells calls apart has no fields; the other types may not be known before the first call."""
    for each in distinct:
        if each not in signature.parameters or signature.parameters[each].annotation not in PLAIN:
            plain = ", ".join(getattr(one, "__name__", str(one)) for one in PLAIN[:-1])
            raise TypeError(f"step {name!r}: {each!r} must be an argument of type {plain} or {PLAIN[-1]}")


def _tell_apart(call: str, arguments: Mapping[str, Any]) -> _Walk:
    """See that no second call of this pass would be given the result of another one; returns the pass."""
    context = FlowRunContext.get()
    walk = _walk.get(None)
    if walk is None or walk.context is not context:
        walk = _Walk(context)
        _walk.set(walk)
    if walk.calls.setdefault(call, arguments) != arguments:
        raise TypeError(f"step {call} was called before with other arguments: `distinct` must tell the two apart")
    return walk


def _types(arguments: Mapping[str, Any]) -> AnyRunbook | None:
    """The runbook whose alert and facts a step's result may hold: that of its case, or the one that it is told."""
    for value in arguments.values():
        case = value if isinstance(value, Case) else getattr(value, "case", None)
        if isinstance(case, Case):
            return runbook_of(case.runbook)
    told = arguments.get("runbook")
    return runbook_of(told) if isinstance(told, str) else None


@contextmanager
def _giving(values: Mapping[str, Any]) -> Iterator[None]:
    """Give the arguments of a step to its function, in the same context."""
    token = _given.set(values)
    try:
        yield
    finally:
        _given.reset(token)


@asynccontextmanager
async def _fenced(fence: Fence) -> AsyncIterator[None]:
    """End this pass, and change nothing, where another process drives the incident: also after a step that failed."""
    await fence.pass_on()
    try:
        yield
    except DrivenElsewhere as exc:
        raise Pause from exc
    except Exception:
        await fence.pass_on()  # else the flow would write its failure over the state that the other has reached
        raise
    await fence.pass_on()


def say(message: str, *args: object) -> None:
    """Log one line of the incident's story, for the UI and the terminal."""
    get_run_logger().info(message, *args, extra={"story": True})


def goes_on() -> bool:
    """Whether this run takes the place of one that was lost."""
    return _run_begun_by() is not None
