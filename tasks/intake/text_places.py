"""Where a text says that a login came from: by a label, or in a sentence, where the words name a place.

In a sentence only what the gazetteer knows is a place: 异地, 新设备 or 控制台 are none. Every pattern is bounded.
"""

import re
from collections.abc import Iterator
from itertools import islice

from tasks.gazetteer import abroad, china
from tasks.gazetteer.countries import CHINA, country_code

_STEM = r"[\n,。;)|】]"
_LABELLED = re.compile(
    r"(?:登[录陆入](?:地点|地址|地|城市|位置|来源)|来源地|归属地?|地点|位置|location|place|city) ?[:=] ?"
    rf"[【\[]? ?([^\n,。;)|】]{{1,80}}?)(?=\.\s|\.?$|{_STEM})",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(
    r"(?:异地|异常|境外|海外|国外|境内|国内|外地|未知|不详|新|陌生|可疑|非常用|不常用|常用|其他|无|unknown|unusual|new\b|remote"
    r"|abroad|overseas|n/?a\b|none|-).{0,40}",
    re.IGNORECASE,
)
"""What stands where a place should, and is none."""

_LOGIN = re.compile(
    r"登[录陆入]|异地|(?:log|sign)(?:ged|ed|ging|ing|s)?[- ]?(?:in|on)|logins?\b|access|location", re.IGNORECASE
)
_SENTENCE = re.compile(r"[。;\n!?]|\.\s")
_CHINESE = re.compile(
    r"(?:在|于|从|由|自|地点?[为是]|归属[为是]|(?<=异地)(?=\()|(?<=[0-9A-Fa-f])(?= ?\())"
    r" ?[【\[(「“]? ?([\u4e00-\u9fff][\u4e00-\u9fff·\- ]{1,19})"
)
_GOES_ON = re.compile(
    r" ?(?:[,()（）】\]」”、:0-9A-Za-z.]|登|异|被|的(?!时间)|通过|使用|进行|发生|成功|有|尝试|首次|再次|访问|$)"
)
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:新区|区|县|镇|街道|市)")
_ENGLISH = re.compile(
    r"(?:\b(?:from|in|near|at|via|is)(?: the)?|location:?|(?<=[0-9A-Fa-f])(?= ?\()) ?[(\[\"“]? ?"
    r"((?-i:[A-Z])[A-Za-z.'’-]{1,24}(?:,? [A-Z][A-Za-z.'’-]{1,24}){0,5})",
    re.IGNORECASE,
)
_NO_MORE = re.compile(r" ?(?:time|standard|local|daylight)\b", re.IGNORECASE)
_RUN_MAX = 160  # characters in which a place in Latin script is looked for: six words
_AFTER_MAX = 8  # characters behind a run that show whether a word goes on: a district's name
_LOOKED_AT_MAX = 40  # runs of a text that are looked up; a reminder has a handful
_BY_NAME = 4  # letters from which a word in Latin script may be a country alone: IT, ID and AM are other things, too
_SHORT = frozenset({"USA", "UAE", "UK", "U.S.", "U.K."})


def place_of_text(text: str) -> str | None:
    """The place that a text names; None where it names none, or several.

    Args:
        text: in ordinary width and simplified characters.
    """
    labelled = _LABELLED.search(text)
    if labelled is not None:
        said = labelled[1].strip().rstrip(".")
        longer = _longest_english(text[labelled.start(1) :][:_RUN_MAX])
        if said and not _NO_PLACE.fullmatch(said):
            return longer if len(longer) > len(said) else said
    found = tuple(dict.fromkeys(filter(None, islice(_in_sentences(text), _LOOKED_AT_MAX))))
    widest = max(found, key=len, default="")
    return widest if widest and all(one.replace(" ", "") in widest.replace(" ", "") for one in found) else None


def _in_sentences(text: str) -> Iterator[str]:
    """What stands where a place may, in the sentences that speak of a login: the place, or nothing."""
    for sentence in _SENTENCE.split(text):
        if _LOGIN.search(sentence) is None:
            continue
        for match in _CHINESE.finditer(sentence):
            yield _longest_chinese(match[1], sentence[match.end(1) :][:_AFTER_MAX])
        for match in _ENGLISH.finditer(sentence):
            yield _longest_english(sentence[match.start(1) :][:_RUN_MAX])


def _longest_chinese(run: str, after: str) -> str:
    """The longest beginning of a run of characters that is a place and does not stop inside a word; empty for none."""
    for end in range(len(run), 1, -1):
        head, rest = run[:end], run[end:] + after
        if not is_place(head):
            continue
        district = _DISTRICT.match(rest) if _in_china(head) else None
        if _GOES_ON.match(rest) or (district and _GOES_ON.match(rest[district.end() :])):
            return head.strip()
    return ""


def is_place(words: str) -> bool:
    """Whether Chinese words are a country, a province or a city, or several of them from the whole to the part."""
    name = "".join(words.split()).replace("-", "").replace("·", "")
    return _in_china(name) or bool(country_code(name)) or any(_is_abroad(name[:at], name[at:]) for at in _cuts(name))


def _is_abroad(country: str, rest: str) -> bool:
    code = country_code(country)
    if not code or code == CHINA:
        return bool(code) and _in_china(rest)
    known = abroad.state_code(code, rest) or abroad.city_code(code, rest)
    return bool(known) or any(
        abroad.state_code(code, rest[:at]) and abroad.city_code(code, rest[at:], rest[:at]) for at in _cuts(rest)
    )


def _in_china(words: str) -> bool:
    """Whether words are a province, a city, or both."""
    name = "".join(words.split())
    if china.province_code(name) or china.city_code(name):
        return True
    heads = ((china.province_code(name[:at]), name[at:]) for at in _cuts(name))
    return any(province and china.city_code(rest, province) for province, rest in heads)


def _cuts(name: str) -> range:
    return range(2, len(name) - 1)


def _longest_english(words: str) -> str:
    """The longest beginning of words in Latin script that is a place: `Frankfurt, Germany at 02:10` begins with one."""
    run = _ENGLISH.match(f"from {words}")
    pieces = re.split(r"(?<=[A-Za-z.]) |, ?", run[1]) if run else []
    for count in range(len(pieces), 0, -1):
        said = _as_written(words, pieces[:count])
        if said and _is_english(re.split(r", ?", said)):
            return "" if _NO_MORE.match(words[len(said) :]) else said.rstrip(".,")
    return ""


def _as_written(words: str, pieces: list[str]) -> str:
    """The beginning of words that ends with the last of these pieces."""
    end = 0
    for piece in pieces:
        end = words.find(piece, end) + len(piece)
    return words[:end].strip()


def _is_english(parts: list[str]) -> bool:
    """Whether parts, the smallest first, end with a country, or are a province or a city of China."""
    last = parts[-1].strip()
    code = country_code(last)
    if code and (len(last) >= _BY_NAME or last in _SHORT or len(parts) > 1):
        return all(_is_part(code, part) for part in parts[:-1]) if len(parts) > 1 else True
    province = china.province_code(last) if len(last) >= _BY_NAME else ""
    if len(parts) == 1:
        return bool(province or (len(last) >= _BY_NAME and china.city_code(last)))
    return bool(province) and all(china.city_code(part, province) for part in parts[:-1])


def _is_part(code: str, name: str) -> bool:
    """Whether a name may be of a part of a country: all begin with a capital; in China the gazetteer knows them."""
    return code != CHINA or bool(china.province_code(name) or china.city_code(name))
