"""A login compared with what its principal, and the others of the account, usually do."""

from datetime import datetime
from functools import cached_property

from tasks.decide.anomaly.baseline import key_of, supporting
from tasks.decide.geography import names_place, same_area
from tasks.decide.identity import is_called
from tasks.decide.networks import declared_network
from tasks.model.address import subscriber_network
from tasks.model.audit import AuditEvent
from tasks.model.base import Moment, Value
from tasks.model.facts import Reputation
from tasks.model.place import Place
from tasks.model.policy import Policy
from tasks.model.watch import Baseline, Failure, Habit, Profile


class Comparison(Value):
    """One login, and all that it is compared with.

    Args:
        at: when it was made; the time of looking where the record does not say.
        failures: failed logins of the day before it.
    """

    login: AuditEvent
    at: Moment
    baseline: Baseline
    policy: Policy
    reputation: Reputation
    failures: tuple[Failure, ...] = ()

    @property
    def place(self) -> Place | None:
        """Where it came from; None where not even the country is known."""
        return self.login.place if self.login.place and self.login.place.known else None

    @property
    def network(self) -> str:
        """The subscriber's network that it came from."""
        return subscriber_network(self.login.ip)

    @property
    def profile(self) -> Profile | None:
        """The principal's part of the baseline."""
        return self.baseline.profiles.get(key_of(self.login.actor))

    @cached_property
    def habits(self) -> tuple[Habit, ...]:
        """The principal's habits that support the login."""
        return supporting(self.profile, self.at)

    @property
    def newcomer(self) -> bool:
        """Whether too few earlier logins are known to say what is usual for the principal."""
        return count(self.habits) < self.policy.usual_after

    @cached_property
    def from_known_network(self) -> bool:
        """Whether the principal is known to use this network."""
        return any(self.network in habit.addresses for habit in self.habits)

    @cached_property
    def from_declared_network(self) -> bool:
        """Whether the policy declares this address as an egress of its people."""
        return declared_network(self.login.ip, self.policy) is not None

    @property
    def from_declared_place(self) -> bool:
        """Whether the policy declares the place as usual, or a journey there."""
        who, place = self.login.actor, self.place
        usual = [one for one in self.policy.usual_places if one.principal is None or is_called(who, one.principal)]
        trips = [one for one in self.policy.travel if one.since <= self.at <= one.until]
        journeys = [one for one in trips if is_called(who, one.principal)]
        words = [*(one.place for one in usual), *(one.place for one in journeys)]
        return any(names_place(each, place) for each in words)

    @property
    def like_others(self) -> bool:
        """Whether others of the account come from this network, or often enough from this place."""
        own = key_of(self.login.actor)
        others = [supporting(profile, self.at) for key, profile in self.baseline.profiles.items() if key != own]
        if any(self.network in habit.addresses for habits in others for habit in habits):
            return True
        here = sum(count(alike(habits, self.place)) for habits in others)
        return here >= self.policy.usual_after


def alike(habits: tuple[Habit, ...], place: Place | None) -> tuple[Habit, ...]:
    """Those habits that are of this place, as far as addresses can be located."""
    return tuple(habit for habit in habits if same_area(habit.place, place))


def count(habits: tuple[Habit, ...]) -> int:
    """How many logins they are."""
    return sum(habit.count for habit in habits)


def last_login(profile: Profile | None, before: datetime) -> datetime | None:
    """The newest remembered login before a time, whether it supports this one or not."""
    habits = profile.habits if profile else ()
    return max((habit.last for habit in habits if habit.last < before), default=None)
