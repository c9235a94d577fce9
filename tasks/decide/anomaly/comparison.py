"""A login compared with what its principal, and the others of the account, usually do."""

from datetime import datetime
from functools import cached_property

from tasks.decide.anomaly.areas import roams
from tasks.decide.anomaly.baseline import everything, key_of, supporting
from tasks.decide.anomaly.habits import uses_of
from tasks.decide.anomaly.operators import operator_of
from tasks.decide.geography import is_mobile, names_place, same_area
from tasks.decide.identity import is_called
from tasks.decide.journeys import counts, is_theirs
from tasks.decide.networks import declared_network, is_anybodys
from tasks.decide.usual import SUPPORTS
from tasks.model.address import subscriber_network
from tasks.model.audit import AuditEvent
from tasks.model.base import Moment, Value
from tasks.model.facts import Reputation
from tasks.model.place import Place
from tasks.model.policy import Policy
from tasks.model.watch import Baseline, Failure, Habit, Profile, Vouched

COMPANY = 3
"""Others who use a network by which it is the company's, declared or not: two may share a flat, or a VPN seller."""


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
    def others(self) -> tuple[tuple[Habit, ...], ...]:
        """The supporting habits of each of the others of the account."""
        own = key_of(self.login.actor)
        return tuple(supporting(profile, self.at) for key, profile in self.baseline.profiles.items() if key != own)

    @cached_property
    def roams(self) -> bool:
        """Whether the address is one that moves about its province, so that the city says nothing."""
        here = self.place
        return here is not None and (is_mobile(here) or roams(here, self.reputation, self.habits))

    @cached_property
    def from_known_network(self) -> bool:
        """Whether the principal used this network often enough, or the company does; never where it is anybody's.

        Whatever a library calls the place by now, a known address is the one that it was.
        """
        if not self.network or is_anybodys(self.reputation):
            return False
        least = self.policy.usual_after
        if uses_of(self.habits, self.network) >= least:
            return True
        return sum(uses_of(habits, self.network) >= least for habits in self.others) >= COMPANY

    @cached_property
    def vouched_for(self) -> bool:
        """Whether a login like this one proved to be harmless: of that place and operator, or that network."""
        known = self.profile.vouched if self.profile else ()
        return any(self._is_like(one) for one in known if self.at - SUPPORTS <= one.at)

    @cached_property
    def network_vouched_for(self) -> bool:
        """Whether a login from this very network proved to be harmless."""
        known = self.profile.vouched if self.profile else ()
        same = any(one.network == self.network != "" for one in known if self.at - SUPPORTS <= one.at)
        return same and not is_anybodys(self.reputation)

    @cached_property
    def from_declared_network(self) -> bool:
        """Whether the policy declares this address as an egress of its people."""
        return declared_network(self.login.ip, self.policy) is not None

    @property
    def from_declared_place(self) -> bool:
        """Whether the policy declares the place as usual, or a journey there."""
        who, place = self.login.actor, self.place
        usual = [one for one in self.policy.usual_places if one.principal is None or is_called(who, one.principal)]
        trips = [one for one in self.policy.travel if counts(one, self.at)]
        journeys = [one for one in trips if is_theirs(one, who, self.policy)]
        words = [*(one.place for one in usual), *(one.place for one in journeys)]
        return any(names_place(each, place) for each in words)

    @property
    def like_others(self) -> bool:
        """Whether others of the account come from this network, or often enough from this place."""
        if any(self.network in habit.addresses for habits in self.others for habit in habits):
            return True
        here = sum(count(self.alike(habits)) for habits in self.others)
        return here >= self.policy.usual_after

    def alike(self, habits: tuple[Habit, ...]) -> tuple[Habit, ...]:
        """Those habits that are of the login's place, as far as its address can be located."""
        return tuple(habit for habit in habits if same_area(habit.place, self.place, mobile=self.roams))

    def _is_like(self, one: Vouched) -> bool:
        if self.network_vouched_for:
            return True
        here, there = self.place, one.place
        return (
            here is not None
            and there is not None
            and operator_of(here) == operator_of(there)
            and same_area(there, here, mobile=self.roams)
        )


def count(habits: tuple[Habit, ...]) -> int:
    """How many logins they are."""
    return sum(habit.count for habit in habits)


def last_login(profile: Profile | None, before: datetime) -> datetime | None:
    """The newest remembered login before a time, whether it supports this one or not."""
    return max((habit.last for habit in everything(profile) if habit.last < before), default=None)
