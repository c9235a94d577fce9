"""Answering a waiting run from the terminal, and going on with it where nobody else does."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from prefect import Flow

from tasks.cli.brought_back import brought_back, known_run, say_if_cancelled
from tasks.cli.drill import point_at, raise_sandbox
from tasks.cli.find import find_incident
from tasks.cli.options import Options
from tasks.cli.outcome import check_writable
from tasks.cli.respond import Answering, conclude, drive_run
from tasks.cli.terminal import tell, told
from tasks.cloud.client import connect
from tasks.config.home import make_home
from tasks.config.settings import settings
from tasks.context import check_endpoint, ledger, utc_now
from tasks.engine.drive import wait_for_resume
from tasks.engine.inplace import open_clients
from tasks.engine.owner import owner
from tasks.engine.questions import Waiting, waiting_question
from tasks.engine.runs import RunState, view
from tasks.engine.session import deploy, engine
from tasks.engine.takeover import is_over
from tasks.ledger.off_loop import in_thread
from tasks.ledger.rows import Incident

PICKUP_S = 3.0  # a process that drives the run sees the answer within half a second


@in_thread
def _is_driven(incident: Incident) -> bool:
    """Whether another living process of `runbooks` drives the run."""
    held = ledger().lease(incident.id)
    return held is not None and held.owner != owner() and not is_over(held, utc_now())


async def _picked_up(run_id: UUID) -> RunState:
    """Wait a moment for the process that drives the run to take it up."""
    deadline = asyncio.get_running_loop().time() + PICKUP_S
    state = (await view(run_id)).state
    while state is RunState.SCHEDULED and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.25)
        state = (await view(run_id)).state
    return state


async def _answered(run_id: UUID, options: Options) -> RunState:
    """Answer for another process that drives the run, and leave the run to it."""
    question = await waiting_question(run_id)
    if isinstance(question, Waiting):
        answering = Answering(options, zh=(options.lang or settings().lang) == "zh")
        if not await answering.from_file(question):
            await _asked(answering, question, options)
    return await _picked_up(run_id)


async def _asked(answering: Answering, question: Waiting, options: Options) -> None:
    """Ask people until the question has an answer, from whomever, or the time is over."""
    asking = asyncio.ensure_future(answering(question))
    resumed = asyncio.create_task(wait_for_resume(question.flow_run_id, timeout_s=options.timeout_s or float("inf")))
    try:
        await asyncio.wait({asking, resumed}, return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            asking.result()  # what went wrong in it is not swallowed
        await resumed
    finally:
        for each in (asking, resumed):
            each.cancel()
        await asyncio.wait({asking, resumed})


async def _answer(flow: Flow[..., Any], incident: Incident, options: Options, api_url: str) -> int:
    async with open_clients():
        deployment_id = await deploy(flow, api_url)
        run_id = await known_run(incident, deployment_id)
        state = await _handed_over(flow, incident, run_id, options)
    return await in_thread(conclude)(run_id, state, options)


async def _handed_over(flow: Flow[..., Any], incident: Incident, run_id: UUID, options: Options) -> RunState:
    """Answer, and see that somebody goes on: the process that drives the run, or else this one."""
    state = (await view(run_id)).state
    await in_thread(say_if_cancelled)(incident, state)
    if await _is_driven(incident):
        state = await _answered(run_id, options)
        if state is not RunState.SUSPENDED:
            tell("→ 由正在运行它的进程接着处置 · the process that drives it goes on")
    state = await brought_back(incident, run_id)
    if state in {RunState.SCHEDULED, RunState.SUSPENDED} and not await _is_driven(incident):
        tell("→ 本进程接着处置 · going on in this process")
        return await drive_run(flow, run_id, options)
    return state


def answer_run(flow_of: Callable[[str], Flow[..., Any]], run: str, options: Options) -> int:
    """Answer what a run waits for, and go on with it where nobody else does; returns the exit status."""
    check_writable(options.record)
    make_home()
    incident = find_incident(run)
    with ExitStack() as stack:
        if incident.endpoint and (sandbox := raise_sandbox(incident.endpoint)) is not None:
            stack.callback(sandbox.stop)
            point_at(sandbox, None)
        check_endpoint(incident.id, incident.endpoint)
        connect(endpoint=settings().endpoint, site=settings().site)
        server = stack.enter_context(engine())
        stack.enter_context(told())
        return asyncio.run(_answer(flow_of(incident.runbook), incident, options, server.api_url))
