"""Countries by their code of ISO 3166-1, and what they are called in English and Chinese."""

import gettext
from collections.abc import Iterator, Mapping
from functools import cache

import pycountry

from tasks.gazetteer.rows import rows, spellings
from tasks.gazetteer.spelling import key, keys

CHINA = "CN"

IN_CHINA: Mapping[str, str] = {
    "HK": "810000",
    "HKG": "810000",
    "MO": "820000",
    "MAC": "820000",
    "TW": "710000",
    "TWN": "710000",
}
"""ISO 3166-1 codes of what has one in both standards: a place there is in China, in this province of GB/T 2260."""

_AMBIGUOUS = frozenset({"congo", "刚果", "剛果"})
"""Names of two countries, whatever ISO 3166-1 calls one of them."""

_LANGUAGES = ("zh_CN", "zh_TW", "zh_HK")


def country_code(words: str) -> str:
    """The code that words mean; empty for anything else.

    Args:
        words: a name in English or Chinese, or a code of two or three capital letters. Hong Kong, Macao and Taiwan
            are found among the provinces instead.
    """
    name = words.strip()
    if name.isascii() and name.isupper() and len(name) in (2, 3) and name in _codes():
        return _codes()[name]
    return _by_name().get(key(name), "")


def country_name(code: str) -> str:
    """The everyday Chinese name; empty for an unknown code."""
    return _shown().get(code, "")


@cache
def country_keys(code: str) -> frozenset[str]:
    """The spellings of every name of a country."""
    return frozenset(name for name, found in _by_name().items() if found == code)


@cache
def _codes() -> dict[str, str]:
    return {
        code: country.alpha_2
        for country in pycountry.countries
        for code in (country.alpha_2, country.alpha_3)
        if country.alpha_2 not in IN_CHINA
    }


@cache
def _by_name() -> dict[str, str]:
    """Codes by spelling; our own table goes before what ISO 3166-1 says, for a name has one meaning."""
    found: dict[str, str] = {}
    for code, names in (*_ours(), *_of_iso()):
        for name in names:
            for spelling in keys(name):
                found.setdefault(spelling, code)
    return {spelling: code for spelling, code in found.items() if spelling not in _AMBIGUOUS}


@cache
def _shown() -> dict[str, str]:
    ours = {row["code"]: row["chinese"] for row in rows("countries.csv") if row["chinese"]}
    return {code: names[0] for code, names in _of_iso()} | ours


def _ours() -> Iterator[tuple[str, tuple[str, ...]]]:
    for row in rows("countries.csv"):
        yield row["code"], spellings(row["chinese"], row["others"])


@cache
def _of_iso() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each country's names, the Chinese one first."""
    said = [gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [one], fallback=True) for one in _LANGUAGES]
    found: list[tuple[str, tuple[str, ...]]] = []
    for country in pycountry.countries:
        english = [getattr(country, each, "") for each in ("name", "common_name", "official_name")]
        names = (*(one.gettext(country.name) for one in said), *english)
        if country.alpha_2 not in IN_CHINA:
            found.append((country.alpha_2, tuple(name for name in names if name)))
    return tuple(found)
