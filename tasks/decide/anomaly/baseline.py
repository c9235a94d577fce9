"""What is usual for whom: the baseline, which grows login by login, and what of it supports a new login."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tasks.decide.geography import place_key
from tasks.decide.usual import SETTLED, SUPPORTS
from tasks.model.address import subscriber_network
from tasks.model.audit import AuditEvent
from tasks.model.principal import Principal
from tasks.model.watch import Baseline, Habit, Profile

KEPT = timedelta(days=400)
"""How long a habit is remembered, so that a return after a long quiet time is known as one."""

ADDRESSES_MAX = 8
"""Networks that are remembered of a habit; people with changing addresses have more, and none of them says much."""

HABITS_MAX = 60
"""Habits that are remembered of one principal, the newest first: an identity that hundreds use has no habits."""


def key_of(principal: Principal) -> str:
    """The key of a principal in the baseline."""
    return principal.uin or principal.name


def supporting(profile: Profile | None, at: datetime) -> tuple[Habit, ...]:
    """The habits of a principal that support a login at that time."""
    return tuple(habit for habit in profile.habits if _supports(habit, at)) if profile else ()


def baseline_of(events: Iterable[AuditEvent], *, whole: bool) -> Baseline:
    """The baseline that past logins make; none of them was compared with anything yet.

    Args:
        whole: whether these are all logins of the time.
    """
    found: dict[str, Profile] = {}
    account = ""
    for event in sorted((one for one in events if one.succeeded), key=lambda one: one.at):
        key, account = key_of(event.actor), account or event.account
        before = found.get(key) or Profile(principal=event.actor, whole=whole)
        found[key] = with_login(before, event, at=event.at, usual=False)
    return Baseline(account=account, whole=whole, profiles=found)


def grown(baseline: Baseline, profiles: Mapping[str, Profile], *, account: str) -> Baseline:
    """The baseline with these profiles in place of those that it had."""
    return baseline.model_copy(
        update={"account": baseline.account or account, "profiles": baseline.profiles | dict(profiles)}
    )


def pruned(baseline: Baseline, now: datetime) -> Baseline:
    """The baseline without what is too old to be remembered."""
    kept = {key: _young(profile, now - KEPT) for key, profile in baseline.profiles.items()}
    return baseline.model_copy(update={"profiles": {key: profile for key, profile in kept.items() if profile.habits}})


def with_login(profile: Profile, event: AuditEvent, *, at: datetime, usual: bool) -> Profile:
    """The profile with one more login in it.

    Args:
        at: when the login was made.
        usual: whether it was compared and found usual.
    """
    new = Habit(place=event.place, mfa=event.mfa, usual=usual, addresses=_networks(event.ip), first=at, last=at)
    alike = next((habit for habit in profile.habits if _alike(habit, new)), None)
    rest = tuple(habit for habit in profile.habits if habit is not alike)
    joined = new if alike is None else _joined(alike, new)
    return profile.model_copy(update={"habits": (joined, *rest)[:HABITS_MAX]})


def _supports(habit: Habit, at: datetime) -> bool:
    recent = at - SUPPORTS <= habit.last
    return recent and habit.first < at and (habit.usual or habit.first <= at - SETTLED)


def _networks(ip: str) -> tuple[str, ...]:
    return (network,) if (network := subscriber_network(ip)) else ()


def _alike(one: Habit, other: Habit) -> bool:
    return _what(one) == _what(other)


def _what(habit: Habit) -> tuple[object, ...]:
    operator = habit.place.operator if habit.place else ""
    return habit.usual, habit.mfa, *place_key(habit.place), operator


def _joined(old: Habit, new: Habit) -> Habit:
    return old.model_copy(
        update={
            "addresses": tuple(dict.fromkeys((*new.addresses, *old.addresses)))[:ADDRESSES_MAX],
            "first": min(old.first, new.first),
            "last": max(old.last, new.last),
            "count": old.count + new.count,
        }
    )


def _young(profile: Profile, since: datetime) -> Profile:
    return profile.model_copy(update={"habits": tuple(habit for habit in profile.habits if habit.last >= since)})
