"""Places as IP libraries name them, read with the names and codes of the gazetteer."""

import re
from functools import lru_cache

from tasks.gazetteer import abroad, china
from tasks.gazetteer.codes import centre_of, codes_of
from tasks.gazetteer.countries import CHINA, country_code, country_name
from tasks.ipinfo.words import Word, cut, is_chinese, joined, longest, one_name, opens_with_nothing, words_of
from tasks.model.place import Place

_CITY_END = re.compile(r"(自治州|自治县|林区|地区|市|盟|县)$")
_WHOLE_END = re.compile(r"(省|市|自治区|特别行政区|州|盟|地区)$")
_STATE_END = re.compile(r"(州|省|府|都|道|县)$")
_OPERATORS = re.compile(
    r"(电信|联通|移动|铁通|广电|教育网|科技网|鹏博士|长城宽带|网络|宽带|云|数据中心|机房|公司|集团"
    r"|telecom|mobile|unicom|cloud|network|amazon|google|microsoft|\.com)",
    re.IGNORECASE,
)


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
    province, city, operator = _in_china(rest) if code == CHINA else _abroad(code, country, rest, text)
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
    if _OPERATORS.search(first) or not first[0].isalpha():
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


def _in_china(words: list[Word]) -> tuple[str, str, str]:
    """Province, city and operator as written; the city of a municipality is itself."""
    if not words:
        return "", "", ""
    found = longest(words, china.province_code)
    if found is None and (parts := cut(words[0].text, _is_in_province)):
        return _in_china([*map(Word, parts), *words[1:]])
    if found is None:
        return _without_province(words)
    province, rest = joined(words[: found[1]]), words[found[1] :]
    city, operator = _city_of(found[0], province, rest)
    return province, city, joined(operator)


def _is_in_province(head: str, rest: str) -> bool:
    """Whether a word is a province and what lies in it: 江苏省南京市 and 广东深圳 are, 海南藏族自治州 is not."""
    province = china.province_code(head)
    return bool(province and (_WHOLE_END.search(head) or china.city_code(rest, province)))


def _without_province(words: list[Word]) -> tuple[str, str, str]:
    """A city that only one province has; else unknown names in Latin letters are taken as they come."""
    if found := longest(words, china.city_code):
        return "", joined(words[: found[1]]), joined(words[found[1] :])
    if is_chinese(words[0].text) or _OPERATORS.search(words[0].text):
        return "", "", joined(words)
    province, rest = _taken(words)
    city, operator = _taken(rest)
    return province, city, joined(operator)


def _city_of(code: str, province: str, words: list[Word]) -> tuple[str, list[Word]]:
    """The city of a province, and the words that follow it; a county is its own city, in its own words."""
    whole = province.removesuffix("特别行政区") if code in china.MUNICIPALITIES else ""
    known = china.province_code if whole else lambda name: china.city_code(name, code)
    found = longest(words, lambda name: known(name) if whole == "" or known(name) == code else "")
    if found is not None:
        return joined(words[: found[1]]), words[found[1] :]
    if whole or not words:
        return whole, words
    first = words[0].text
    if parts := cut(first, lambda head, _: bool(_WHOLE_END.search(head) and china.city_code(head, code))):
        return parts[0], [Word(parts[1]), *words[1:]]
    is_county = _CITY_END.search(first) is not None and not _OPERATORS.search(first)
    if is_county or not is_chinese(joined(words) + province):
        return _taken(words)
    return "", words


def _taken(words: list[Word]) -> tuple[str, list[Word]]:
    """An unknown name and the words that follow it; nothing where it is a network's name."""
    count = one_name(words) if words and not is_chinese(words[0].text) else min(1, len(words))
    name = joined(words[:count])
    return ("", words) if _OPERATORS.search(name) else (name, words[count:])


def _abroad(code: str, country: str, words: list[Word], text: str) -> tuple[str, str, str]:
    """Province, city and operator; a city-state is its own city.

    The second name is tried first, for states are named like cities: 纽约州 纽约.
    """
    names = [name for name in _names(code, words) if name != country and country_code(name) != (code or country)]
    for index in (1, 0):
        if index < len(names) and abroad.city_code(code, names[index], names[0] if index else ""):
            return names[0] if index else "", names[index], " ".join(names[index + 1 :])
    if code in abroad.CITY_STATES:
        return "", country, " ".join(names)
    places = [name for name in names if not _is_operator(text, name)][:2]
    operator = " ".join(name for name in names if name not in places)
    return places[0] if places else "", places[1] if len(places) > 1 else "", operator


def _names(code: str, words: list[Word]) -> list[str]:
    """Words as names: those that are known in the country as long as can be, the others up to the next mark."""
    found: list[str] = []
    while words:
        known = longest(words, lambda name: abroad.city_code(code, name) or abroad.state_code(code, name))
        count = known[1] if known else 1 if is_chinese(words[0].text) else one_name(words)
        found.append(joined(words[:count]))
        words = words[count:]
    return found


def _is_operator(text: str, word: str) -> bool:
    """Whether a word of a text is a network's name: a Latin word among Chinese ones is."""
    return bool(_OPERATORS.search(word)) or (is_chinese(text) and not is_chinese(word))
