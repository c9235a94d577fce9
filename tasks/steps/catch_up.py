"""Going on from what turned up late: other facts, perhaps another suspect, and another run's incident."""

from typing import TypeVar

from tasks.decide.sentences import both
from tasks.engine.step import say
from tasks.ledger.off_loop import in_thread
from tasks.model.progress import Gathered
from tasks.model.suspect import Suspect
from tasks.runbooks.registry import runbook_of
from tasks.steps.contain_first import contain_late
from tasks.steps.late_event import TurnedUp, take_in
from tasks.steps.open_case import answered_elsewhere, claim
from tasks.steps.run_name import rename_run

G = TypeVar("G", bound=Gathered)

ABOUT_ANOTHER = both(
    "先前的回答说的不是记录里的这件事，要重新询问。",
    "Earlier answers were not about what the record shows: asked anew.",
)


async def catch_up(gathered: G, point: str) -> G:
    """Take in what turned up by this point: answers that are about the same still count, the others are asked anew.

    In mode auto it is contained then and there, where it would have been contained at once.
    """
    found = await take_in(gathered.case, point)
    return await go_on_from(gathered, _with(gathered, found), point)


async def go_on_from(before: G, known: G, point: str) -> G:
    """Go on with other facts: see whose incident it is, what the run is called, and what mode auto does at once."""
    other = await _answered_elsewhere(known)
    if other is not None:
        return known.model_copy(update={"duplicate_of": other})
    await rename_run(known.case, known.facts, point)
    contained = await contain_late(known, point)
    if before.at_once is not None and before.at_once.go and contained.outcomes == before.outcomes:
        return contained.model_copy(update={"at_once": before.at_once})  # it was contained at once, and still is
    return contained


def _with(gathered: G, found: TurnedUp) -> G:
    case, runbook = gathered.case, runbook_of(gathered.case.runbook)
    suspect = runbook.suspect(case.alert, found.facts)
    same = is_same(gathered.suspect, suspect, case.runbook)
    if not same and gathered.words:
        say("%s", case.pick(ABOUT_ANOTHER))
    changed = {
        "facts": found.facts,
        "suspect": suspect,
        "words": gathered.words if same else (),
        "asked": (),
        "late": found.told,
        "rests_on": found.event_id,
        "overtaken_at": "",
        "trail_then": None,
        "unapprovable": None,
    }
    fields = type(gathered).model_fields
    return gathered.model_copy(update={name: value for name, value in changed.items() if name in fields})


def is_same(asked: Suspect, found: Suspect, runbook: str) -> bool:
    """Whether answers about the one are answers about the other."""
    late = runbook_of(runbook).late
    return late is not None and late.same(asked, found)


async def _answered_elsewhere(gathered: Gathered) -> str | None:
    """The incident whose this event is already; None where it is ours, or where this one has acted and must go on."""
    case = gathered.case
    if not gathered.outcomes:
        return await answered_elsewhere(case, gathered.facts)
    await in_thread(claim)(case, gathered.facts)
    return None
