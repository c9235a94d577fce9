"""Correlation: whether two reports mean one login. Repeats and further reports join, a second victim never does."""

from collections.abc import Sequence
from datetime import timedelta

from tasks.decide.identity import MAIN_NAMES
from tasks.model.sighting import Sighting

NAMED_WINDOW = timedelta(minutes=10)
"""How far the times of two reports of one person's login from one address may be apart: minutes are rounded, and
a watcher reads the audit log's own clock."""

UNNAMED_WINDOW = timedelta(seconds=60)
"""How far they may be apart where a report names nobody: two people may share an address, so only the moment counts."""

UNDATED_WINDOW = timedelta(hours=24)
"""How long a report without a login's time means the incident that is known already."""

MAIN = "root"


def joins(new: Sighting, known: Sequence[Sighting]) -> str | None:
    """The incident that a new report belongs to; None where it is, or may be, about another login.

    Args:
        new: the report.
        known: earlier reports that share its address or its principal.
    """
    repeated = next((one.incident_id for one in known if _is_repeat(new, one)), None)
    if repeated is not None:
        return repeated
    fitting = [one for one in known if _is_same_login(new, one)]
    named = {one.incident_id: one for one in fitting if _name(one) and _name(new)}
    if named:
        return min(named.values(), key=lambda one: _apart(new, one)).incident_id
    incidents = {one.incident_id for one in fitting}
    return incidents.pop() if len(incidents) == 1 else None  # which of several it means would be a guess


def _is_repeat(new: Sighting, one: Sighting) -> bool:
    """Whether the sender repeats a message about one login."""
    same = bool(new.sha256) and new.sha256 == one.sha256 and _what(new) == _what(one)
    return same and new.at - one.at <= UNDATED_WINDOW


def _what(one: Sighting) -> tuple[object, ...]:
    return one.account, _name(one), one.ip, one.happened_at


def _is_same_login(new: Sighting, one: Sighting) -> bool:
    pairs = ((new.account, one.account), (_name(new), _name(one)), (new.ip, one.ip))
    if any(mine and theirs and mine != theirs for mine, theirs in pairs):
        return False
    both_named, both_placed = bool(_name(new) and _name(one)), bool(new.ip and one.ip)
    if new.happened_at is None or one.happened_at is None:
        return both_named and both_placed and abs(new.at - one.at) <= UNDATED_WINDOW
    window = NAMED_WINDOW if both_named else UNNAMED_WINDOW
    return (both_named or both_placed) and abs(new.happened_at - one.happened_at) <= window


def _name(one: Sighting) -> str:
    """The principal's name; the main account has several, its own id among them."""
    name = one.principal
    return MAIN if name and (name in MAIN_NAMES or name == one.account) else name


def _apart(new: Sighting, one: Sighting) -> timedelta:
    if new.happened_at is None or one.happened_at is None:
        return abs(new.at - one.at)
    return abs(new.happened_at - one.happened_at)
