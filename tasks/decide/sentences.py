"""How decisions are worded: both languages, plain terms, for somebody on call who was just woken up."""

from collections.abc import Iterable
from datetime import datetime

from tasks.model.base import BEIJING, Sentence
from tasks.model.principal import Principal

LISTED = 3
"""How many items a sentence lists before it counts the rest; more than three nobody reads at night."""


def both(zh: str, en: str) -> Sentence:
    """One sentence in both languages."""
    return Sentence(zh=zh, en=en)


def join(*parts: Sentence) -> Sentence:
    """Several sentences as one text."""
    return both("".join(part.zh for part in parts), " ".join(part.en for part in parts))


def listed(parts: Iterable[Sentence]) -> Sentence:
    """Several terms as a list."""
    every = tuple(parts)
    return both("、".join(part.zh for part in every), ", ".join(part.en for part in every))


def moment(at: datetime | None) -> Sentence:
    """A time, to the minute, on Beijing's clocks: the account's people and its console read those."""
    if at is None:
        return both("时间不明", "at an unknown time")
    shown = f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M} (UTC+8)"
    return both(shown, f"at {shown}")


def label(principal: Principal | None) -> Sentence:
    """A principal by name and uin."""
    if principal is None:
        return both("身份不明者", "somebody unknown")
    return both(principal.label, principal.label)


def shorten(names: tuple[str, ...]) -> Sentence:
    """The first names, and how many more there are."""
    rest = len(names) - LISTED
    zh, en = "、".join(names[:LISTED]), ", ".join(names[:LISTED])
    if rest <= 0:
        return both(zh, en)
    return both(f"{zh} 等 {len(names)} 项", f"{en} and {rest} more")


def shown_value(value: str) -> Sentence:
    """An answer's value as text."""
    words = {"yes": both("是", "yes"), "no": both("否", "no"), "unknown": both("不清楚", "unknown")}
    return words.get(value, both(value, value))


def holder(person: str) -> Sentence:
    """Who holds a link: a person by name, or whoever was given one that is nobody's."""
    return both(person or "未署名链接的持有者", person or "The holder of the unnamed link")
