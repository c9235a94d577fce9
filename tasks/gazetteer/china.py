"""Provinces and cities of China by their codes of GB/T 2260, and what they are called."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tasks.gazetteer.countries import IN_CHINA
from tasks.gazetteer.rows import rows, spellings
from tasks.gazetteer.spelling import key, keys

MUNICIPALITIES: Mapping[str, str] = {
    code: code for code in ("110000", "120000", "310000", "500000", "810000", "820000")
}
"""Provinces that are one city, Hong Kong and Macao among them: province and city have one code."""

TAIWAN = "710000"

_CITY = re.compile(r"\s(?:city|shi)$", re.IGNORECASE)
"""What tells the city from its province: Jilin City."""

_NOT_ALONE = frozenset({"朝阳", "chaoyang", "中山", "zhongshan", "东方", "dongfang"})
"""Short names that districts in other provinces bear too, so that they say nothing without a province."""

_COUNTIES = "90"
"""What follows the province in codes of cities that are counties by rank: alone only their whole name counts."""


@dataclass(frozen=True, slots=True)
class Division:
    """A province or a city.

    Args:
        code: GB/T 2260; of Taiwan's cities ISO 3166-2:TW.
        province: code of the province that it is in, or is.
        name, short: in Chinese, with and without the kind of division.
        spellings: of every name, as `spelling.key` makes them.
        centre: degrees north and east of the city's centre; None of a province and where it is not known.
    """

    code: str
    province: str
    name: str
    short: str
    spellings: frozenset[str]
    centre: tuple[float, float] | None


def province_code(words: str) -> str:
    """The province that words name; empty for anything else.

    Args:
        words: 江苏省, 江苏, 内蒙古, Jiangsu Province, Nei Mongol, Hong Kong, HK.
    """
    name = words.strip()
    if name in IN_CHINA:
        return IN_CHINA[name]
    code = next((_provinces()[each] for each in keys(name) if each in _provinces()), "")
    return "" if _CITY.search(name) and code not in MUNICIPALITIES else code


def city_code(words: str, province: str = "") -> str:
    """The city that words name; empty for anything else.

    Args:
        words: 南京市, 南京, 恩施土家族苗族自治州, 恩施, Xi'an.
        province: code of its province; without one, a name that two cities bear is none.
    """
    found = next((_cities()[each] for each in keys(words) if each in _cities()), ())
    if province:
        return next((one.code for one in found if one.province == province), "")
    alone = [one for one in found if _is_alone(words, one)]
    return alone[0].code if len(alone) == 1 == len(found) else ""


def division(code: str) -> Division | None:
    """The division of a code."""
    return _divisions().get(code)


def centres(province: str) -> tuple[tuple[float, float], ...]:
    """Centres of a province's cities; of all cities where none is said."""
    inside = (one for one in _divisions().values() if province in ("", one.province))
    return tuple(one.centre for one in inside if one.centre is not None)


def _is_alone(words: str, city: Division) -> bool:
    """Whether the name means the city where no province is said."""
    if words.strip() == city.name:
        return True
    return key(words) not in _NOT_ALONE and city.code[2:4] != _COUNTIES


@cache
def _divisions() -> dict[str, Division]:
    return {row["code"]: _division(row) for row in rows("china.csv")}


def _division(row: dict[str, str]) -> Division:
    names = spellings(row["name"], row["short"], row["english"], row["others"])
    code = row["code"]
    return Division(
        code=code,
        province=TAIWAN if code.startswith("TW") else f"{code[:2]}0000",
        name=row["name"],
        short=row["short"],
        spellings=frozenset(spelling for name in names for spelling in keys(name)) | {f"{key(row['english'])}shi"},
        centre=(float(row["latitude"]), float(row["longitude"])) if row["latitude"] else None,
    )


@cache
def _provinces() -> dict[str, str]:
    provinces = [one for one in _divisions().values() if one.code == one.province]
    return {spelling: one.code for one in provinces for spelling in one.spellings}


@cache
def _cities() -> dict[str, tuple[Division, ...]]:
    found: dict[str, tuple[Division, ...]] = {}
    for one in _divisions().values():
        if one.code != one.province or one.code in MUNICIPALITIES:
            for spelling in one.spellings:
                found[spelling] = (*found.get(spelling, ()), one)
    return found
