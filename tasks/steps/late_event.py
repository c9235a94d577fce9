"""An event that the audit log was late with, as its run hears of it: whether it turned up, and what it changes."""

from uuid import UUID

from tasks.checkin.links import read_checkins, with_checkins
from tasks.context import ledger, utc_now
from tasks.engine.questions import has_answer
from tasks.engine.step import goes_on, say, step
from tasks.ledger.off_loop import in_thread
from tasks.model.base import Sentence, Value
from tasks.model.case import Case
from tasks.model.facts import AnyFacts
from tasks.model.kept import read_kept
from tasks.model.progress import Gathered
from tasks.runbooks.registry import runbook_of
from tasks.steps.awaited import awaits
from tasks.steps.look_for_late import look_if_due


class TurnedUp(Value):
    """What turned up, and all facts gathered anew with it.

    Args:
        told: how late it was.
    """

    event_id: str
    facts: AnyFacts
    told: Sentence


async def overtaken(gathered: Gathered, point: str) -> bool:
    """Whether something turned up that the facts do not hold: before this point of the procedure, or while it waited.

    What ended a wait is read outside a step: the ledger's first word stands, so that a replay hears what the first walk
    heard. A person whose answer was accepted in the same moment is not passed over.

    Args:
        point: key of the wait that comes next, or a name of its own for another moment.
    """
    if not awaits(gathered):
        return False
    case = gathered.case
    if await turned_up_by(case, point):
        return True
    late = await in_thread(ledger().late_event)(case.incident_id)
    return late is not None and late.cut_key == point and not await _has_answer(case, point)


async def _has_answer(case: Case, key: str) -> bool:
    """Whether a question was answered, in this run or in one that is lost."""
    kept = await in_thread(ledger().answer)(case.incident_id, key) if goes_on() else None
    return kept is not None or await has_answer(UUID(case.run_id), key)


@step("late in the audit log? · {point}", name="turned_up_by", distinct=("point",))
async def turned_up_by(case: Case, point: str) -> bool:  # noqa: ARG001 - it tells the moments apart
    """Look for what is awaited, if that is due, and say whether it is there."""
    await look_if_due(case.incident_id)
    late = await in_thread(ledger().late_event)(case.incident_id)
    return late is not None and late.found_at is not None


@step("turned up late · {point}", name="take_in", distinct=("point",))
@in_thread
def take_in(case: Case, point: str) -> TurnedUp:  # noqa: ARG001 - it tells the moments apart
    """Go on from what turned up, with the devices that were shown until now."""
    late, runbook = ledger().late_event(case.incident_id), runbook_of(case.runbook)
    assert late is not None  # noqa: S101 - it was found
    assert late.found_at is not None  # noqa: S101 - the same
    assert runbook.late is not None  # noqa: S101 - it was awaited
    body, what = ledger().late_facts(case.incident_id), f"late facts of incident {case.incident_id}"
    facts = read_kept(runbook.facts, body, what=what, types=runbook)
    told = runbook.late.told(case.alert, facts, late.found_at)
    ledger().take_event(case.incident_id, utc_now())
    say("%s", case.pick(told))
    seen = read_checkins(case.incident_id)
    return TurnedUp(event_id=late.event_id or "", facts=with_checkins(case.runbook, facts, seen), told=told)
