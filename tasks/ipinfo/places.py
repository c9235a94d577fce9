"""Places as IP libraries name them, read with the names and codes of the gazetteer."""

import re
from functools import lru_cache

from tasks.gazetteer import abroad, china
from tasks.gazetteer.codes import centre_of, codes_of
from tasks.gazetteer.countries import CHINA, country_code, country_name
from tasks.ipinfo.parts import OPERATORS, in_china, parts_abroad
from tasks.ipinfo.words import Word, cut, is_chinese, joined, longest, one_name, opens_with_nothing, words_of
from tasks.model.place import Place

_STATE_END = re.compile(r"(州|省|府|都|道|县)$")


@lru_cache(maxsize=4096)
def place_of(raw: str) -> Place:
    """The place that an IP library's words name; never raises, and leaves out what it can't tell.

    Args:
        raw: such as `中国 江苏省 南京市 中国电信`, `中国-广东省-深圳市`, `Suzhou, Anhui, China`, `新加坡`, `未知` or
            nothing.
    """
    text = raw.strip()[:500]
    words = _country_first(words_of(text))
    if not words:
        return Place(raw=text)
    country, rest = _country(words)
    code = country_code(country)
    if not country or (not code and opens_with_nothing(text)):
        return Place(raw=text, operator=joined(words))
    province, city, operator = in_china(rest) if code == CHINA else parts_abroad(code, country, rest, text)
    return place_in(country, province, city, operator=operator, raw=text)


def place_in(country: str, province: str = "", city: str = "", *, operator: str = "", raw: str = "") -> Place:
    """The place whose parts a library says one by one, with its codes and the centre of its city.

    Args:
        country: a name in English or Chinese, or an ISO 3166-1 code in capitals.
        province, city: names in English or Chinese; empty where the library does not say.
    """
    codes = codes_of(country, province, city)
    north, east = centre_of(codes.city) or (None, None)
    return Place(
        raw=(raw or " ".join(filter(None, (country, province, city, operator))))[:500],
        country=country_name(codes.country) or country,
        province=province,
        city=city,
        operator=operator,
        country_code=codes.country,
        province_code=codes.province,
        city_code=codes.city,
        latitude=north,
        longitude=east,
    )


def _country_first(words: list[Word]) -> list[Word]:
    """Words from the whole to the part, be they written that way or the English one: Nanjing, Jiangsu, China."""
    starts = [index for index, word in enumerate(words) if word.first]
    if len(starts) < 2 or is_chinese(joined(words)):  # noqa: PLR2004 # one part has no order
        return words
    parts = [words[start:end] for start, end in zip(starts, [*starts[1:], len(words)], strict=True)]
    for count in range(min(2, len(parts) - 1), 0, -1):  # Seoul, Korea, Republic of
        first, last = joined(parts[0]), joined([word for part in parts[-count:] for word in part])
        if _rank(first) < _rank(last) or abroad.state_code(country_code(last), first):
            return [word for part in (*parts[-count:], *reversed(parts[:-count])) for word in part]
    return words


def _rank(name: str) -> int:
    """How much a name holds: a country most, then a Chinese province."""
    return 2 if country_code(name) else 1 if china.province_code(name) else 0


def _country(words: list[Word]) -> tuple[str, list[Word]]:
    """The country, and the words that follow it; a Chinese province or city may come without one."""
    if found := longest(words, country_code):
        return country_name(found[0]), words[found[1] :]
    if longest(words, china.province_code) or longest(words, china.city_code):
        return country_name(CHINA), words
    first = words[0].text
    if parts := cut(first, _is_place_of_country):
        return _country([*map(Word, parts), *words[1:]])
    if parts := cut(first, lambda head, _: bool(china.province_code(head))):
        return country_name(CHINA), [*map(Word, parts), *words[1:]]
    if OPERATORS.search(first) or not first[0].isalpha():
        return "", words
    count = one_name(words) if not is_chinese(first) else 1
    return joined(words[:count]), words[count:]


def _is_place_of_country(head: str, rest: str) -> bool:
    """Whether a word is a country and a place of it: 中国香港 is, 中国移动 and 日本电信 are not."""
    code = country_code(head)
    if code == CHINA:
        known = china.province_code(rest) or china.city_code(rest)
        return bool(known or cut(rest, lambda province, _: bool(china.province_code(province))))
    return bool(code and (abroad.state_code(code, rest) or abroad.city_code(code, rest) or _STATE_END.search(rest)))
