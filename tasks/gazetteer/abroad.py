"""Larger cities abroad, by their ids of GeoNames, and the states of three wide countries by ISO 3166-2."""

import gettext
from dataclasses import dataclass
from functools import cache

import pycountry

from tasks.gazetteer.rows import rows, spellings
from tasks.gazetteer.spelling import key, keys

FEDERAL = ("US", "CA", "AU")
"""Countries whose divisions of ISO 3166-2 are of one rank and named alike everywhere; elsewhere libraries mix ranks."""

CITY_STATES = frozenset({"SG", "MC", "LU"})
"""Countries that are as good as one city of the same name."""

_STATES_TOO = frozenset({"华盛顿", "washington"})
"""Names that mean the state more often than the city, so that alone they are none."""

_STATE_END = ("特别市", "广域市", "自治区", "地区", "州", "省", "府", "都", "道", "县", "市", "区")


@dataclass(frozen=True, slots=True)
class City:
    """A city abroad.

    Args:
        code: `geonames:` and its id there.
        state: ISO 3166-2 code; empty where no namesake asks for it.
        spellings: of every name, as `spelling.key` makes them.
        centre: degrees north and east.
    """

    code: str
    country: str
    state: str
    spellings: frozenset[str]
    centre: tuple[float, float]


def bare(words: str) -> str:
    """A name of a state without the kind of division at its end: 加利福尼亚州 is 加利福尼亚."""
    name = words.strip()
    for end in _STATE_END:
        if name.endswith(end) and len(name) > len(end) + 1:
            return name.removesuffix(end)
    return name


def state_code(country: str, words: str) -> str:
    """The state that words name, in one of the `FEDERAL` countries; empty for anything else."""
    if country not in FEDERAL:
        return ""
    name = words.strip()
    if name.isascii() and name.isupper() and f"{country}-{name}" in _states():
        return f"{country}-{name}"
    return next((code for each in (*keys(name), key(bare(name))) if (code := _by_name().get((country, each)))), "")


def city_code(country: str, words: str, state: str = "") -> str:
    """The city that words name in a country; empty for anything else, and for a namesake in another state.

    Args:
        state: words for the state, where they are said.
    """
    found = next((_cities()[country, each] for each in _city_keys(words) if (country, each) in _cities()), None)
    if found is None:
        return ""
    if not state:
        return "" if key(words) in _STATES_TOO else found.code
    return found.code if not found.state or state_code(country, state) == found.state else ""


def city(code: str) -> City | None:
    """The city of a code."""
    return _by_code().get(code)


def centres(country: str) -> tuple[tuple[float, float], ...]:
    """Centres of the cities that are known of a country."""
    return tuple(one.centre for one in _by_code().values() if one.country == country)


def state_keys(code: str) -> frozenset[str]:
    """The spellings of every name of a state."""
    return _states().get(code, frozenset())


def _city_keys(words: str) -> tuple[str, ...]:
    return (*keys(words), key(words.strip().removesuffix("市")))


@cache
def _by_code() -> dict[str, City]:
    found: dict[str, City] = {}
    for row in rows("abroad.csv"):
        names = spellings(row["chinese"], row["english"], row["others"])
        code = f"geonames:{row['geonames']}"
        found[code] = City(
            code=code,
            country=row["country"],
            state=row["state"],
            spellings=frozenset(spelling for name in names for spelling in keys(name)),
            centre=(float(row["latitude"]), float(row["longitude"])),
        )
    return found


@cache
def _cities() -> dict[tuple[str, str], City]:
    return {(one.country, spelling): one for one in _by_code().values() for spelling in one.spellings}


@cache
def _states() -> dict[str, frozenset[str]]:
    ours = {row["code"]: spellings(row["others"]) for row in rows("states.csv")}
    said = gettext.translation("iso3166-2", pycountry.LOCALES_DIR, ["zh_CN"], fallback=True)
    found: dict[str, frozenset[str]] = {}
    for state in pycountry.subdivisions:
        if state.code.startswith(FEDERAL):
            names = (state.name, said.gettext(state.name), *ours.get(state.code, ()))
            found[state.code] = frozenset(each for name in names for each in (*keys(name), key(bare(name))))
    return found


@cache
def _by_name() -> dict[tuple[str, str], str]:
    return {(code[:2], spelling): code for code, names in _states().items() for spelling in names}
