"""Places as IP libraries name them, and where their cities are."""

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from tasks.model.place import Place

_FILE = "places.csv"
_CHINA = "中国"
# What libraries write where they know nothing, or where there is no place.
_NOWHERE = frozenset(
    {
        "",
        "0",
        "-",
        "*",
        "未知",
        "未分配",
        "保留",
        "保留地址",
        "局域网",
        "内网",
        "内网IP",
        "本机地址",
        "unknown",
        "null",
        "none",
    }
)
_MUNICIPALITIES = frozenset({"北京", "上海", "天津", "重庆"})
_REGIONS = {
    "香港": "香港",
    "澳门": "澳门",
    "台湾": "台湾",
    "hong kong": "香港",
    "macau": "澳门",
    "macao": "澳门",
    "taiwan": "台湾",
}
_PROVINCE_END = re.compile(r"(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$")
_STATE_END = re.compile(r"(特别市|广域市|自治区|地区|州|省|府|都|道|县|市|区)$")
_CITY_END = re.compile(r"(自治州|自治县|林区|地区|市|盟|县)$")
# 恩施土家族苗族自治州 is 恩施.
_PEOPLES = re.compile(
    "(?:蒙古族?|回族?|藏族?|苗族|彝族|壮族|布依族|朝鲜族|侗族|土家族|哈尼族|傣族|傈僳族|白族|景颇族|羌族|哈萨克族?|柯尔克孜族?|黎族)+$"
)
_OPERATORS = re.compile(
    r"(电信|联通|移动|铁通|广电|教育网|科技网|鹏博士|长城宽带|网络|宽带|云|数据中心|机房|公司|集团"
    r"|telecom|mobile|unicom|cloud|network|amazon|google|microsoft|\.com)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[\s|,，]+")
_DASHES = re.compile(r"\s*[-|,，/]\s*")


@dataclass(frozen=True, slots=True)
class _City:
    country: str
    province: str
    city: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class _Map:
    """The data file, ready for look-ups by short names in lower case."""

    countries: dict[str, str]
    provinces: frozenset[str]
    cities: dict[tuple[str, str], tuple[_City, ...]]


@lru_cache(maxsize=4096)
def place_of(raw: str) -> Place:
    """The place that an IP library's words name; never raises, and leaves out what it can't tell.

    Args:
        raw: such as `中国 江苏省 南京市 中国电信`, `中国-广东省-深圳市`, `新加坡`, `未知` or nothing.
    """
    text = raw.strip()[:500]
    words = [word for word in _split(text) if word.lower() not in _NOWHERE]
    if not words:
        return Place(raw=text)
    country, rest = _country(words)
    if not country:
        return Place(raw=text, operator=" ".join(rest))
    province, city, operator = _in_china(rest) if country == _CHINA else _abroad(country, rest)
    found = _find(country, province, city)
    return Place(
        raw=text,
        country=country,
        province=province,
        city=city,
        operator=operator,
        latitude=found.latitude if found else None,
        longitude=found.longitude if found else None,
    )


def _split(text: str) -> list[str]:
    """Words; text in Latin letters is split at marks only, for its names hold spaces."""
    latin = text.isascii()
    marked = bool(_DASHES.search(text)) and (latin or not re.search(r"\s", text))
    return (_DASHES if marked or latin else _WORDS).split(text)


def _country(words: list[str]) -> tuple[str, list[str]]:
    """The country, and the words that follow it; a Chinese province may come without one."""
    first = words[0].removesuffix("特别行政区")
    bare = first.removeprefix(_CHINA)
    if region := _REGIONS.get((bare or first).lower()):
        return _CHINA, [region, *words[1:]]
    if _province(first):
        return _CHINA, words
    known = _map().countries.get(first.lower())
    if known is None and (_OPERATORS.search(first) or not first[0].isalpha()):
        return "", words
    return known or first, words[1:]


def _in_china(words: list[str]) -> tuple[str, str, str]:
    """Province, city and operator as written; the city of a municipality is itself."""
    if words and words[0].isascii():
        return words[0], "".join(words[1:2]), " ".join(words[2:])
    if not words or not _province(words[0]):
        return "", "", " ".join(words)
    province, rest = words[0], words[1:]
    short = _province(province)
    if rest and (_is_city(short, rest[0]) or (_CITY_END.search(rest[0]) and not _OPERATORS.search(rest[0]))):
        return province, rest[0], " ".join(rest[1:])
    whole = short in _MUNICIPALITIES or short in ("香港", "澳门")
    return province, province.removesuffix("特别行政区") if whole else "", " ".join(rest)


def _abroad(country: str, words: list[str]) -> tuple[str, str, str]:
    """Province, city and operator; a city-state is its own city.

    The second word is tried first, for states are named like cities: 纽约州 纽约.
    """
    words = [word for word in words if word != country]
    for index in (1, 0):
        if index < len(words) and _lookup(country, words[index]):
            return words[0] if index else "", words[index], " ".join(words[index + 1 :])
    if _lookup(country, country):
        return "", country, " ".join(words)
    places = [word for word in words if not _is_operator(country, word)][:2]
    operator = " ".join(word for word in words if word not in places)
    return places[0] if places else "", places[1] if len(places) > 1 else "", operator


def _is_operator(country: str, word: str) -> bool:
    """Whether it is a network's name: a Latin word among Chinese ones is."""
    return bool(_OPERATORS.search(word)) or (word.isascii() and not country.isascii())


def _province(word: str) -> str:
    """The short name of a Chinese province; empty for other words."""
    short = _PROVINCE_END.sub("", word)
    return short if short in _map().provinces else ""


def _is_city(province: str, word: str) -> bool:
    return any(each.province == province for each in _lookup(_CHINA, word))


def _find(country: str, province: str, city: str) -> _City | None:
    """The one city that is meant; None where it is unknown or two bear the name."""
    found = _lookup(country, city) if city else ()
    short = _province(province) if country == _CHINA else _STATE_END.sub("", province)
    same = tuple(each for each in found if each.province == short)
    if country == _CHINA:
        found = same
    chosen = same or found
    return chosen[0] if len(chosen) == 1 else None


def _lookup(country: str, city: str) -> tuple[_City, ...]:
    """Cities of that name, be it written whole or short."""
    cities = _map().cities
    short = _CITY_END.sub("", city)
    names = (city, short, _PEOPLES.sub("", short)) if country == _CHINA else (city, city.removesuffix("市"))
    for name in names:
        if found := cities.get((country, name.lower())):
            return found
    return ()


@cache
def _map() -> _Map:
    """The data file, read on first use."""
    text = files("tasks.ipinfo").joinpath(_FILE).read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    cities: dict[tuple[str, str], tuple[_City, ...]] = {}
    for row in rows:
        city = _City(row["country"], row["province"], row["city"], float(row["latitude"]), float(row["longitude"]))
        for name in {row["city"].lower(), row["city_en"].lower()} - {""}:
            key = (city.country, name)
            cities[key] = (*cities.get(key, ()), city)
    return _Map(
        countries={row[name].lower(): row["country"] for row in rows for name in ("country", "country_en")},
        provinces=frozenset(row["province"] for row in rows if row["country"] == _CHINA),
        cities=cities,
    )
