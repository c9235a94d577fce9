"""Runs a deployment's runs in this process; the only module that touches Prefect's inner entry points."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import httpx
from prefect import Flow
from prefect._flow_run_suspension import mark_flow_run_suspension_requested
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow_async
from prefect.states import Cancelled, Pending
from prefect.utilities.engine import propose_state

from tasks.engine.runs import RunState, read_run, state_of
from tasks.errors import EngineError

WATCH_S = 2.0
"""How often a run that runs here is looked at for a cancel or suspend from the UI."""
ENDED_FROM_OUTSIDE = {StateType.CANCELLING, StateType.CANCELLED}


@asynccontextmanager
async def open_clients() -> AsyncIterator[PrefectClient]:
    """Hold Prefect's clients open: a run then builds none, and a server that restarts is waited for."""
    try:
        with SyncClientContext.get_or_create():
            async with AsyncClientContext.get_or_create() as context:
                yield context.client
    except httpx.HTTPError as error:
        raise EngineError(f"The Prefect server can't be reached: {error}") from error


async def run_in_place(flow: Flow[..., Any], flow_run_id: UUID, parameters: dict[str, Any] | None = None) -> RunState:
    """Run a scheduled run in this process until it ends or suspends.

    Args:
        flow: the flow, async.
        flow_run_id: a scheduled run of a deployment of this flow.
        parameters: by default those that the run was created with.

    Returns:
        Where the run then stands; NOT_OURS if somebody else has it or it is not scheduled.
    """
    async with open_clients() as client:
        run = await _claim(client, flow_run_id)
        if run is None:
            return RunState.NOT_OURS
        work = asyncio.create_task(_work(flow, run, run.parameters if parameters is None else parameters))
        watch = asyncio.create_task(_watch(client, flow_run_id))
        try:
            await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
            seen_from_outside = watch.done()
        finally:
            await _settle(work, watch)
        if seen_from_outside:
            return await _cancel(client, flow_run_id, watch)
        work.result()
        return state_of((await read_run(client, flow_run_id)).state)


async def _claim(client: PrefectClient, flow_run_id: UUID) -> FlowRun | None:
    """Take a scheduled run for this process; the server lets one of several win."""
    run = await read_run(client, flow_run_id)
    if run.state is None or not run.state.is_scheduled():
        return None
    try:
        state = await propose_state(client, Pending(), flow_run_id=flow_run_id)
    except Abort:
        return None
    if not state.is_pending():
        return None
    return await read_run(client, flow_run_id)


async def _work(flow: Flow[..., Any], run: FlowRun, parameters: dict[str, Any]) -> None:
    # With a deployment on the client's object the engine would start a thread and a websocket per run and block on
    # them; `_watch` sees suspensions from outside instead. The server keeps the deployment.
    local = run.model_copy(update={"deployment_id": None})
    with suppress(Pause):
        await run_flow_async(flow, flow_run=local, parameters=parameters, return_type="state")


async def _watch(client: PrefectClient, flow_run_id: UUID) -> None:
    """Return when the run was cancelled from outside; pass on a suspension to the next task's beginning."""
    while True:
        await asyncio.sleep(WATCH_S)
        state = (await read_run(client, flow_run_id)).state
        if state is not None and state.type in ENDED_FROM_OUTSIDE:
            return
        # Scheduled: it was suspended and resumed since the last look, and is to be begun anew.
        if state is not None and (state.is_paused() or state.is_scheduled()):
            mark_flow_run_suspension_requested(flow_run_id, state)


async def _settle(*tasks: "asyncio.Task[None]") -> None:
    """Cancel what still goes on, and wait until it has ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)  # whoever asks a task hears its error; nobody else shall


async def _cancel(client: PrefectClient, flow_run_id: UUID, watch: "asyncio.Task[None]") -> RunState:
    """Finish a cancellation that was asked for in the UI: the engine itself calls a run that is cut off crashed."""
    watch.result()
    await client.set_flow_run_state(flow_run_id, Cancelled(), force=True)
    return RunState.CANCELLED
