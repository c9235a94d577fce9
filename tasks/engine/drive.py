"""Drives a run to its end: runs it here, waits while it waits, goes on when anybody has answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect import Flow

from tasks.engine.inplace import open_clients, run_in_place
from tasks.engine.questions import BrokenWait, Waiting, waiting_question
from tasks.engine.recovery import ask_again
from tasks.engine.runs import RunState, read_run, state_of

POLL_S = 0.5
"""How often a waiting run is looked at; a look costs the server some 10 ms."""
BROKEN_GRACE_S = 5.0
"""A run is seen as suspended just before its question is written down; after this, it never will be."""

RESUMED_S = 30.0
"""An accepted answer is seen within a poll; the server may be busy, but not that long."""

OnWaiting = Callable[[Waiting], Awaitable[None]]
"""Told of a question, while its answer is waited for."""
Prepared = Callable[[Waiting], Awaitable[bool]]
"""Answers a question where it has an answer ready; returns whether it did."""


async def nothing_prepared(_: Waiting) -> bool:
    """Leave each question to people."""
    return False


async def drive(
    flow: Flow[..., Any],
    flow_run_id: UUID,
    *,
    on_waiting: OnWaiting,
    prepared: Prepared = nothing_prepared,
    timeout_s: float | None = None,
    poll_s: float = POLL_S,
) -> RunState:
    """Run a run here to its end, through every question, whoever answers it and wherever.

    Args:
        flow: the flow, async.
        flow_run_id: a run of a deployment of this flow.
        on_waiting: told of each question once, while the answer is waited for; it may answer itself. It is cancelled
            when somebody else was first.
        prepared: asked first; however long it takes, people are waited for only after it.
        timeout_s: how long to wait in all; work is not counted in, and a run at work is never cut off. One that still
            waits then stays suspended, and nothing is lost.
        poll_s: how often to look.

    Returns:
        The final state; or where the run stands when the time is over.
    """
    async with open_clients():
        left_s = float("inf") if timeout_s is None else timeout_s
        driver = _Driver(flow, flow_run_id, on_waiting, prepared, left_s, poll_s)
        while True:
            state = await driver.step()
            if state.is_final or driver.left_s == 0:
                return state


async def wait_for_resume(flow_run_id: UUID, *, timeout_s: float, poll_s: float = POLL_S) -> RunState:
    """Wait until a suspended run is resumed, by anybody, or ended; after the time-out it is still suspended."""
    deadline = time.monotonic() + timeout_s
    async with open_clients() as client:
        while True:
            state = state_of((await read_run(client, flow_run_id)).state)
            if state is not RunState.SUSPENDED or time.monotonic() >= deadline:
                return state
            await asyncio.sleep(min(poll_s, max(0.0, deadline - time.monotonic())))


@dataclass
class _Driver:
    """One drive: what it drives, and how long it may still wait."""

    flow: Flow[..., Any]
    flow_run_id: UUID
    on_waiting: OnWaiting
    prepared: Prepared
    left_s: float
    poll_s: float
    _answered: bool = False

    async def step(self) -> RunState:
        """Do what the run's state asks for now; return where it stands then."""
        state = await self._state()
        if state is RunState.SCHEDULED:
            state = await run_in_place(self.flow, self.flow_run_id)
        begun, before = time.monotonic(), self.left_s
        state = await self._waited(state)
        if state is RunState.SUSPENDED or not self._answered:
            self.left_s = max(0.0, before - (time.monotonic() - begun))
        self._answered = False
        return state

    async def _waited(self, state: RunState) -> RunState:
        """Wait for people, or for the process that has the run; return where it stands then."""
        if state is RunState.SUSPENDED:
            return await self._wait()
        if state in {RunState.NOT_OURS, RunState.RUNNING}:
            await asyncio.sleep(min(self.poll_s, self.left_s))
            return await self._state()
        return state

    async def _state(self) -> RunState:
        async with open_clients() as client:
            return state_of((await read_run(client, self.flow_run_id)).state)

    async def _wait(self) -> RunState:
        question = await waiting_question(self.flow_run_id)
        if isinstance(question, BrokenWait):
            return await self._mend(question)
        if question is None:
            return await self._resumed()
        return await self._ask(question)

    async def _resumed(self) -> RunState:
        return await wait_for_resume(self.flow_run_id, timeout_s=self.left_s, poll_s=self.poll_s)

    async def _ask(self, question: Waiting) -> RunState:
        """Tell of the question, and wait for its answer, whichever way it comes."""
        if await self.prepared(question):
            self._answered = True  # no person was waited for
            return await wait_for_resume(self.flow_run_id, timeout_s=RESUMED_S, poll_s=self.poll_s)
        asking = asyncio.ensure_future(self.on_waiting(question))
        resumed = asyncio.create_task(self._resumed())
        try:
            await asyncio.wait({asking, resumed}, return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                asking.result()  # what went wrong in it is not swallowed
            return await resumed
        finally:
            for each in (asking, resumed):
                each.cancel()
            await asyncio.wait({asking, resumed})

    async def _mend(self, broken: BrokenWait) -> RunState:
        await asyncio.sleep(min(BROKEN_GRACE_S, self.left_s))
        if await waiting_question(self.flow_run_id) == broken and self.left_s > 0:
            return await ask_again(broken)
        return await self._state()
