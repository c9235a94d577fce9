"""Network operators by one name, however a library spells them."""

import re
from functools import lru_cache

from tasks.decide.geography import place_key
from tasks.model.place import Place

CHINA = "CN"
CARRIERS = (
    ("telecom", ("电信", "telecom", "chinanet")),
    ("unicom", ("联通", "网通", "unicom")),
    ("mobile", ("移动", "铁通", "mobile", "tietong")),
    ("cernet", ("教育网", "cernet")),
    ("broadnet", ("广电", "broadnet")),
)
"""China's carriers, by what libraries call them in Chinese and English; 网通 and 铁通 became part of 联通 and 移动."""

_FILLING = re.compile(r"中国|公司|集团|有限|\bchina\b|\b(?:co|corp|inc|ltd|llc|gmbh)\b|[\s.,]+", re.IGNORECASE)


def operator_of(place: Place | None) -> str:
    """The operator's one name; empty where the place says none."""
    if place is None or not place.operator:
        return ""
    return _named(place.operator.casefold(), place_key(place)[0])


@lru_cache(maxsize=4096)
def _named(words: str, country: str) -> str:
    known = CARRIERS if country == CHINA else ()
    carrier = next((name for name, spellings in known if any(each in words for each in spellings)), "")
    return carrier or _FILLING.sub("", words) or words.strip()
