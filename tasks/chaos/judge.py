"""What was violated, by what was seen from outside."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from tasks.chaos.plan import Course
from tasks.chaos.seen import Row, Seen
from tasks.model.base import Value

DUPLICATE = "duplicate"
"""Verdict of an incident that another one answers."""
HALF_A_DAY = timedelta(hours=12)
"""What closed so much later than another one was opened was closed by a clock that is ahead."""
SECOND = timedelta(seconds=1)
"""The cloud's audit log has whole seconds."""


class Breach(StrEnum):
    """What must never be."""

    LOST = "lost"
    JOINED = "joined wrongly"
    DOUBLED = "doubled"
    MISSING = "missing"
    UNASKED = "unasked"
    STUCK = "stuck"
    CHAIN = "chain broken"
    UNTOLD = "untold"
    UNWELL = "unwell"


class Violation(Value):
    """One thing that must never be, and was.

    Args:
        whom: the incident, or the victim's uin where there is none.
    """

    breach: Breach
    whom: str
    said: str


def judge(seen: Seen) -> tuple[Violation, ...]:
    """Look for everything that must never be."""
    parts = (_lost, _joined, _doubled, _missing, _unasked, _stuck, _chains, _untold, _unwell)
    return tuple(violation for part in parts for violation in part(seen))


def _lost(seen: Seen) -> Iterator[Violation]:
    """Alerts that nobody took, or that were taken for nothing; answers that were accepted and are kept nowhere.

    An answer is kept by its key, or by the key without how often it was asked.
    """
    known = {row.id: row for row in seen.rows}
    for victim in seen.unsent:
        yield Violation(breach=Breach.LOST, whom=victim, said="its alert was never answered 202")
    for incident in sorted({one.incident for one in seen.taken} - known.keys()):
        yield Violation(breach=Breach.LOST, whom=incident, said="answered 202, and not in the ledger")
    for one in seen.answered:
        row = known.get(one.incident)
        kept = row is None or bool({one.key, one.key.rpartition("-")[0]} & row.answers)
        if row is not None and not kept and one.incident not in seen.meddled:
            yield Violation(breach=Breach.LOST, whom=row.id, said=f"the answer to {one.key} was accepted, and is gone")


def _joined(seen: Seen) -> Iterator[Violation]:
    """Reports in one incident that are of two people, incidents of nobody's report, two at a time for one login."""
    told = {one.incident for one in seen.taken}
    for one in seen.taken:
        row = next((each for each in seen.rows if each.id == one.incident), None)
        if row is not None and row.victim != one.victim:
            yield Violation(breach=Breach.JOINED, whom=row.id, said=f"is {row.victim}'s, and took {one.victim}'s alert")
    for row in seen.rows:
        if row.id not in told:
            yield Violation(breach=Breach.JOINED, whom=row.id, said="no alert that was answered is part of it")
    for rows in _by_victim(seen).values():
        for earlier, later in pairwise(rows):
            if earlier.closed_at is None or later.opened_at < earlier.closed_at < later.opened_at + HALF_A_DAY:
                yield Violation(breach=Breach.JOINED, whom=later.id, said=f"opened while {earlier.id} was open")


def _by_victim(seen: Seen) -> dict[str, list[Row]]:
    found = defaultdict[str, list[Row]](list)
    for row in sorted(seen.rows, key=lambda each: each.opened_at):
        if row.verdict != DUPLICATE:
            found[row.victim].append(row)
    return found


def _doubled(seen: Seen) -> Iterator[Violation]:
    """Changes that succeeded twice, unless the ledger says so and why."""
    told = {act.deed for act in seen.acts if act.told_twice}
    for what, count in Counter(deed.what for deed in seen.deeds).items():
        if count > 1 and what not in told:
            victim = next(deed.victim for deed in seen.deeds if deed.what == what)
            yield Violation(breach=Breach.DOUBLED, whom=victim, said=f"{what}: {count} times")


def _missing(seen: Seen) -> Iterator[Violation]:
    """What the ledger calls done, and the cloud never did; what it claimed and never said the end of."""
    done = {deed.what for deed in seen.deeds}
    closed = {row.id for row in seen.rows if row.closed}
    for act in seen.acts:
        if act.status in {"done", "verified"} and act.deed and act.deed not in done:
            yield Violation(breach=Breach.MISSING, whom=act.incident, said=f"{act.name} is {act.status}, and was not")
        if act.status == "claimed" and act.incident in closed:
            yield Violation(breach=Breach.MISSING, whom=act.incident, said=f"{act.name} stayed claimed")


def _unasked(seen: Seen) -> Iterator[Violation]:
    """Who was acted on before anybody approved, or after it was declined; who was let go though nobody said so."""
    approved = {row.victim: seen.approved[row.id] for row in seen.rows if row.id in seen.approved}
    for deed in seen.deeds:
        course = seen.courses.get(deed.victim)
        if not deed.victim or (seen.auto and deed.early):
            continue
        if deed.undoes and course is not Course.HARMLESS:
            yield Violation(breach=Breach.UNASKED, whom=deed.victim, said=f"{deed.what} took containment back")
        if not deed.undoes and (deed.victim not in approved or deed.at < approved[deed.victim] - SECOND):
            yield Violation(breach=Breach.UNASKED, whom=deed.victim, said=f"{deed.what} before anybody approved")


def _stuck(seen: Seen) -> Iterator[Violation]:
    """Incidents that are neither closed, nor wait with a form, nor were told to anybody."""
    for row in seen.rows:
        if not row.closed and row.id not in seen.standing:
            yield Violation(breach=Breach.STUCK, whom=row.id, said="is open, has no form, and nobody was told")


def _chains(seen: Seen) -> Iterator[Violation]:
    for row in seen.rows:
        if row.chain:
            yield Violation(breach=Breach.CHAIN, whom=row.id, said=row.chain)


def _untold(seen: Seen) -> Iterator[Violation]:
    """What could not be done, and the incident's record does not say so."""
    for row in seen.rows:
        for name in sorted(row.failed - row.recorded):
            if row.closed:
                yield Violation(breach=Breach.UNTOLD, whom=row.id, said=f"{name} was not done, and nobody was told")


def _unwell(seen: Seen) -> Iterator[Violation]:
    for said in seen.unwell:
        yield Violation(breach=Breach.UNWELL, whom="", said=said)
