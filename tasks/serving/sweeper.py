"""Every open incident has a driver: looked at when the process begins and every few seconds, and mended where not."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import httpx

from tasks.context import ledger, utc_now
from tasks.decide.driving import UNTOLD, Todo, judge, pause
from tasks.engine.owner import owner
from tasks.engine.recovery import take_up
from tasks.engine.runs import RunState
from tasks.engine.sightings import Lookout, Sighting
from tasks.engine.situation import held, situation_of
from tasks.engine.takeover import take_lease
from tasks.errors import RunbookError
from tasks.ledger.rows import Incident, Trouble
from tasks.serving.queue import Roster

log = logging.getLogger("runbooks.serve")

LOOK_S = 5.0
"""How often it is looked: what befalls a run is seen, said and mended within half a minute."""
SHARE = 10
"""A look may take a tenth of the time, however many incidents wait."""
WHY_MAX = 300
"""Characters that are kept of what an engine or a database said."""


class Sweeper:
    """Holds the rule of `tasks/decide/driving.py`; what it does is in the log, the ledger and the run's own state.

    Args:
        endpoint: the cloud whose incidents are ours.
        go_on: lets the run of an incident wait for a place here.
        forgotten: is called when an incident needs another run.
    """

    def __init__(
        self,
        endpoint: str,
        roster: Roster,
        *,
        go_on: Callable[[Incident, UUID], None],
        forgotten: Callable[[], None],
    ) -> None:
        self._endpoint = endpoint
        self._roster = roster
        self._go_on = go_on
        self._forgotten = forgotten
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
                await asyncio.wait_for(self._wake.wait(), max(LOOK_S, SHARE * (time.monotonic() - began)))

    async def look(self, *, anew: bool) -> None:
        """Look at every open incident that has a run, and see that somebody drives it.

        Args:
            anew: whether what was given up before is tried once more.
        """
        found = await asyncio.to_thread(ledger().bound_incidents, self._endpoint)
        if not found:
            return
        leases = await asyncio.to_thread(ledger().leases, self._endpoint)
        troubles = await asyncio.to_thread(ledger().open_troubles, self._endpoint)
        now = utc_now()
        seen = await self._lookout.sight([UUID(one.flow_run_id) for one in found], now)
        for incident in found:
            sighting = seen[UUID(incident.flow_run_id)]
            known = troubles.get(incident.id, Trouble(incident_id=incident.id))
            lease = held(leases.get(incident.id), sighting, now, let_go=incident.flow_run_id in self._roster.let_go)
            here = self._roster.find(incident.id) is not None
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
                await asyncio.to_thread(ledger().run_well, incident.id, utc_now())
            case Todo.NOTHING:
                return

    async def _take_up(self, incident: Incident, sighting: Sighting, after: timedelta) -> None:
        """Schedule a run again that came to a stop, if no other process is first."""
        if not await asyncio.to_thread(take_lease, incident.id, utc_now()):
            return
        why = sighting.said[:WHY_MAX]
        kept = await asyncio.to_thread(ledger().run_stopped, incident.id, why, utc_now())
        if kept.stops > UNTOLD:
            log.error("%s stopped %d times in a row: %s", incident.id, kept.stops, why)
        log.warning("%s had stopped (%s), and is taken up again in %.0f s", incident.id, why, after.total_seconds())
        await self._schedule(incident, sighting, f"taken up again, after it had stopped: {why}", after)

    async def _ask_why(self, incident: Incident, sighting: Sighting) -> None:
        """A person stopped the run: ask once why, and whether it stays so."""
        if not await asyncio.to_thread(take_lease, incident.id, utc_now()):
            return
        await asyncio.to_thread(ledger().run_cancelled, incident.id, utc_now())
        log.warning("%s: a person cancelled its run; it is asked whether it stays so: runbooks answer", incident.id)
        await self._schedule(incident, sighting, "cancelled by a person, who is asked why", timedelta())

    async def _schedule(self, incident: Incident, sighting: Sighting, why: str, after: timedelta) -> None:
        run_id = UUID(incident.flow_run_id)
        self._roster.let_go.discard(str(run_id))
        state = await take_up(run_id, why, seen=sighting.state_id, after=after)
        if state is RunState.SCHEDULED and not after:
            self._go_on(incident, run_id)
        else:
            await asyncio.to_thread(ledger().release_lease, incident.id, owner(), utc_now())

    async def _forget(self, incident: Incident) -> None:
        """Its run was deleted, or Prefect's database was lost: it gets another, which goes on from what is kept."""
        if await asyncio.to_thread(ledger().lose_run, incident.id, str(incident.flow_run_id), utc_now()):
            log.warning(
                "%s: Prefect does not know its run %s any more; it gets another", incident.id, incident.flow_run_id
            )
            self._forgotten()


def _left_to_a_person(incident: Incident, sighting: Sighting) -> None:
    log.error(
        "%s stopped again and again, and is left to a person: %s; runbooks answer %s, or Retry in Prefect's UI",
        incident.id,
        sighting.said[:WHY_MAX],
        incident.id,
    )
