"""Trying again what failed, when it is due, and waking the run that waits for it; in whichever process lives.

What is due stands in the ledger: a process that dies within a try is followed by another, which looks first.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from tasks.config.settings import settings
from tasks.contain.execute import try_again
from tasks.contain.responder import Responder
from tasks.context import check_endpoint, cloud_at, ledger, utc_now
from tasks.decide.tries import HELD, next_try
from tasks.engine.owner import owner
from tasks.engine.questions import Waiting, waiting_question, wake
from tasks.ledger.rows import Try
from tasks.model.kept import read_kept
from tasks.model.plan import Action
from tasks.steps.ask import waiting_key
from tasks.steps.forms import TRIES

log = logging.getLogger("runbooks.tries")

SWEEP_S = 10.0
"""How often it is seen what is due; the shortest wait is a minute."""
AT_ONCE = 4
"""Tries at the same time: a cloud that hangs keeps one for a minute."""


async def keep_trying(endpoint: str) -> None:
    """Try again what is due, for ever, in the incidents of one cloud.

    Args:
        endpoint: the cloud's address; empty for the vendor's own.
    """
    while True:
        await _unless_away(try_all(endpoint), endpoint or "the cloud")
        await asyncio.sleep(SWEEP_S)


async def try_all(endpoint: str) -> None:
    """Make every try that is due by now, and wake the runs for which nothing is left to wait for."""
    due = await asyncio.to_thread(ledger().due_tries, endpoint, utc_now())
    await _make(due)
    for incident_id in await asyncio.to_thread(ledger().untaken_tries, endpoint):
        await _unless_away(_wake(incident_id), incident_id)


async def keep_trying_for(run_id: UUID) -> None:
    """Try again what is due in the incident of one run, as long as it is looked after: it may have nobody else."""
    while True:
        await asyncio.sleep(SWEEP_S)
        await _unless_away(_try_for(run_id), str(run_id))


async def _try_for(run_id: UUID) -> None:
    incident = await asyncio.to_thread(ledger().incident_of_run, str(run_id))
    if incident is None:
        return
    due = await asyncio.to_thread(ledger().due_tries, incident.endpoint, utc_now())
    await _make(tuple(one for one in due if one.incident_id == incident.id))
    if incident.id in await asyncio.to_thread(ledger().untaken_tries, incident.endpoint):
        await _wake(incident.id)


async def _make(due: tuple[Try, ...]) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def make(one: Try) -> None:
        async with places:
            await _unless_away(asyncio.to_thread(try_once, one), one.incident_id)

    await asyncio.gather(*(make(one) for one in due))


def try_once(seen: Try) -> bool:
    """Make one try that is due; false where another process has it in hand, or it is not wanted any more."""
    incident, began = ledger().incident(seen.incident_id), utc_now()
    check_endpoint(incident.id, incident.endpoint)
    if not ledger().begin_try(seen, began, began + HELD):
        return False
    action = read_kept(Action, seen.request, what=f"{seen.kind}:{seen.target} of incident {incident.id}")
    cloud, number = cloud_at(incident.endpoint, settings().site), seen.made + 1
    responder = Responder(cloud, ledger(), incident.id, owner(), utc_now)
    outcome = try_again(responder, action, number, plan_hash=seen.plan_hash, by=seen.by)
    at, said = utc_now(), outcome.detail.model_dump(mode="json")
    due_at = next_try(number, at) if outcome.again else None
    ledger().end_try(seen, status=outcome.status, due_at=due_at, said=said, at=at)
    log.info("%s: try %d of %s → %s: %s", incident.id, number, outcome.name, outcome.status, outcome.detail.en)
    return True


async def _wake(incident_id: str) -> None:
    """Let the run go on that waits for tries; one at work, or at another question, hears of them later."""
    incident = await asyncio.to_thread(ledger().incident, incident_id)
    question = await waiting_question(UUID(incident.flow_run_id)) if incident.flow_run_id else None
    if isinstance(question, Waiting) and question.description and question.key.startswith(waiting_key(TRIES)):
        await wake(question)


async def _unless_away(work: Coroutine[Any, Any, object], where: str) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever one incident raises, the others are tried
        log.warning("%s: trying again, or telling of it, failed for now: %s", where, error)
