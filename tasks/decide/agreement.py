"""What several sources agree on about where an address is.

Who is heard for what follows from what was measured in November 2026 on 111 addresses of 31 provinces, on 3,000 random
Chinese ones and on 2,000 abroad. ip2region named the right province of all 111, but placed two thirds of a cloud's
addresses abroad in Australia. DB-IP named the right country of 99 %, but another province of every sixth Chinese one.
"""

from collections.abc import Iterable
from enum import IntEnum

from tasks.decide.geography import codes, distance_km
from tasks.model.place import Place
from tasks.model.whereabouts import Certainty, Role, Voice, Whereabouts

VENDOR = "Tencent"
CHINA, BEIJING, GUANGDONG = "CN", "110000", "440000"
SEATS = frozenset({BEIJING, GUANGDONG})
"""Provinces where the national carriers have their seat: there DB-IP places what it knows no better."""

NATIONAL = frozenset({None, 4134, 4837, 4538, 9808, 9394})
"""Networks that reach over all of China (telecom, Unicom, CERNET, Mobile, TieTong), and addresses of no known network.

Of 1,091 provinces in which DB-IP and ip2region differed among 5,627 Chinese addresses, 716 were Beijing or Guangdong by
DB-IP in one of these (2026-11-28).
"""

NEAR_KM = 100.0
"""Kilometres from a city's centre within which a town may be part of it, so that naming the town contradicts nobody."""

_ORDER = (Role.CHINA, Role.VENDOR, Role.WORLD)


class Level(IntEnum):
    """How deep a place goes."""

    COUNTRY = 0
    PROVINCE = 1
    CITY = 2


def agreed(ip: str, voices: tuple[Voice, ...], *, to_province: bool = False) -> Whereabouts:
    """What the sources agree on, as deep as they agree, and how sure it is.

    Args:
        voices: what each source says; those that are too old raise doubts, and prove nothing.
        to_province: whether the address is of a network whose places are good for the province only.
    """
    network = next((voice for voice in voices if voice.asn is not None), None)
    asn = network.asn if network else None
    heard = sorted(_heard(voices, asn), key=lambda voice: _ORDER.index(voice.role))
    fresh, old = [voice for voice in heard if not voice.stale], [voice for voice in heard if voice.stale]
    place, certainty = _common(fresh, old) if fresh else _common(old, [])
    if old and not fresh:
        certainty = Certainty.STALE
    if to_province:
        place, certainty = _cut(place, Level.PROVINCE), _of_hub(certainty)
    operator = network.operator if network else ""
    return Whereabouts(
        ip=ip,
        place=place,
        certainty=certainty,
        voices=voices,
        asn=asn,
        operator=operator,
        to_province=to_province,
    )


def vendor_voice(place: Place | None) -> tuple[Voice, ...]:
    """The vendor's own word, where its record has a place."""
    return (Voice(name=VENDOR, role=Role.VENDOR, place=place),) if place is not None and place.known else ()


def with_vendor(value: Whereabouts, place: Place | None) -> Whereabouts:
    """Heard once more, with the vendor's own word in place of an earlier one: its record may turn up later."""
    others = tuple(voice for voice in value.voices if voice.role is not Role.VENDOR)
    return agreed(value.ip, (*others, *vendor_voice(place)), to_province=value.to_province)


def proven_place(value: Whereabouts) -> Place | None:
    """The place, where it proves anything: nothing follows from one that is disputed, or that only old data name."""
    return None if value.doubtful else value.place


def _heard(voices: tuple[Voice, ...], asn: int | None) -> Iterable[Voice]:
    """The voices that count here, each as deep as it counts."""
    world = [codes(voice.place).country for voice in voices if voice.role is Role.WORLD and not voice.stale]
    abroad = any(code not in {"", CHINA} for code in world)
    for voice in voices:
        known = codes(voice.place)
        if not voice.place.known or (voice.role is Role.CHINA and (abroad or known.country != CHINA)):
            continue
        if voice.role is Role.WORLD and known.province in SEATS and asn in NATIONAL:
            yield voice.model_copy(update={"place": _cut(voice.place, Level.COUNTRY)})
        else:
            yield voice


def _common(speaking: list[Voice], doubting: list[Voice]) -> tuple[Place, Certainty]:
    """What those who speak have in common, from the country down, as long as nobody says otherwise."""
    found, certainty = Place(), Certainty.UNKNOWN
    for level in Level:
        said = [voice for voice in speaking if _name(voice.place, level)]
        if not said or _is_guess(said, speaking, level):
            continue
        first, *others = said
        same = [_same(first.place, other.place, level) for other in others]
        doubts = [_same(first.place, other.place, level) for other in doubting if _name(other.place, level)]
        if False in same or False in doubts:
            return found, certainty if level is Level.CITY else Certainty.DISPUTED
        found = _cut(first.place, level)
        certainty = Certainty.AGREED if True in same else Certainty.SINGLE
    return found, certainty


def _is_guess(said: list[Voice], speaking: list[Voice], level: Level) -> bool:
    """Whether only the world's library names a part of China, where the one that knows China names none."""
    china = any(voice.role is Role.CHINA for voice in speaking)
    return level is not Level.COUNTRY and china and all(voice.role is Role.WORLD for voice in said)


def _name(place: Place, level: Level) -> str:
    return (place.country, place.province, place.city)[level]


def _same(one: Place, other: Place, level: Level) -> bool | None:
    """Whether two places are one at a level; None where names of two languages can't be compared."""
    known, names = (codes(one)[level], codes(other)[level]), (_name(one, level), _name(other, level))
    if all(known):
        return known[0] == known[1]
    if names[0].casefold() == names[1].casefold():
        return True
    apart = distance_km(one, other) if level is Level.CITY else None
    return None if apart is None else apart <= NEAR_KM


def _cut(place: Place, level: Level) -> Place:
    """A place down to a level; itself where it goes no deeper."""
    if not any(_name(place, deeper) for deeper in Level if deeper > level):
        return place
    below = level is Level.PROVINCE
    return Place(
        country=place.country,
        province=place.province if below else "",
        operator=place.operator,
        country_code=place.country_code,
        province_code=place.province_code if below else "",
    )


def _of_hub(certainty: Certainty) -> Certainty:
    return Certainty.HUB if certainty in {Certainty.AGREED, Certainty.SINGLE} else certainty
