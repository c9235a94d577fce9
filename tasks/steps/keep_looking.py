"""Looking again for what the audit log is late with, and telling the run that waits; in whichever process lives.

What is due, and whom nobody told yet, stands in the ledger: a process that dies between two steps is followed by any
other, and two that do the same do it once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
from prefect.exceptions import PrefectHTTPStatusError

from tasks.context import ledger, utc_now
from tasks.errors import RunbookError
from tasks.ledger.rows import IncidentStatus, LateEvent
from tasks.steps.look_for_late import look
from tasks.steps.open_anew import open_anew
from tasks.steps.tell_of_late import say_what_was_seen, tell
from tasks.steps.try_again import keep_trying_for

log = logging.getLogger("runbooks.late")

SWEEP_S = 10.0
"""How often it is seen what is due; the shortest look is after a minute."""

BEYOND_REACH = (RunbookError, PrefectHTTPStatusError, httpx.HTTPError)
"""What keeps a look, or its news, from getting through for now; the ledger still says that it is due."""


async def keep_looking(endpoint: str) -> None:
    """Look when it is due, for ever, at the incidents of one cloud.

    Args:
        endpoint: the cloud's address; empty for the vendor's own.
    """
    while True:
        await _unless_away(look_at_all(endpoint), endpoint or "the cloud")
        await asyncio.sleep(SWEEP_S)


async def look_at_all(endpoint: str) -> None:
    """Make every look that is due by now, one after the other, and tell every run that nobody told yet.

    An incident that was closed before is opened anew.
    """
    for late in await asyncio.to_thread(ledger().due_looks, endpoint, utc_now()):
        await _unless_away(_look(late), late.incident_id)
    for late in await asyncio.to_thread(ledger().untaken_events, endpoint):
        await _unless_away(_bring_home(late), late.incident_id)


async def _bring_home(late: LateEvent) -> None:
    incident = await asyncio.to_thread(ledger().incident, late.incident_id)
    if incident.status is IncidentStatus.OPEN:
        await tell(late.incident_id)
    else:
        await asyncio.to_thread(open_anew, late)


@asynccontextmanager
async def looking(run_id: UUID) -> AsyncIterator[None]:
    """Look for what one run awaits as long as the block lasts: a run in the terminal may have nobody else.

    What failed is tried again, too.
    """
    tasks = [asyncio.create_task(each(run_id)) for each in (_keep_looking_for, keep_trying_for)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_looking_for(run_id: UUID) -> None:
    while True:
        await asyncio.sleep(SWEEP_S)
        await _unless_away(look_for_run(run_id), str(run_id))


async def look_for_run(run_id: UUID) -> None:
    """Make the look for one run, if it is due, and tell it what turned up, if nobody has."""
    incident = await asyncio.to_thread(ledger().incident_of_run, str(run_id))
    late = await asyncio.to_thread(ledger().late_event, incident.id) if incident else None
    if late is None:
        return
    if late.due_at is not None and late.due_at <= utc_now():
        await _look(late)
    await tell(late.incident_id)


async def _look(late: LateEvent) -> None:
    if await look(late):
        await say_what_was_seen(late)


async def _unless_away(work: Coroutine[Any, Any, object], where: str) -> None:
    try:
        await work
    except BEYOND_REACH as error:
        log.warning("%s: looking again, or telling of it, failed for now (%s)", where, type(error).__name__)
