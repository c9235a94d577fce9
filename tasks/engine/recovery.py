"""Brings back runs whose process died: at work, or in the moment between suspending and asking."""

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
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import OrchestrationResult
from prefect.states import AwaitingRetry, Crashed

from tasks.engine.questions import BrokenWait, has_answer
from tasks.engine.runs import RunState, read_run, state_of

ADOPTABLE = {StateType.RUNNING, StateType.PENDING, StateType.CRASHED}
"""Where a process may have left a run when it died; a suspended one needs nobody's help."""


async def adopt(flow_run_id: UUID, *, previous_owner_is_dead: bool) -> RunState:
    """Schedule a run again whose process died at work; what its tasks returned and what was answered stays.

    Args:
        flow_run_id: the run.
        previous_owner_is_dead: the caller knows it, by lease or because it was itself; else nothing is done, for two
            processes in one run would act twice.

    Returns:
        SCHEDULED if the run can now be run, else where it stands.
    """
    async with get_client() as client:
        run = await read_run(client, flow_run_id)
        if not previous_owner_is_dead or run.state is None or run.state.type not in ADOPTABLE:
            return state_of(run.state)
        await _close_task_runs(client, run)
        return await _schedule(client, flow_run_id)


async def ask_again(broken: BrokenWait) -> RunState:
    """Let a run ask the question again that was never written down; answers to earlier ones stay.

    The key is struck from those that fired, or the body would take the question for answered; what is kept under a key
    the server forgets when it fires anew.
    """
    async with get_client() as client:
        await _strike(client, await read_run(client, broken.flow_run_id), broken.key)
        return await _schedule(client, broken.flow_run_id)


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


async def _schedule(client: PrefectClient, flow_run_id: UUID) -> RunState:
    """Force the run back to scheduled: forced, for the rules of an ordinary retry forget all answers."""
    result: OrchestrationResult[Any] = await client.set_flow_run_state(flow_run_id, AwaitingRetry(), force=True)
    return state_of(result.state)


async def _close_task_runs(client: PrefectClient, run: FlowRun) -> None:
    """Say in the UI that the tasks which the dead process left at work are not at work."""
    running = TaskRunFilterState(type=TaskRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING]))
    left = await client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])), task_run_filter=TaskRunFilter(state=running)
    )
    for each in left:
        await client.set_task_run_state(each.id, Crashed(message="The process that ran it died."), force=True)
