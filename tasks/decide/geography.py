"""Places: whether two are the same, whether one is named, how far apart they lie."""

import math
import re

from tasks.model.place import Place

EARTH_KM = 6371.0
"""Mean radius of the Earth, kilometres."""

CHINA = "中国"
SHORT = 2
"""Characters that tell the provinces of China apart, whether 省 or 自治区 follows or not."""


def place_label(place: Place | None) -> str:
    """A place in the words of its library; empty where there is none."""
    if place is None:
        return ""
    return place.raw or " ".join(part for part in (place.country, place.province, place.city) if part)


def same_city(one: Place | None, other: Place | None) -> bool:
    """Whether both are known below the country and agree in country, province and city."""
    if one is None or other is None or not (one.province or one.city):
        return False
    return (one.country, one.province, one.city) == (other.country, other.province, other.city)


def contradict(one: Place | None, other: Place | None) -> bool:
    """Whether two places are clearly not the same: other countries, or other provinces of China.

    Only places whose city is on our map count: other words may be no place, or the same one in another spelling.
    """
    if one is None or other is None or one.latitude is None or other.latitude is None:
        return False
    if one.country != other.country:
        return True
    return one.country == CHINA and one.province[:SHORT] != other.province[:SHORT]


def names_place(words: str, place: Place | None) -> bool:
    """Whether declared words, such as `江苏省` or `Singapore`, name this place; the operator's name never counts."""
    wanted = words.strip().casefold()
    if not wanted or place is None or not place.known:
        return False
    parts = (place.country, place.province, place.city)
    texts = (" ".join(parts).casefold(), "".join(parts).casefold())
    if wanted.isascii():
        return re.search(rf"\b{re.escape(wanted)}\b", texts[0]) is not None
    return any(wanted in text for text in texts)


def distance_km(one: Place | None, other: Place | None) -> float | None:
    """Great-circle distance; None unless both cities have coordinates."""
    if one is None or other is None:
        return None
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
