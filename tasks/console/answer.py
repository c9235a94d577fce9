"""Answering a waiting run from the terminal, and going on with it where nobody else does."""

import asyncio
from contextlib import ExitStack
from uuid import UUID

from prefect import Flow

from tasks.acting import OWNER
from tasks.case import ledger, utc_now
from tasks.console.drill import point_at, raise_sandbox
from tasks.console.engine import LEASE, deploy, engine
from tasks.console.incident import Answering, conclude, drive_run
from tasks.console.options import Options
from tasks.console.outcome import exit_status, record_of_run
from tasks.console.story import tell, told
from tasks.errors import InputError
from tasks.ledger.rows import Incident, IncidentStatus
from tasks.model.base import Sentence
from tasks.responder.drive import wait_for_resume
from tasks.responder.questions import Waiting, waiting_question
from tasks.responder.recovery import adopt
from tasks.responder.runs import RunState, view
from tasks.settings import settings

PICKUP_S = 3.0  # a process that drives the run sees the answer within half a second
NOTHING = Sentence(zh="还没有报告。", en="There is no report yet.")


def find_incident(run: str) -> Incident:
    """The incident that a run's id or its own id names.

    Raises:
        InputError: there is none.
    """
    incident = next((i for i in ledger().incidents() if run in (i.id, i.flow_run_id)), None)
    if incident is None or incident.flow_run_id is None:
        known = ", ".join(i.id for i in ledger().incidents(IncidentStatus.OPEN)[:5]) or "none is open"
        raise InputError("RUN", f"{run!r} is no run or incident of this ledger; open ones: {known}")
    return incident


async def _answered_elsewhere(run_id: UUID) -> RunState:
    """Wait a moment for the process that drives the run to take it up."""
    deadline = asyncio.get_running_loop().time() + PICKUP_S
    state = (await view(run_id)).state
    while state is RunState.SCHEDULED and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.25)
        state = (await view(run_id)).state
    return state


async def _take_over(incident: Incident, run_id: UUID, state: RunState) -> RunState:
    """Adopt a run whose process died at work: its lease has lapsed."""
    if state is RunState.RUNNING and ledger().take_lease(incident.id, OWNER, utc_now(), LEASE):
        return await adopt(run_id, previous_owner_is_dead=True)
    return state


async def _answer(flow: Flow[..., object], incident: Incident, options: Options, api_url: str) -> int:
    run_id = UUID(incident.flow_run_id)
    await deploy(flow, api_url)
    question = await waiting_question(run_id)
    if isinstance(question, Waiting):
        zh = (options.lang or settings().lang) == "zh"
        asking = asyncio.create_task(Answering(options, zh=zh)(question))
        await _first(asking, asyncio.create_task(wait_for_resume(run_id, timeout_s=options.timeout_s or 3600.0)))
    state = await _take_over(incident, run_id, await _answered_elsewhere(run_id))
    if state is RunState.SCHEDULED:
        tell("→ 本进程接着处置 · going on in this process")
        state = await drive_run(flow, run_id, options)
        return conclude(run_id, state, options)
    if state.is_final:
        return conclude(run_id, state, options)
    tell("→ 已交给正在运行它的进程 · the process that drives it goes on")
    return exit_status(RunState.COMPLETED, record_of_run(run_id, NOTHING))


async def _first(*tasks: "asyncio.Task[object]") -> None:
    """Wait for the first of several, and leave the others."""
    _, left = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def answer_run(flow: Flow[..., object], run: str, options: Options) -> int:
    """Answer what a run waits for; returns the exit status."""
    incident = find_incident(run)
    with ExitStack() as stack:
        if incident.endpoint and (sandbox := raise_sandbox(incident.endpoint)) is not None:
            stack.callback(sandbox.stop)
            point_at(sandbox, None)
        server = stack.enter_context(engine())
        stack.enter_context(told())
        return asyncio.run(_answer(flow, incident, options, server.api_url))
