"""The words of an IP library's text, and the longest name that some of them make."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

# What libraries write where they know nothing, where there is no place, or where it may be on half a continent.
_NOWHERE = frozenset(
    "0 - * 未知 未分配 保留 保留地址 局域网 内网 内网ip 本机地址 unknown null none n/a undefined"  # noqa: SIM905
    " 欧洲 欧洲地区 非洲 非洲地区 北美 北美地区 南美 南美地区 亚洲 亚太 亚太地区 europe africa asia".split()
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPACED = re.compile(r"[\s|,，;；、]+")
_MARKED = re.compile(r"\s*[-|,，/;；、]\s*")
_FIRST = re.compile(r"[\s|,，/;；、-]+")
_LONGEST = 7  # words of a name: Bonaire, Sint Eustatius and Saba has five

Found = TypeVar("Found")


class Word(NamedTuple):
    """A word; `first` where a mark stands before it, so that a name may begin here but hardly end behind it."""

    text: str
    first: bool = True


def words_of(text: str) -> list[Word]:
    """The words that say something.

    Chinese names hold no space, so that a space parts them; names in Latin letters do, and are parted by marks.
    """
    if is_chinese(text):
        parts = (_SPACED if re.search(r"\s", text) else _MARKED).split(text)
        return [Word(part) for part in parts if _says(part)]
    found: list[Word] = []
    for part in _MARKED.split(text):
        found += [Word(each, first=not index) for index, each in enumerate(filter(_says, part.split()))]
    return found


def opens_with_nothing(text: str) -> bool:
    """Whether the first part of a text, which would be its country, says nothing: 欧洲|0|0|谷歌."""
    return not _says(_FIRST.split(text.strip(), maxsplit=1)[0])


def is_chinese(text: str) -> bool:
    """Whether there is a Chinese character in a text."""
    return _HAN.search(text) is not None


def joined(words: Sequence[Word]) -> str:
    """Words as one text."""
    return " ".join(word.text for word in words)


def longest(words: Sequence[Word], known: Callable[[str], Found]) -> tuple[Found, int] | None:
    """What the longest name at the beginning means, and how many words it has; None where there is none."""
    for count in range(min(_LONGEST, len(words)), 0, -1):
        if found := known(joined(words[:count])):
            return found, count
    return None


def one_name(words: Sequence[Word]) -> int:
    """How many words an unknown name at the beginning has: up to the next mark in Latin letters, else one."""
    ends = (index for index, word in enumerate(words) if index and word.first)
    return next(ends, len(words))


def cut(word: str, fits: Callable[[str, str], bool]) -> tuple[str, str] | None:
    """A Chinese word as two, of which the first is as long as fits: 江苏省南京市 as 江苏省 and 南京市."""
    if not is_chinese(word):
        return None
    parts = ((word[:end], word[end:]) for end in range(len(word) - 1, 1, -1))
    return next(((head, rest) for head, rest in parts if fits(head, rest)), None)


def _says(word: str) -> bool:
    return bool(word) and word.lower() not in _NOWHERE
