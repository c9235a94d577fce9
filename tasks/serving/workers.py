"""The places at which runs are run, and the facts that are gathered before one is free."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import httpx
from prefect import Flow

from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.engine.inplace import run_in_place
from tasks.engine.leases import leased
from tasks.engine.recovery import adopt
from tasks.engine.runs import RunState, view
from tasks.engine.takeover import is_orphan, take_lease
from tasks.errors import EngineError, RunbookError
from tasks.metrics import FACTS, took
from tasks.model.alert import Alert
from tasks.model.message import Reported
from tasks.model.policy import Policy
from tasks.runbooks.registry import runbook_of
from tasks.serving.queue import PERSON_WAITS, Job, Roster
from tasks.steps.contain_first import contain_ahead
from tasks.steps.gather import await_early, begin_early, early_facts, forget_early
from tasks.steps.open_case import case_of

log = logging.getLogger("runbooks.serve")

AHEAD_SHARE = 2
"""For every so many places, one incident that waits has its facts gathered ahead: more would only make those that
have a place wait for the cloud's rate limit."""
LOOK_AHEAD_S = 0.5
STAND_BACK_S = 60.0
"""How long a contained incident lets others go first: people are to be asked about it in the end, storm or not."""
GOING_ON = 4
"""Contained incidents that go on at once, to their reports and questions: they want this process's one core."""
AGAIN_S = 2.0
"""How long after a run stopped it is taken up again."""
MOST_TRIES = 5
"""How often a run is taken up again that stopped by an error of ours or of the server."""


UNWELL = {RunState.FAILED, RunState.CRASHED}


class Places:
    """So many runs at once, the most urgent first."""

    def __init__(self, flows: Mapping[str, Flow[..., Any]], roster: Roster, policy: Callable[[], Policy]) -> None:
        self._flows = flows
        self._roster = roster
        self._policy = policy
        self._bringing_back: set[asyncio.Task[None]] = set()
        self._going_on: set[Job] = set()
        self._next_goes_on = asyncio.Event()

    async def work(self) -> None:
        """Give every job its place when its turn has come, for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._work_on(await self._roster.next()))

    async def _work_on(self, job: Job) -> None:
        try:
            await self._answer(job)
        except RunbookError as error:
            self._take_up_again(job, str(error))
        except Exception as error:  # one run's defect must not end the others
            log.exception("run %s stopped by a defect", job.run_id)
            self._take_up_again(job, type(error).__name__)
        finally:
            self._roster.done(job)
            self._going_on.discard(job)
            self._next_goes_on.set()

    async def _others_first(self, job: Job) -> None:
        """Stand back until nobody is to be contained any more, or for so long; then go on, a few at a time."""
        if job.urgency >= PERSON_WAITS:
            return
        self._roster.stand_back(job)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._roster.calm(), STAND_BACK_S)
        while len(self._going_on) >= GOING_ON:
            self._next_goes_on.clear()
            await self._next_goes_on.wait()
        self._going_on.add(job)

    def _take_up_again(self, job: Job, why: str) -> None:
        job.tries += 1
        if job.tries > MOST_TRIES:
            log.error("run %s stopped %s times and is left to a person: %s", job.run_id, job.tries, why)
            return
        log.warning("run %s stopped, and is taken up again: %s", job.run_id, why)
        task = asyncio.create_task(self._bring_back(job))
        self._bringing_back.add(task)
        task.add_done_callback(self._bringing_back.discard)

    async def _bring_back(self, job: Job) -> None:
        """Schedule a run again that stopped here, or that a dying process left, as soon as the server can be asked."""
        while job.run_id is not None:
            await asyncio.sleep(AGAIN_S)
            try:
                if await _is_at_work(job.run_id) and not await is_orphan(job.run_id, now=utc_now()):
                    continue
                await adopt(job.run_id, previous_owner_is_dead=True)
            except (EngineError, httpx.HTTPError) as error:
                log.debug("not yet: %s", error)
            else:
                break
        self._roster.add(job)

    async def _answer(self, job: Job) -> None:
        """Gather facts at once, contain where the policy says so, and run as soon as Prefect knows the run."""
        self.begin(job)
        ours = job.incident_id is None or await asyncio.to_thread(take_lease, job.incident_id, utc_now())
        if not ours:
            return  # another process was first
        async with leased(job.run_id, incident_id=job.incident_id):
            if job.incident_id is not None and job.alert is not None:
                await self._contain_ahead(job, job.incident_id, job.alert)
            await job.registered.wait()
            assert job.run_id is not None  # noqa: S101 - that is what registered means
            state = await run_in_place(self._flows[job.flow], job.run_id)
            if state is RunState.NOT_OURS and job.incident_id is not None and await _is_at_work(job.run_id):
                raise EngineError("it is said to be at work elsewhere, and is looked at again")
        log.log(logging.ERROR if state in UNWELL else logging.INFO, "run %s: %s", job.run_id, state)

    async def _contain_ahead(self, job: Job, incident_id: str, alert: Alert) -> None:
        """In mode auto, contain as soon as facts say so: the ledger knows whose the incident is, Prefect may follow."""
        incident = await asyncio.to_thread(ledger().incident, incident_id)
        if incident.mode != "auto" or await asyncio.to_thread(ledger().head_start, incident_id) is not None:
            return
        facts = await await_early(incident_id)
        if facts is None:
            return
        known_at = utc_now()
        case = case_of(
            incident,
            run_id=incident.flow_run_id or "",
            alert=alert,
            policy=self._policy(),
            mode=None,
            lang=None,
            again=False,
            now=known_at,
        )
        if await asyncio.to_thread(contain_ahead, case, facts):
            took(FACTS, known_at - incident.opened_at)
            forget_early(incident_id)
            await self._others_first(job)

    def begin(self, job: Job) -> None:
        """Start to gather a new incident's facts."""
        if job.incident_id is None or job.alert is None or job.ahead:
            return
        job.ahead = True
        begin_early(
            job.incident_id,
            Reported(runbook=job.flow, alert=job.alert),
            self._policy(),
            endpoint=settings().endpoint or "",
            site=settings().site,
            lang=settings().lang,
            now=utc_now(),
        )

    async def look_ahead(self) -> None:
        """While places are taken, learn which of those that wait is worse than its alert says, and let it go first."""
        while True:
            await asyncio.sleep(LOOK_AHEAD_S)
            for job in self._roster.ahead_of_time(max(1, settings().at_once // AHEAD_SHARE)):
                self.begin(job)
            for job in self._roster.waiting:
                facts = early_facts(job.incident_id) if job.incident_id and job.ahead else None
                if facts is not None and job.alert is not None:
                    job.urgency = max(job.urgency, runbook_of(job.flow).urgency(job.alert, facts))


async def _is_at_work(run_id: UUID) -> bool:
    return (await view(run_id)).state is RunState.RUNNING
