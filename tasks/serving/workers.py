"""The places at which runs are run, and the facts that are gathered before one is free."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import httpx
from prefect import Flow

from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.engine.inplace import run_in_place
from tasks.engine.leases import leased
from tasks.engine.recovery import end
from tasks.engine.runs import RunState
from tasks.engine.takeover import take_lease
from tasks.errors import EngineError, RunbookError
from tasks.ledger.errors import UnknownRow
from tasks.ledger.off_loop import in_thread
from tasks.metrics import FACTS, took
from tasks.model.alert import Alert
from tasks.model.message import Reported
from tasks.model.policy import Policy
from tasks.runbooks.registry import runbook_of
from tasks.serving.queue import PERSON_WAITS, Job, Roster
from tasks.steps.contain_first import contain_ahead
from tasks.steps.gather import await_early, begin_early, early_facts, forget_early
from tasks.steps.open_case import case_of
from tasks.steps.tries import patiently

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
"""How long an incident rests that stopped before it had a run: the ledger or the cloud may be away."""


UNWELL = {RunState.FAILED, RunState.CRASHED}


class Places:
    """So many runs at once, the most urgent first.

    Args:
        stopped: is called whenever a run has come to a stop here, at its end or before.
    """

    def __init__(
        self,
        flows: Mapping[str, Flow[..., Any]],
        roster: Roster,
        policy: Callable[[], Policy],
        stopped: Callable[[], None],
    ) -> None:
        self._flows = flows
        self._roster = roster
        self._policy = policy
        self._stopped = stopped
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
        except UnknownRow as error:
            await self._end_for_good(job, str(error))
        except RunbookError as error:
            await self._let_go(job, str(error))
        except Exception as error:  # one run's defect must not end the others
            log.exception("run %s stopped by a defect", job.run_id)
            await self._let_go(job, type(error).__name__)
        finally:
            self._roster.done(job)
            self._going_on.discard(job)
            self._next_goes_on.set()
            self._stopped()

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

    async def _let_go(self, job: Job, why: str) -> None:
        """Leave a run that stopped here to the sweeper, or an incident without a run to the registrar, in a moment."""
        log.warning("%s stopped, and is taken up again: %s", job.incident_id or f"run {job.run_id}", why)
        if job.run_id is None:
            await asyncio.sleep(AGAIN_S)
        else:
            self._roster.let_go.add(str(job.run_id))

    async def _end_for_good(self, job: Job, why: str) -> None:
        """End a run of an incident that this ledger has lost: nobody could ever drive it."""
        log.error("run %s is ended, for its incident is lost: %s", job.run_id, why)
        if job.run_id is not None:
            with suppress(EngineError, httpx.HTTPError):  # it is found again as long as it is not ended
                await end(job.run_id, why)

    async def _answer(self, job: Job) -> None:
        """Gather facts at once, contain where the policy says so, and run as soon as Prefect knows the run."""
        await self.begin(job)
        ours = job.incident_id is None or await asyncio.to_thread(take_lease, job.incident_id, utc_now())
        if not ours:
            return  # another process was first
        async with leased(job.run_id, incident_id=job.incident_id):
            if job.incident_id is not None and job.alert is not None:
                await self._contain_ahead(job, job.incident_id, job.alert)
            await job.registered.wait()
            assert job.run_id is not None  # noqa: S101 - that is what registered means
            with patiently():
                state = await run_in_place(self._flows[job.flow], job.run_id)
        log.log(logging.ERROR if state in UNWELL else logging.INFO, "run %s: %s", job.run_id, state)

    async def _contain_ahead(self, job: Job, incident_id: str, alert: Alert) -> None:
        """In mode auto, contain as soon as facts say so: the ledger knows whose the incident is, Prefect may follow."""
        incident = await asyncio.to_thread(ledger().incident, incident_id)
        if (await asyncio.to_thread(ledger().trouble, incident_id)).cancelled_at is not None:
            return  # a person stopped it
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
            policy=await in_thread(self._policy)(),
            mode=None,
            lang=None,
            again=False,
            now=known_at,
        )
        if await asyncio.to_thread(contain_ahead, case, facts):
            took(FACTS, known_at - incident.opened_at)
            forget_early(incident_id)
            await self._others_first(job)

    async def begin(self, job: Job) -> None:
        """Start to gather a new incident's facts."""
        if job.incident_id is None or job.alert is None or job.ahead:
            return
        job.ahead = True
        begin_early(
            job.incident_id,
            Reported(runbook=job.flow, alert=job.alert),
            await in_thread(self._policy)(),
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
                await self.begin(job)
            for job in self._roster.waiting:
                facts = early_facts(job.incident_id) if job.incident_id and job.ahead else None
                if facts is not None and job.alert is not None:
                    job.urgency = max(job.urgency, runbook_of(job.flow).urgency(job.alert, facts))
