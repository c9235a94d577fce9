"""Brings back runs that came to a stop: their process died, they failed, or somebody ended them from outside."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import OrchestrationResult
from prefect.states import AwaitingRetry, Crashed, Failed

from tasks.context import utc_now
from tasks.engine.questions import BrokenWait, has_answer
from tasks.engine.runs import RunState, read_run, state_of

OURS = "runbooks: "
"""How the message of a state begins that we set; a person who presses "Retry" sets the same state without it."""


async def take_up(flow_run_id: UUID, why: str, *, seen: UUID | None = None, after: timedelta = timedelta()) -> RunState:
    """Schedule a run again that came to a stop, wherever it stands; what was done and answered stays.

    A question that waited without an answer is asked again. The caller knows that nobody drives it.

    Args:
        why: for the people who look at the run in the UI.
        seen: id of the state in which it was seen; where it has another by now, nothing is done.
        after: how long it waits until it is due.

    Returns:
        SCHEDULED if it is scheduled now, else where it stands.
    """
    async with get_client() as client:
        run = await read_run(client, flow_run_id)
        if run.state is not None and seen is not None and run.state.id != seen:
            return state_of(run.state)
        await _close_task_runs(client, run)
        return await _schedule(client, flow_run_id, why, after)


async def end(flow_run_id: UUID, why: str) -> None:
    """End a run for good that nobody can drive any more."""
    async with get_client() as client:
        failed: State[Any] = Failed(message=f"{OURS}{why}")
        await client.set_flow_run_state(flow_run_id, failed, force=True)


async def ask_again(broken: BrokenWait) -> RunState:
    """Let a run ask the question again that was never written down; answers to earlier ones stay."""
    return await take_up(broken.flow_run_id, "its question was never written down, and is asked again")


async def was_retried_by_hand(flow_run_id: UUID) -> bool:
    """Whether a run at work was begun this time by a person who pressed "Retry", and not by us or by an answer."""
    async with get_client() as client:
        states = await client.read_flow_run_states(flow_run_id)
    begun = max((each for each in states if each.is_scheduled()), key=lambda each: each.timestamp, default=None)
    return begun is not None and begun.name == AwaitingRetry().name and not (begun.message or "").startswith(OURS)


async def ask_anew(flow_run_id: UUID, key: str) -> None:
    """See that a run at work, whose key for a question was spent without an answer, asks that question again."""
    async with get_client() as client:
        run = await read_run(client, flow_run_id)
        if key in (run.empirical_policy.pause_keys or ()) and not await has_answer(flow_run_id, key):
            await _strike(client, run, key)


async def _strike(client: PrefectClient, run: FlowRun, key: str) -> None:
    """Strike a key from those that fired."""
    policy = run.empirical_policy
    kept = (policy.pause_keys or set()) - {key}
    await client.update_flow_run(run.id, empirical_policy=policy.model_copy(update={"pause_keys": kept}))


async def _schedule(client: PrefectClient, flow_run_id: UUID, why: str, after: timedelta = timedelta()) -> RunState:
    """Force the run back to scheduled: forced, for the rules of an ordinary retry forget all answers."""
    again: State[Any] = AwaitingRetry(scheduled_time=utc_now() + after, message=f"{OURS}{why}")
    result: OrchestrationResult[Any] = await client.set_flow_run_state(flow_run_id, again, force=True)
    return state_of(result.state)


async def _close_task_runs(client: PrefectClient, run: FlowRun) -> None:
    """Say in the UI that the tasks which the dead process left at work are not at work."""
    running = TaskRunFilterState(type=TaskRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING]))
    left = await client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])), task_run_filter=TaskRunFilter(state=running)
    )
    for each in left:
        await client.set_task_run_state(each.id, Crashed(message="The process that ran it died."), force=True)
