"""Whether one person can have been at two places: a journey that no airliner makes.

Only what surely locates a person counts. An address of a VPN, relay, proxy, satellite or data centre stands where its
network does; a mobile carrier's where the carrier's gateway is, which is at home while the phone is abroad. Distances
are the least that the names allow, for libraries err in the city more often than in the province.
"""

from datetime import timedelta
from functools import lru_cache
from itertools import product

from tasks.decide.geography import codes, great_circle_km, is_mobile
from tasks.decide.networks import is_locating, is_to_province
from tasks.gazetteer.codes import centres_of
from tasks.gazetteer.countries import CHINA
from tasks.model.base import Moment, Value
from tasks.model.facts import Reputation
from tasks.model.place import Place
from tasks.model.policy import Policy

FAR_KM = 500.0
"""Kilometres that two places have to be apart at least, whatever the policy calls near, so that no wrong city makes a
journey: Elastic's rule of impossible travel asks for as much. In China not even the city counts but the nearest ends of
the provinces: of 111 addresses of carriers and universities a library named the wrong city for one in seven, and the
wrong province for none (measured in November 2026)."""

CLOCKS = timedelta(minutes=1)
"""How far two times may be off together: records are written to the second by servers whose clocks agree better than
that, and an alert that is all there is rounds to the minute."""

HALFWAY_ROUND_KM = 20_038.0
"""Half the equator: no two places are farther apart."""

COUNTRY_KM = 1000.0
"""How far a place abroad may be from the nearest city that we know of its country; Darwin to Denpasar is 1,800 km and
Perth to Denpasar 2,600."""

LONGEST = timedelta(days=7)
"""How long ago a login is compared at most, however slow the policy lets people travel."""


_Point = tuple[float, float]  # degrees north and east


class Stay(Value):
    """Where an address places somebody at one time.

    Args:
        reputation: of the address; without kinds where nothing is known.
    """

    at: Moment
    place: Place | None
    reputation: Reputation = Reputation()


def is_impossible(one: Stay, other: Stay, policy: Policy) -> bool:
    """Whether nobody gets from one to the other in the time between, whichever came first."""
    if not (locates(one) and locates(other)):
        return False
    apart = least_km(one.place, other.place)
    if apart is None or apart <= max(FAR_KM, policy.near_km):
        return False
    return apart > policy.max_speed_km_h * ((abs(one.at - other.at) + CLOCKS) / timedelta(hours=1))


def locates(stay: Stay) -> bool:
    """Whether the place of the address is where the person was, as far as is known."""
    if stay.place is None or is_mobile(stay.place):
        return False
    return is_locating(stay.reputation) and not is_to_province(stay.reputation)


def reach(policy: Policy) -> timedelta:
    """How long before or after a login another one can speak against it at all."""
    return min(LONGEST, timedelta(hours=HALFWAY_ROUND_KM / policy.max_speed_km_h))


def least_km(one: Place | None, other: Place | None) -> float | None:
    """How far two places lie apart at least; None where that can't be told.

    A place in China may be anywhere in its province, for libraries agree on that only; one abroad is at its city, or
    near one of those that we know of its country.
    """
    if one is None or other is None:
        return None
    (here, missing_here), (there, missing_there) = _centres(one), _centres(other)
    least = _nearest_km(here, there)
    return max(0.0, least - missing_here - missing_there) if least is not None else None


@lru_cache(maxsize=4096)
def _nearest_km(here: tuple[_Point, ...], there: tuple[_Point, ...]) -> float | None:
    """How far the nearest of these lie apart; the whole of China has 360, so that it is remembered."""
    if not set(here).isdisjoint(there):
        return 0.0
    return min((great_circle_km(*pair) for pair in product(here, there)), default=None)


def _centres(place: Place) -> tuple[tuple[_Point, ...], float]:
    """Where a place may be, and how far beyond that it may be still, in kilometres."""
    known = codes(place)
    if known.country == CHINA:
        return centres_of(known), 0.0
    if place.latitude is not None and place.longitude is not None:
        return ((place.latitude, place.longitude),), 0.0
    return centres_of(known), 0.0 if known.city else COUNTRY_KM
