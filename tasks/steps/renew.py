"""Going on from facts and answers that are too old to act on: gathered anew, and what has lapsed is asked again."""

from datetime import datetime
from typing import TypeVar

from tasks.checkin.links import read_checkins, with_checkins
from tasks.context import cloud_of, ledger, utc_now
from tasks.decide.expiry import gathered_anew, oldest, still_good
from tasks.engine.step import say, step
from tasks.ledger.base import MACHINE
from tasks.ledger.off_loop import in_thread
from tasks.lookup.collector import silent
from tasks.model.base import Sentence
from tasks.model.case import Case
from tasks.model.facts import AnyFacts
from tasks.model.message import Reported
from tasks.model.progress import Gathered
from tasks.runbooks.registry import runbook_of
from tasks.steps.catch_up import catch_up, go_on_from, is_same
from tasks.steps.gather import _gather
from tasks.steps.late_event import overtaken
from tasks.steps.look_for_late import _keep

G = TypeVar("G", bound=Gathered)


async def renew(gathered: G, point: str) -> G:
    """Gather facts anew; answers that still count are kept, the others are asked again.

    What the audit log shows late by then is taken in as ever. What was contained stays so, and is not done again.

    Args:
        point: key of the wait whose answer came too late, or a name of its own for another moment.
    """
    case, moment, at = gathered.case, f"lapsed · {point}", gathered.heard_at or gathered.case.begun_at
    good = still_good(gathered.words, at, case.policy)
    told = gathered_anew(oldest(gathered), at, case.policy, len(gathered.words) - len(good))
    left = gathered.model_copy(update={"words": good, "renewed": told, "overtaken_at": "", "heard_at": None})
    if await overtaken(left, moment):
        return await catch_up(left, moment)
    facts = await gather_anew(case, moment, told)
    return await go_on_from(left, _with(left, facts), moment)


@step("gather anew · {point}", name="gather_anew", distinct=("point",))
async def gather_anew(case: Case, point: str, told: Sentence) -> AnyFacts:  # noqa: ARG001 - it tells the moments apart
    """Gather all facts once more, with the devices that were shown until now, and say why."""
    say("%s", case.pick(told))
    reported = Reported(runbook=case.runbook, alert=case.alert)
    facts = await _gather(cloud_of(case), case.incident_id, reported, case.policy, lang=case.lang, progress=silent)
    await in_thread(_note)(case, facts, told, utc_now())
    return with_checkins(case.runbook, facts, await in_thread(read_checkins)(case.incident_id))


def _note(case: Case, facts: AnyFacts, told: Sentence, at: datetime) -> None:
    """Write into the ledger why facts were gathered anew; a record that was awaited and is there is awaited no more."""
    book = ledger()
    book.note(case.incident_id, "gathered_anew", who=MACHINE, detail={"why": told.model_dump(mode="json")}, at=at)
    late = book.late_event(case.incident_id)
    if late is None or late.found_at is not None or runbook_of(case.runbook).correlation.record(facts) is None:
        return
    _keep(book.incident(case.incident_id), late, facts, at)
    book.take_event(case.incident_id, at)


def _with(gathered: G, facts: AnyFacts) -> G:
    case = gathered.case
    suspect = runbook_of(case.runbook).suspect(case.alert, facts)
    same = gathered.suspect == suspect or is_same(gathered.suspect, suspect, case.runbook)
    changed = {
        "facts": facts,
        "suspect": suspect,
        "words": gathered.words if same else (),
        "as_of": facts.gathered_at.isoformat(),
        "trail_then": None,
        "unapprovable": None,
    }
    fields = type(gathered).model_fields
    return gathered.model_copy(update={name: value for name, value in changed.items() if name in fields})
