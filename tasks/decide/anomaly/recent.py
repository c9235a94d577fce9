"""Recent logins: those that are no habits yet."""

from datetime import datetime

from tasks.model.address import subscriber_network
from tasks.model.audit import AuditEvent
from tasks.model.watch import Habit, Profile, Recent, Standing, Vouched

ALIKE_A_DAY = 3
"""Logins of one day, place and network that are remembered: more say nothing new, and a program logs in without end."""

RECENT_MAX = 300
"""Recent logins that are remembered of one principal: a week of somebody who is in forty networks a day."""

VOUCHED_MAX = 40
"""Logins that proved to be harmless which are remembered of one principal, the newest."""


def recent_of(event: AuditEvent, at: datetime) -> Recent:
    """A login as it is remembered until it is a habit."""
    network = subscriber_network(event.ip)
    return Recent(event_id=event.id, at=at, place=event.place, mfa=event.mfa, network=network)


def habit_of(one: Recent) -> Habit:
    """A login as the habit that it begins."""
    return Habit(
        place=one.place,
        mfa=one.mfa,
        addresses=(one.network,) if one.network else (),
        uses=(1,) if one.network else (),
        first=one.at,
        last=one.at,
    )


def with_recent(profile: Profile, new: Recent) -> Profile:
    """The profile with this login in it, once."""
    if any(one.event_id == new.event_id for one in profile.recent):
        return profile
    alike = sum(_same_day(one, new) for one in profile.recent)
    if alike >= ALIKE_A_DAY and new.standing is Standing.NONE:
        return profile
    recent = tuple(sorted((*profile.recent, new), key=lambda one: one.at))[-RECENT_MAX:]
    return profile.model_copy(update={"recent": recent})


def with_vouched(profile: Profile, one: Recent) -> Profile:
    """The profile with a login that proved to be harmless."""
    new = Vouched(place=one.place, network=one.network, at=one.at)
    return profile.model_copy(update={"vouched": (*profile.vouched, new)[-VOUCHED_MAX:]})


def _same_day(one: Recent, other: Recent) -> bool:
    return (one.at.date(), one.network, one.mfa, one.place) == (other.at.date(), other.network, other.mfa, other.place)
