"""How an incident stands once a person undid its containment: it is not claimed any more."""

from tasks.decide.sentences import both, moment, shorten
from tasks.decide.verdict import ALL_DONE, DONE, active_containment
from tasks.model.base import Sentence
from tasks.model.decision import Verdict
from tasks.model.plan import Outcome, Plan
from tasks.model.record import Record

CLAIMING: frozenset[Verdict] = frozenset(("contained", "containment_incomplete", "undone"))
"""Verdicts that say of containment that it holds, or what of it."""


def verdict_after_undo(
    verdict: Verdict,
    plan: Plan,
    outcomes: tuple[Outcome, ...],
    put_back: tuple[Outcome, ...],
    undone: tuple[Outcome, ...],
) -> Verdict:
    """The verdict, now that this was undone: `undone` where all that can be is, else incomplete.

    Args:
        undone: what came of each undoing, whatever it was.
    """
    if verdict not in CLAIMING or not any(one.status in DONE for one in undone):
        return verdict
    for_good = {action.name for action in plan.actions if action.undo is None}
    active = active_containment(outcomes, (*put_back, *undone))
    return "containment_incomplete" if any(one.name not in for_good for one in active) else "undone"


def amended(record: Record, undone: tuple[Outcome, ...]) -> Record:
    """The record with what was undone: who, when and what stands in its verdict and reasons; again is the same."""
    done = tuple(one for one in undone if one.status in DONE)
    if not done:
        return record
    found = verdict_after_undo(record.verdict, record.plan, record.actions, record.put_back, done)
    new = tuple(words for one in done if (words := undone_words(one)) not in record.reasons)
    kept = tuple(reason for reason in record.reasons if reason != ALL_DONE)
    return record.model_copy(update={"undone": done, "verdict": found, "reasons": (*kept, *new)})


def undone_words(one: Outcome) -> Sentence:
    """Who undid what, and when."""
    at, name = moment(one.at), shorten((one.name,))
    return both(f"{one.by} 于 {at.zh} 撤销了 {name.zh}。", f"{name.en} was undone by {one.by} {at.en}.")
