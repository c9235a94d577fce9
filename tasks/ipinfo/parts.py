"""The parts of a place within its country: province, city, and the network's operator behind them."""

import re

from tasks.gazetteer import abroad, china
from tasks.gazetteer.countries import country_code
from tasks.ipinfo.words import Word, cut, is_chinese, joined, longest, one_name

_CITY_END = re.compile(r"(自治州|自治县|林区|地区|市|盟|县)$")
_WHOLE_END = re.compile(r"(省|市|自治区|特别行政区|州|盟|地区)$")
OPERATORS = re.compile(
    r"(电信|联通|移动|铁通|广电|教育网|科技网|鹏博士|长城宽带|网络|宽带|云|数据中心|机房|公司|集团"
    r"|telecom|mobile|unicom|cloud|network|amazon|google|microsoft|\.com)",
    re.IGNORECASE,
)
"""What is in the name of a network and not of a place."""


def in_china(words: list[Word]) -> tuple[str, str, str]:
    """Province, city and operator as written; the city of a municipality is itself."""
    if not words:
        return "", "", ""
    found = longest(words, china.province_code)
    if found is None and (parts := cut(words[0].text, _is_in_province)):
        return in_china([*map(Word, parts), *words[1:]])
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
    if is_chinese(words[0].text) or OPERATORS.search(words[0].text):
        return "", "", joined(words)
    province, rest = _taken(words)
    city, operator = _taken(rest)
    return province, city, joined(operator)


def _city_of(code: str, province: str, words: list[Word]) -> tuple[str, list[Word]]:
    """The city of a province, and the words that follow it; a county is its own city, in its own words."""
    whole = province.removesuffix("特别行政区") if code in china.MUNICIPALITIES else ""
    if found := longest(words, lambda name: _is_city_of(code, name)):
        return joined(words[: found[1]]), words[found[1] :]
    if whole or not words:
        return whole, words
    first = words[0].text
    if parts := cut(first, lambda head, _: bool(_WHOLE_END.search(head) and china.city_code(head, code))):
        return parts[0], [Word(parts[1]), *words[1:]]
    is_county = _CITY_END.search(first) is not None and not OPERATORS.search(first)
    if is_county or not is_chinese(joined(words) + province):
        return _taken(words)
    return "", words


def _is_city_of(province: str, name: str) -> bool:
    """Whether a name is that of a city in a province; of a municipality, its own once more."""
    if province in china.MUNICIPALITIES:
        return china.province_code(name) == province
    return bool(china.city_code(name, province))


def _taken(words: list[Word]) -> tuple[str, list[Word]]:
    """An unknown name and the words that follow it; nothing where it is a network's name."""
    count = one_name(words) if words and not is_chinese(words[0].text) else min(1, len(words))
    name = joined(words[:count])
    return ("", words) if OPERATORS.search(name) else (name, words[count:])


def parts_abroad(code: str, country: str, words: list[Word], text: str) -> tuple[str, str, str]:
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
    return bool(OPERATORS.search(word)) or (is_chinese(text) and not is_chinese(word))
