"""What the baseline learns as time goes by and cases are closed.

A recent login becomes a habit once it is a week old and belongs to no incident, or to one that was closed as harmless.
What was contained, or was to be, is forgotten. What proved to be harmless lapses the raise at once for that person,
place and operator. Somebody's word alone does not, for whoever holds the account can give it; nor does a declined plan.
"""

from datetime import datetime, timedelta

from tasks.decide.anomaly.baseline import Standings, barred
from tasks.decide.anomaly.habits import HABITS_MAX, joined
from tasks.decide.anomaly.recent import VOUCHED_MAX, habit_of, with_vouched
from tasks.decide.usual import SETTLED, SUPPORTS
from tasks.model.watch import Baseline, Profile, Recent, Standing

UNKNOWN_FOR = timedelta(days=1)
"""How long an incident of a login that no profile knows may be the audit log's, which is late; later it is a habit."""


def learned(baseline: Baseline, standings: Standings, now: datetime) -> Baseline:
    """The baseline after a look at what became of incidents; the very same where there is nothing to learn."""
    new = {key: _learned(profile, standings, now) for key, profile in baseline.profiles.items()}
    seen = {one.event_id for profile in baseline.profiles.values() for one in profile.recent}
    accounted = tuple(sorted((seen | set(baseline.accounted)) & standings.keys()))
    changed = any(new[key] is not profile for key, profile in baseline.profiles.items())
    if not changed and accounted == baseline.accounted:
        return baseline
    return baseline.model_copy(update={"profiles": new, "accounted": accounted})


def overlooked(baseline: Baseline, standings: Standings) -> frozenset[str]:
    """Events of incidents that bar them, of which no profile knows: they may have become habits before.

    Args:
        standings: of incidents that are old enough to be known.
    """
    seen = {one.event_id for profile in baseline.profiles.values() for one in profile.recent}
    wanted = {event for event, standing in standings.items() if barred(standing)}
    return frozenset(wanted - seen - set(baseline.accounted))


def relearned(old: Baseline, read: Baseline, now: datetime) -> Baseline:
    """The baseline as the audit log shows it, with what only the old one remembers: longer ago, and proven."""
    before = {key: _long_ago(profile, now) for key, profile in old.profiles.items()}
    shown = {key: _with_memory(profile, before.get(key)) for key, profile in read.profiles.items()}
    return read.model_copy(update={"account": read.account or old.account, "profiles": before | shown})


def _with_memory(read: Profile, before: Profile | None) -> Profile:
    if before is None:
        return read
    vouched = tuple(one for one in before.vouched if one not in read.vouched)
    return read.model_copy(
        update={
            "habits": (*read.habits, *before.habits)[:HABITS_MAX],
            "vouched": (*vouched, *read.vouched)[-VOUCHED_MAX:],
        }
    )


def _long_ago(profile: Profile, now: datetime) -> Profile:
    habits = tuple(habit for habit in profile.habits if habit.last < now - SUPPORTS)
    return profile.model_copy(update={"habits": habits, "recent": ()})


def _learned(profile: Profile, standings: Standings, now: datetime) -> Profile:
    marked = tuple(_marked(one, standings) for one in profile.recent)
    if not any(_settled(one, now) or new is not one for one, new in zip(profile.recent, marked, strict=True)):
        return profile
    habits, found = profile.habits, profile
    for old, new in zip(profile.recent, marked, strict=True):
        if new.standing is Standing.PROVEN and old.standing is not Standing.PROVEN:
            found = with_vouched(found, new)
        if _settled(new, now):
            habits = joined(habits, habit_of(new))
    kept = tuple(one for one in marked if one.standing is not Standing.REFUSED and not _settled(one, now))
    return found.model_copy(update={"habits": habits, "recent": kept})


def _settled(one: Recent, now: datetime) -> bool:
    return one.at <= now - SETTLED and not barred(one.standing)


def _marked(one: Recent, standings: Standings) -> Recent:
    standing = standings.get(one.event_id, Standing.NONE)
    return one if one.standing is standing else one.model_copy(update={"standing": standing})
