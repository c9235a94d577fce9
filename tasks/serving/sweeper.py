"""Every open incident has a driver: looked at when the process begins and every few seconds, and mended where not."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import httpx
from prefect.exceptions import PrefectException

from tasks.context import ledger, utc_now
from tasks.decide.driving import UNTOLD, RunSeen, Todo, judge, pause
from tasks.engine.owner import owner
from tasks.engine.questions import answers_given
from tasks.engine.recovery import end, take_up
from tasks.engine.runs import RunState
from tasks.engine.sightings import Lookout, Sighting
from tasks.engine.situation import held, situation_of
from tasks.engine.takeover import take_lease
from tasks.errors import RunbookError
from tasks.ledger.rows import Incident, Trouble
from tasks.serving.queue import Roster
from tasks.steps.ask import write_answer
from tasks.steps.stopped import KEY as STOPPED

log = logging.getLogger("runbooks.serve")

LOOK_S = 5.0
"""How often it is looked: what befalls a run is seen, said and mended within half a minute."""
SHARE = 10
"""A look may take a tenth of the time, however many incidents wait."""
BETWEEN_S = 1.0
"""The least time between two looks, however often runs stop."""
SIGNED = ("answered_by", "approved_by", "done_by")
"""The fields of forms that say who filled them."""
WHY_MAX = 300
"""Characters that are kept of what an engine or a database said."""


class Sweeper:
    """Holds the rule of `tasks/decide/driving.py`; what it does is in the log, the ledger and the run's own state.

    Args:
        endpoint: the cloud whose incidents are ours.
        go_on: lets the run of an incident wait for a place here.
        forgotten: is called when an incident needs another run.
        others: whether another engine lives that works on this ledger: then a run that is not known here may be its.
    """

    def __init__(
        self,
        endpoint: str,
        roster: Roster,
        *,
        go_on: Callable[[Incident, UUID], None],
        forgotten: Callable[[], None],
        others: Callable[[], bool],
    ) -> None:
        self._endpoint = endpoint
        self._roster = roster
        self._go_on = go_on
        self._forgotten = forgotten
        self._others = others
        self._lookout = Lookout()
        self._wake = asyncio.Event()

    def hurry(self) -> None:
        """A run has just stopped here."""
        self._wake.set()

    async def run(self) -> None:
        """Look for ever; an engine or a ledger that is away is waited for."""
        anew = True
        while True:
            began = time.monotonic()
            self._wake.clear()
            try:
                await self.look(anew=anew)
                anew = False
            except (httpx.HTTPError, RunbookError) as error:
                log.debug("can't look for incidents that nobody drives: %s", error)
            with suppress(TimeoutError):
                await asyncio.sleep(BETWEEN_S)
                await asyncio.wait_for(self._wake.wait(), max(LOOK_S, SHARE * (time.monotonic() - began)))

    async def look(self, *, anew: bool) -> None:
        """Look at every open incident that has a run, and see that somebody drives it.

        Args:
            anew: whether what was given up before is tried once more.
        """
        found = await asyncio.to_thread(ledger().bound_incidents, self._endpoint)
        if not found:
            return
        before = {one.id for one in found if self._roster.find(one.id) is not None}  # what ends meanwhile ends here
        leases = await asyncio.to_thread(ledger().leases, self._endpoint)
        troubles = await asyncio.to_thread(ledger().open_troubles, self._endpoint)
        now = utc_now()
        seen = await self._lookout.sight([UUID(one.flow_run_id) for one in found], now)
        for incident in found:
            sighting = seen[UUID(incident.flow_run_id)]
            known = troubles.get(incident.id, Trouble(incident_id=incident.id))
            lease = held(leases.get(incident.id), sighting, now, let_go=incident.flow_run_id in self._roster.let_go)
            here = incident.id in before or self._roster.find(incident.id) is not None
            if sighting.run is RunSeen.GONE and sighting.state_id is None and self._others():
                sighting = sighting._replace(run=RunSeen.ELSEWHERE)
            situation = situation_of(sighting, lease, known, now, here=here, anew=anew)
            try:
                await self._do(judge(situation).todo, incident, sighting, known, anew=anew)
            except Exception as error:  # noqa: BLE001 - whatever one incident raises, the others are looked at
                log.warning("%s could not be seen to, and is tried again: %s", incident.id, error)

    async def _do(self, todo: Todo, incident: Incident, sighting: Sighting, known: Trouble, *, anew: bool) -> None:
        match todo:
            case Todo.RUN:
                self._go_on(incident, UUID(incident.flow_run_id))
            case Todo.TAKE_UP:
                await self._take_up(incident, sighting, timedelta() if anew else pause(known.stops))
            case Todo.FORGET:
                await self._forget(incident)
            case Todo.ASK_WHY:
                await self._ask_why(incident, sighting)
            case Todo.GIVE_UP:
                await asyncio.to_thread(ledger().run_stopped, incident.id, sighting.said[:WHY_MAX], utc_now())
                _left_to_a_person(incident, sighting)
            case Todo.NOTE_WELL:
                await self._note_well(incident)
            case Todo.NOTHING:
                return

    async def _note_well(self, incident: Incident) -> None:
        """Its run waits for people: what befell it is over, and nobody drives it, whoever did before."""
        held_by = await asyncio.to_thread(ledger().lease, incident.id)
        if held_by is not None:
            await asyncio.to_thread(ledger().release_lease, incident.id, held_by.owner, utc_now())
        await asyncio.to_thread(ledger().run_well, incident.id, utc_now())

    async def _take_up(self, incident: Incident, sighting: Sighting, after: timedelta) -> None:
        """Schedule a run again that came to a stop, if no other process is first."""
        if not await asyncio.to_thread(take_lease, incident.id, utc_now()):
            return
        why = sighting.said[:WHY_MAX]
        if not await self._schedule(incident, sighting, f"taken up again, after it had stopped: {why}", after):
            return
        kept = await asyncio.to_thread(ledger().run_stopped, incident.id, why, utc_now())
        if kept.stops > UNTOLD:
            log.error("%s stopped %d times in a row: %s", incident.id, kept.stops, why)
        log.warning("%s had stopped (%s), and is taken up again in %.0f s", incident.id, why, after.total_seconds())

    async def _ask_why(self, incident: Incident, sighting: Sighting) -> None:
        """A person stopped the run: ask once why, and whether it stays so."""
        if not await asyncio.to_thread(take_lease, incident.id, utc_now()):
            return
        await asyncio.to_thread(ledger().run_cancelled, incident.id, utc_now())
        log.warning("%s: a person cancelled its run; it is asked whether it stays so: runbooks answer", incident.id)
        await self._schedule(incident, sighting, "cancelled by a person, who is asked why", timedelta())

    async def _schedule(self, incident: Incident, sighting: Sighting, why: str, after: timedelta) -> bool:
        """Schedule a run whose lease this process has taken; false where it stands elsewhere by now."""
        run_id = UUID(incident.flow_run_id)
        self._roster.let_go.discard(str(run_id))
        state = await take_up(run_id, why, seen=sighting.state_id, after=after)
        if state is RunState.SCHEDULED and not after:
            self._go_on(incident, run_id)
        else:
            await asyncio.to_thread(ledger().release_lease, incident.id, owner(), utc_now())
        return state is RunState.SCHEDULED

    async def _forget(self, incident: Incident) -> None:
        """Its run is gone, or can't be run any more: it gets another, which goes on from what is kept and answered."""
        run_id = UUID(incident.flow_run_id)
        await self._rescue_answers(incident, run_id)
        with suppress(PrefectException, httpx.HTTPError):  # most are gone
            await end(run_id, "it can't be run any more, and another run goes on")
        if await asyncio.to_thread(ledger().lose_run, incident.id, str(incident.flow_run_id), utc_now()):
            log.warning(
                "%s: its run %s is gone, or can't be run any more; it gets another", incident.id, incident.flow_run_id
            )
            self._forgotten()

    async def _rescue_answers(self, incident: Incident, run_id: UUID) -> None:
        """Keep what was answered in a run and not taken in yet; of a cancelled one it is asked anew."""
        for key, fields in (await answers_given(run_id)).items():
            by = next((str(fields[name]) for name in SIGNED if name in fields), None)
            if by is not None and not key.startswith(STOPPED):
                await asyncio.to_thread(write_answer, incident.id, key, fields, by)


def _left_to_a_person(incident: Incident, sighting: Sighting) -> None:
    log.error(
        "%s stopped again and again, and is left to a person: %s; runbooks answer %s, or Retry in Prefect's UI",
        incident.id,
        sighting.said[:WHY_MAX],
        incident.id,
    )
