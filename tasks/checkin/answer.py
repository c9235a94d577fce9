"""A check-in reaches the run that waits: it is shown beside the question, and answers it where the policy allows."""

import asyncio
import logging
from typing import Any
from uuid import UUID

import httpx
from prefect.exceptions import PrefectHTTPStatusError

from tasks.checkin.links import ANSWERS, read_checkins
from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.engine.questions import Accepted, Waiting, add_to_question, answer, may_answer, waiting_question, waits_for
from tasks.errors import LedgerError, RunbookError
from tasks.ledger.off_loop import in_thread
from tasks.model.answer import Answer
from tasks.model.checkin import CheckInLink
from tasks.model.policy import Policy
from tasks.model.record import Record
from tasks.model.runbook import Checkins
from tasks.reporting.escape import for_markdown
from tasks.runbooks.kept import record_in
from tasks.runbooks.registry import runbook_of

BEYOND_REACH = (RunbookError, PrefectHTTPStatusError, httpx.HTTPError)
"""What keeps a check-in from its run for now: the server is away, the ledger is busy, a file is broken."""

SWEEP_S = 30.0
"""How often check-ins that found nobody are looked for: it is rare, and a person waits for it."""

log = logging.getLogger("runbooks.checkin")


async def follow(link: CheckInLink) -> None:
    """Bring a check-in that was just made to the run that waits; what can't be done now is left to `answer_open`."""
    try:
        if not await answer_waiting(link.incident_id):
            await show_waiting(link)
    except BEYOND_REACH as exc:
        log.warning("%s: the check-in is kept, but its run was not told (%s)", link.incident_id, type(exc).__name__)


async def answer_open() -> int:
    """Answer every open incident's question that a check-in answers; how many were.

    Who recorded a check-in may have died, or found Prefect's server away, before the run was told.
    """
    answered = 0
    for incident_id in await asyncio.to_thread(ledger().incidents_with_checkins):
        try:
            answered += await answer_waiting(incident_id)
        except BEYOND_REACH as exc:
            log.warning("%s: the check-in's run was not told (%s)", incident_id, type(exc).__name__)
    return answered


async def keep_answering() -> None:
    """Do so when a process begins, and again and again until it is cancelled."""
    while True:
        try:
            await answer_open()
        except LedgerError as exc:
            log.warning("check-ins can't be read now (%s)", type(exc).__name__)
        await asyncio.sleep(SWEEP_S)


async def answer_waiting(incident_id: str) -> bool:
    """Answer the question that an incident waits with, if check-ins do; the run then looks at them by itself."""
    speaker = await in_thread(_speaker)(incident_id)
    waiting = await _waiting(incident_id) if speaker else None
    checkins = await in_thread(_checkins)(incident_id)
    if speaker is None or waiting is None or checkins is None or not waits_for(waiting, checkins.question):
        return False
    if not may_answer(waiting, speaker) or await in_thread(_spoke_before)(incident_id, waiting.key):
        return False
    await in_thread(ledger().note)(incident_id, ANSWERS, who=speaker, detail={"key": waiting.key}, at=utc_now())
    form = {"answer": "yes", "answered_by": speaker}
    return isinstance(await answer(waiting.flow_run_id, form, key=waiting.key), Accepted)


def _spoke_before(incident_id: str, key: str) -> bool:
    """Whether a check-in answered already and the run asks again all the same: then a person has to."""
    entries = ledger().timeline(incident_id)
    return any(entry.what == ANSWERS and entry.detail != {"key": key} for entry in entries)


async def show_waiting(link: CheckInLink) -> None:
    """Show a check-in beside whatever question the incident waits with."""
    record, waiting = await in_thread(_record)(link.incident_id), await _waiting(link.incident_id)
    checkins = await in_thread(_checkins)(link.incident_id)
    if link.checkin is None or record is None or waiting is None or checkins is None:
        return
    suspect = runbook_of(record.runbook).suspect(record.alert, record.facts)
    told = checkins.told(link.checkin, suspect)
    await add_to_question(waiting, f"**{for_markdown(told.zh if record.lang == 'zh' else told.en)}**")


def _speaker(incident_id: str) -> str | None:
    return speaks(incident_id, load_policy(settings().policy))


def speaks(incident_id: str, policy: Policy) -> str | None:
    """Whose check-ins answer the incident's question with yes; None where none do, or the policy does not let them."""
    record, checkins = (_record(incident_id) if policy.checkin_answers else None), _checkins(incident_id)
    if record is None or record.facts is None or checkins is None:
        return None
    facts = checkins.shown(record.facts, read_checkins(incident_id))
    given = tuple(Answer(question=name, **dict(one)) for name, one in record.answers.items())
    suspect = runbook_of(record.runbook).suspect(record.alert, facts)
    return checkins.proves(suspect, facts, given, policy)


def _record(incident_id: str) -> Record | None:
    return record_in(ledger().record(incident_id), ledger().incident(incident_id))


def _checkins(incident_id: str) -> Checkins[Any, Any] | None:
    """How devices count for the incident; None where its runbook has no use for them."""
    return runbook_of(ledger().incident(incident_id).runbook).checkins


async def _waiting(incident_id: str) -> Waiting | None:
    run_id = (await in_thread(ledger().incident)(incident_id)).flow_run_id
    question = await waiting_question(UUID(run_id)) if run_id else None
    return question if isinstance(question, Waiting) else None
