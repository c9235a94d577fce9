"""Spellings of one name, made alike."""

import re
import unicodedata
from functools import lru_cache

_ENGLISH_KINDS = re.compile(
    r"(?<=\w)[\s,]+(?:province|sheng|city|shi|municipality|autonomous (?:region|prefecture|county)|zizhi(?:qu|zhou)"
    r"|league|prefecture|diqu|special administrative region|sar(?: china)?)\.?$",
    re.IGNORECASE,
)
"""What English and Pinyin names say besides the name: Jiangsu Province, Nanjing Shi."""


@lru_cache(maxsize=16384)
def key(name: str) -> str:
    """Letters and digits of a name, without accents and case, so that Xi'an is Xian and Lüliang is Luliang."""
    apart = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in apart if letter.isalnum())


def keys(name: str) -> tuple[str, ...]:
    """The name as it is written and, in Latin letters, without the kind of division at its end."""
    bare = _ENGLISH_KINDS.sub("", name.strip())
    return tuple(dict.fromkeys(filter(None, (key(name), key(bare)))))
