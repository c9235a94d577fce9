"""What is usual for whom: the baseline, which grows login by login, and what of it supports a new login."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tasks.decide.anomaly.habits import joined
from tasks.decide.anomaly.recent import habit_of, recent_of, with_recent, with_vouched
from tasks.decide.usual import SETTLED, SUPPORTS, is_settled
from tasks.model.audit import AuditEvent
from tasks.model.principal import Principal
from tasks.model.watch import Baseline, Habit, Profile, Standing

KEPT = timedelta(days=400)
"""How long a habit is remembered, so that a return after a long quiet time is known as one."""

VERSION = 2
"""Of the baseline: since the second, a login becomes a habit only once it is settled."""

Standings = Mapping[str, Standing]
"""By a login's event id, what became of its incident; a login that has none is not in it."""

_NO_INCIDENTS: Standings = {}


def key_of(principal: Principal) -> str:
    """The key of a principal in the baseline."""
    return principal.uin or principal.name


def supporting(profile: Profile | None, at: datetime) -> tuple[Habit, ...]:
    """The habits of a principal that support a login at that time, with the recent logins that are old enough."""
    if profile is None:
        return ()
    habits = (habit for habit in profile.habits if at - SUPPORTS <= habit.last and habit.first <= at - SETTLED)
    recent = (one for one in profile.recent if is_settled(one.at, at) and not barred(one.standing))
    return (*habits, *(habit_of(one) for one in recent))


def everything(profile: Profile | None) -> tuple[Habit, ...]:
    """All logins of a principal that are remembered, whether they support anything or not."""
    return (*profile.habits, *(habit_of(one) for one in profile.recent)) if profile else ()


def barred(standing: Standing) -> bool:
    """Whether a login's incident makes it count for nothing; the rule is that of `tasks.decide.usual`."""
    return standing in (Standing.OPEN, Standing.REFUSED)


def baseline_of(
    events: Iterable[AuditEvent], *, whole: bool, now: datetime, standings: Standings = _NO_INCIDENTS
) -> Baseline:
    """The baseline that past logins make.

    Args:
        whole: whether these are all logins of the time.
        standings: what became of the incidents that some belong to.
    """
    found: dict[str, Profile] = {}
    account = ""
    for event in sorted((one for one in events if one.succeeded), key=lambda one: one.at):
        key, account = key_of(event.actor), account or event.account
        before = found.get(key) or Profile(principal=event.actor, whole=whole)
        found[key] = _with_past(before, event, standings.get(event.id, Standing.NONE), now)
    return Baseline(
        account=account, whole=whole, profiles=found, version=VERSION, accounted=tuple(sorted(standings.keys()))
    )


def grown(baseline: Baseline, profiles: Mapping[str, Profile], *, account: str) -> Baseline:
    """The baseline with these profiles in place of those that it had."""
    return baseline.model_copy(
        update={"account": baseline.account or account, "profiles": baseline.profiles | dict(profiles)}
    )


def pruned(baseline: Baseline, now: datetime) -> Baseline:
    """The baseline without what is too old to be remembered."""
    kept = {key: _young(profile, now) for key, profile in baseline.profiles.items()}
    left = {key: profile for key, profile in kept.items() if profile.habits or profile.recent}
    return baseline.model_copy(update={"profiles": left})


def with_login(profile: Profile, event: AuditEvent, *, at: datetime) -> Profile:
    """The profile with one more login in it, which is no habit yet; one that is in it already is not counted twice.

    Args:
        at: when the login was made.
    """
    return with_recent(profile, recent_of(event, at))


def _with_past(profile: Profile, event: AuditEvent, standing: Standing, now: datetime) -> Profile:
    if standing is Standing.REFUSED:
        return profile
    one = recent_of(event, event.at).model_copy(update={"standing": standing})
    if standing is Standing.PROVEN:
        profile = with_vouched(profile, one)
    if barred(standing) or event.at > now - SETTLED:
        return with_recent(profile, one)
    return profile.model_copy(update={"habits": joined(profile.habits, habit_of(one))})


def _young(profile: Profile, now: datetime) -> Profile:
    return profile.model_copy(
        update={
            "habits": tuple(habit for habit in profile.habits if habit.last >= now - KEPT),
            "recent": tuple(one for one in profile.recent if one.at >= now - SUPPORTS),
            "vouched": tuple(one for one in profile.vouched if one.at >= now - SUPPORTS),
        }
    )
