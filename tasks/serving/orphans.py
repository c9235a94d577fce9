"""Incidents whose process died: at work, in the moment of asking, or before their run was begun."""

import asyncio
import logging
from collections.abc import Callable
from uuid import UUID

import httpx

from tasks.context import ledger, utc_now
from tasks.engine.questions import BrokenWait, waiting_question
from tasks.engine.recovery import ask_again
from tasks.engine.runs import RunState, view
from tasks.engine.takeover import is_over, take_over
from tasks.errors import EngineError, LedgerError
from tasks.ledger.rows import Incident
from tasks.serving.queue import Roster

log = logging.getLogger("runbooks.serve")

LOOK_S = 10.0
"""How often it is looked for dead processes; a lease on another machine lasts three times as long."""
THOROUGH = 6
"""Every so many looks the runs without a lease are looked at as well: a worker of Prefect's takes none."""


class Adopting:
    """Takes over what others left, and lets it wait for a place here.

    Args:
        endpoint: the cloud whose incidents are ours.
        go_on: lets the run of an incident wait for a place.
    """

    def __init__(self, endpoint: str, roster: Roster, go_on: Callable[[Incident, UUID], None]) -> None:
        self._endpoint = endpoint
        self._roster = roster
        self._go_on = go_on

    async def run(self) -> None:
        """Look for ever, thoroughly at first."""
        number = 0
        while True:
            try:
                await self.look(thorough=number % THOROUGH == 0)
            except (httpx.HTTPError, EngineError, LedgerError) as error:
                log.debug("can't look for what others left: %s", error)
            number += 1
            await asyncio.sleep(LOOK_S)

    async def look(self, *, thorough: bool) -> None:
        """Take over every open incident whose process is known to be dead."""
        for incident in await asyncio.to_thread(ledger().bound_incidents, self._endpoint, leased=not thorough):
            if self._roster.find(incident.id) is None:
                await self._one(incident)

    async def _one(self, incident: Incident) -> None:
        held = await asyncio.to_thread(ledger().lease, incident.id)
        if held is not None and not is_over(held, utc_now()):
            return
        run_id = UUID(incident.flow_run_id)
        state = (await view(run_id)).state
        if state is RunState.SUSPENDED:
            await self._mend(run_id)
        elif await take_over(incident, run_id, state) is RunState.SCHEDULED:
            self._go_on(incident, run_id)

    async def _mend(self, run_id: UUID) -> None:
        """A process that died just before it wrote its question down left a run that nobody can answer."""
        found = await waiting_question(run_id)
        if isinstance(found, BrokenWait):
            await ask_again(found)
