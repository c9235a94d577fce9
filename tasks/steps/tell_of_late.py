"""Telling a run that waits of what the audit log shows by now, or of what it never showed."""

import asyncio
from uuid import UUID

from tasks.context import ledger, utc_now
from tasks.decide.sentences import both
from tasks.engine.questions import Waiting, add_to_question, waiting_question, wake
from tasks.ledger.rows import Incident, LateEvent
from tasks.model.base import Sentence
from tasks.reporting.escape import for_markdown
from tasks.runbooks.kept import record_in
from tasks.runbooks.registry import runbook_of
from tasks.steps.ask import waiting_key
from tasks.steps.awaited import looks_of
from tasks.steps.forms import GUIDED, TRIES
from tasks.steps.publish import publish_again

LATER = both(
    "操作审计里现在有这次登录的记录了；这些步骤完成之后，会按它重新判断。",
    "By now the audit log shows the login; once these steps are done, the case is judged anew by it.",
)


async def tell(incident_id: str) -> bool:
    """Wake the run that waits with a question from before something turned up; true where it was woken.

    A run at work hears of it by itself. Which wait ended is in the ledger before the run is woken, and no other wait is
    ever ended by the same news. One that has suspended, but not written its question yet, is left until it has.
    """
    late = await asyncio.to_thread(ledger().late_event, incident_id)
    if late is None or late.found_at is None or late.taken_at is not None:
        return False
    waiting = await _waiting(await asyncio.to_thread(ledger().incident, incident_id))
    if waiting is None or not waiting.description:
        return False
    if waiting.key.startswith((waiting_key(GUIDED), waiting_key(TRIES))):
        await _add(waiting, LATER, await asyncio.to_thread(ledger().incident, incident_id))
        return False
    if not await asyncio.to_thread(ledger().cut_wait, incident_id, waiting.key, utc_now()):
        return False
    return await wake(waiting)


async def say_what_was_seen(before: LateEvent) -> None:
    """Say beside a question that waits that the last look is over, or that it found nothing for another reason."""
    incident = await asyncio.to_thread(ledger().incident, before.incident_id)
    late = await asyncio.to_thread(ledger().late_event, before.incident_id)
    if late is None or late.found_at is not None:
        return
    if late.due_at is not None and late.said == before.said:
        return
    waiting, told = await _waiting(incident), await asyncio.to_thread(_told, incident, late)
    if waiting is None:
        return
    for sentence in told:
        await _add(waiting, sentence, incident)
    await asyncio.to_thread(publish_again, incident)


def _told(incident: Incident, late: LateEvent) -> tuple[Sentence, ...]:
    """What an answer rests on by now."""
    record, runbook = record_in(ledger().record(incident.id), incident), runbook_of(incident.runbook)
    if record is None or record.facts is None:
        return ()
    return runbook.text.rests_on(record.alert, record.facts, "", looks_of(late))


async def _waiting(incident: Incident) -> Waiting | None:
    question = await waiting_question(UUID(incident.flow_run_id)) if incident.flow_run_id else None
    return question if isinstance(question, Waiting) else None


async def _add(waiting: Waiting, sentence: Sentence, incident: Incident) -> None:
    """Put a sentence at the end of a question's text, once."""
    words = f"**{for_markdown(sentence.zh if incident.lang == 'zh' else sentence.en)}**"
    now = await waiting_question(waiting.flow_run_id)  # somebody may have added to it meanwhile
    if isinstance(now, Waiting) and now.key == waiting.key and words not in now.description:
        await add_to_question(now, words)
