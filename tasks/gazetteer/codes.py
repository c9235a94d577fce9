"""The codes of a place that is said in words, and the words for codes."""

from functools import lru_cache
from typing import NamedTuple

from tasks.gazetteer import abroad, china
from tasks.gazetteer.countries import CHINA, country_code, country_keys
from tasks.gazetteer.spelling import key, keys


class Codes(NamedTuple):
    """A place by code; empty where it is not known.

    Args:
        country: ISO 3166-1 alpha-2; Hong Kong, Macao and Taiwan are provinces of CN.
        province: GB/T 2260 in China; ISO 3166-2 of a state of the `FEDERAL` countries.
        city: GB/T 2260 in China, ISO 3166-2:TW in Taiwan, `geonames:` and the id there abroad.
    """

    country: str = ""
    province: str = ""
    city: str = ""


NOWHERE = Codes()


@lru_cache(maxsize=8192)
def codes_of(country: str, province: str = "", city: str = "") -> Codes:
    """The codes of a place whose parts are said in words; what is not known stays empty."""
    code = country_code(country)
    if not code and china.province_code(country):
        return codes_of(CHINA, country, city or province)
    if code == CHINA:
        return _in_china(province, city)
    if not code:
        return NOWHERE
    found = abroad.city(_abroad(code, country, province, city))
    state = abroad.state_code(code, province) or (found.state if found else "")
    return Codes(code, state, found.code if found else "")


@lru_cache(maxsize=1024)
def spellings_of(country: str, province: str, city: str, codes: Codes) -> tuple[frozenset[str], ...]:
    """The spellings of country, province and city: all that are known, and those of the words themselves."""
    return (
        country_keys(codes.country) | _own(country),
        _province_keys(codes.province) | _own(province),
        _city_keys(codes.city) | _own(city),
    )


@lru_cache(maxsize=1024)
def alone(spellings: frozenset[str], codes: Codes) -> frozenset[str]:
    """Those spellings of a city that mean it by themselves: not 海南 of a prefecture, nor Suzhou, which are two."""
    if codes.country != CHINA or not codes.city:
        return spellings
    return frozenset(
        each
        for each in spellings
        if china.city_code(each) == codes.city and china.province_code(each) in ("", codes.city)
    )


def centre_of(city: str) -> tuple[float, float] | None:
    """Degrees north and east of a city's centre, by its code; None where it is not known."""
    found = china.division(city) or abroad.city(city)
    return found.centre if found else None


@lru_cache(maxsize=1024)
def centres_of(codes: Codes) -> tuple[tuple[float, float], ...]:
    """Centres of all cities where a place may be: in China those of its province, abroad its city or its country's."""
    if codes.country == CHINA:
        return china.centres(codes.province)
    here = centre_of(codes.city)
    return (here,) if here else abroad.centres(codes.country)


def _in_china(province: str, city: str) -> Codes:
    where = china.province_code(province)
    if not where and province:
        return Codes(CHINA)
    found = china.city_code(city, where) if city else ""
    if where in china.MUNICIPALITIES:
        return Codes(CHINA, where, where)
    known = china.division(found)
    return Codes(CHINA, where or (known.province if known else ""), found)


def _abroad(code: str, country: str, province: str, city: str) -> str:
    if city:
        return abroad.city_code(code, city, province)
    return abroad.city_code(code, country) if code in abroad.CITY_STATES else ""


def _province_keys(code: str) -> frozenset[str]:
    known = china.division(code)
    return known.spellings if known else abroad.state_keys(code)


def _city_keys(code: str) -> frozenset[str]:
    known = china.division(code) or abroad.city(code)
    return known.spellings if known else frozenset()


def _own(words: str) -> frozenset[str]:
    return frozenset(each for each in (*keys(words), key(abroad.bare(words))) if each)
