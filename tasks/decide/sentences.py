"""How decisions are worded: both languages, plain terms, for somebody on call who was just woken up."""

from collections.abc import Iterable
from datetime import datetime

from tasks.model.answer import Question
from tasks.model.base import BEIJING, Sentence
from tasks.model.principal import Principal

LISTED = 3
"""How many items a sentence lists before it counts the rest; more than three nobody reads at night."""

QUESTIONS = {
    Question.OWN_LOGIN: Sentence(zh="这次登录是本人操作吗？", en="Was this login made by the owner himself?"),
    Question.USUAL_PLACE: Sentence(
        zh="这次登录的地点是该账号的常用登录地吗？", en="Was it made from a usual place of this account?"
    ),
    Question.CO_USER: Sentence(
        zh="这次登录是账号的其他共同使用者吗（微信扫码、QQ、邮箱、子用户、协作者）？是谁？",
        en="Was it one of the account's other users (WeChat scan, QQ, e-mail, sub-user, collaborator)? Which one?",
    ),
    Question.CO_USER_AWAY: Sentence(
        zh="这位共同使用者当时是否正在非常用地登录？", en="Was that co-user at an unusual place at that time?"
    ),
    Question.KNOWN_EGRESS: Sentence(
        zh="这个 IP 是本人或共同使用者正在使用的手机、平板或电脑的出口 IP 吗？",
        en="Is this the egress IP of a phone, tablet or laptop that the owner or a co-user is using?",
    ),
    Question.RESOURCES_AFFECTED: Sentence(
        zh="是否有敏感操作，或账号资源受到影响？", en="Were there sensitive operations, or are resources affected?"
    ),
    Question.CONFIRM: Sentence(
        zh="有事实与上述回答不符。您确认仍然维持该回答吗？",
        en="Facts speak against what was said. Do you confirm it in spite of them?",
    ),
}


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
