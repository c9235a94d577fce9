"""Places: whether two are the same, or contradict each other, whether one is named, how far apart they lie."""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tasks.gazetteer.abroad import FEDERAL, bare
from tasks.gazetteer.codes import Codes, alone, codes_of, spellings_of
from tasks.gazetteer.countries import CHINA, IN_CHINA
from tasks.gazetteer.spelling import key, keys
from tasks.model.place import Place

EARTH_KM = 6371.0
"""Mean radius of the Earth, kilometres."""

_CITY_END = ("自治州", "自治县", "林区", "地区", "市", "盟", "县")
_MOBILE = re.compile(r"移动|mobile|cellular|wireless", re.IGNORECASE)
"""Operators whose addresses move about their province: of China Mobile's cellular blocks (117.136.0.0/16,
223.104.0.0/16) four libraries agreed on the province and never on the city; measured in November 2026. That operator's
broadband has the same name and is taken for its phones, for no text tells them apart."""


class _Named(NamedTuple):
    """What a place is compared by: on each level its code, or its normalized name where it has none."""

    country: str
    province: str
    city: str
    codes: Codes


def place_label(place: Place | None) -> str:
    """A place in the words of its library; empty where there is none."""
    if place is None:
        return ""
    return place.raw or " ".join(part for part in (place.country, place.province, place.city) if part)


def codes(place: Place) -> Codes:
    """The codes of a place; worked out of its parts where it was kept without any."""
    said = codes_of(place.country or place.country_code, place.province, place.city)
    if place.country_code in ("", *IN_CHINA):
        return said
    return Codes(place.country_code, place.province_code or said.province, place.city_code or said.city)


def place_key(place: Place | None) -> tuple[str, str, str]:
    """Country, province and city by code, or by normalized name where there is none: one key, however it is spelled."""
    return _named(place)[:3] if place is not None else ("", "", "")


def same_country(one: Place | None, other: Place | None) -> bool:
    """Whether the country of both is known and one."""
    if one is None or other is None or not (one.known and other.known):
        return False
    return _named(one).country == _named(other).country


def same_city(one: Place | None, other: Place | None) -> bool:
    """Whether both are known below the country and are one city, or one province where no city is known of either."""
    if one is None or other is None:
        return False
    here, there = _named(one), _named(other)
    if here.codes.city or there.codes.city:
        return here.codes.city == there.codes.city
    return bool(here.province or here.city) and here[:3] == there[:3]


def same_area(one: Place | None, other: Place | None, *, mobile: bool = False) -> bool:
    """Whether both are one place as far as their addresses can be located.

    That is the city; the province in China where one of them is known no better, or is a mobile carrier's; the country
    where neither is known better than that.

    Args:
        mobile: whether one of the addresses is known as a mobile carrier's by more than the operator's name.
    """
    if one is None or other is None or not same_country(one, other):
        return False
    here, there = _named(one), _named(other)
    if same_city(one, other):
        return True
    if not (here.province or here.city or there.province or there.city):
        return True
    loose = mobile or is_mobile(one) or is_mobile(other) or not (here.city and there.city)
    return here.country == CHINA and loose and bool(here.codes.province) and here.province == there.province


def is_mobile(place: Place) -> bool:
    """Whether the operator is a mobile carrier, so that the city says little."""
    return _MOBILE.search(place.operator) is not None


def contradict(one: Place | None, other: Place | None) -> bool:
    """Whether two places can't be those of one address at one time, so that they speak against each other.

    True only where both are known by code on one level and differ there: the country; the province in China, or the
    state in a country where states are of one rank. Never by the city: libraries name a wrong one for one address in
    seven, and rename it from month to month.
    """
    if one is None or other is None:
        return False
    here, there = codes(one), codes(other)
    if not (here.country and there.country):
        return False
    if here.country != there.country:
        return True
    known = bool(here.province and there.province) and here.country in (CHINA, *FEDERAL)
    return known and here.province != there.province


def names_place(words: str, place: Place | None) -> bool:
    """Whether declared words name this place, its province or its country, in any spelling.

    Args:
        words: such as `江苏省`, `江苏南京`, `Singapore` or `Nanjing, Jiangsu`; the operator's name never counts. A name
            that two places bear, such as Suzhou, names neither without its province.
    """
    wanted = keys(words)
    if not wanted or place is None or not place.known:
        return False
    known = codes(place)
    country, province, city = spellings_of(place.country, place.province, place.city, known)
    orders = tuple(_orders(country, province, city, alone(city, known)))
    return any(_says(each, order) for each in wanted for order in orders)


def distance_km(one: Place | None, other: Place | None) -> float | None:
    """Great-circle distance; None unless both cities have coordinates."""
    if one is None or other is None:
        return None
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    return great_circle_km((one.latitude, one.longitude), (other.latitude, other.longitude))


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two points, each in degrees north and east."""
    north, south = math.radians(one[0]), math.radians(other[0])
    east = math.radians(other[1] - one[1])
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def _named(place: Place) -> _Named:
    return _levels(place.country, place.province, place.city, codes(place))


@lru_cache(maxsize=8192)
def _levels(country: str, province: str, city: str, known: Codes) -> _Named:
    return _Named(
        known.country or key(country),
        known.province or (key(bare(province)) if not known.city else ""),
        known.city or key(_bare_city(city)),
        known,
    )


def _bare_city(name: str) -> str:
    """A city's name without the kind of division at its end: 昆山市 is 昆山."""
    for end in _CITY_END:
        if name.endswith(end) and len(name) > len(end) + 1:
            return name.removesuffix(end)
    return name


def _orders(
    country: frozenset[str], province: frozenset[str], city: frozenset[str], by_itself: frozenset[str]
) -> Iterator[tuple[frozenset[str], ...]]:
    """The ways to say where a place is: some of its levels, from the whole to the part or the other way.

    Args:
        by_itself: names of the city that need no province beside them.
    """
    one_level = ((country,), (province,), (by_itself,))
    for some in (*one_level, (country, province), (country, by_itself), (province, city), (country, province, city)):
        yield some
        yield tuple(reversed(some))


def _says(text: str, levels: tuple[frozenset[str], ...]) -> bool:
    """Whether a text is one name of each level, and nothing else."""
    if not levels:
        return not text
    return any(text.startswith(name) and _says(text[len(name) :], levels[1:]) for name in levels[0])
