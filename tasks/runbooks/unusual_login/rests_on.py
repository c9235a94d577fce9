"""What an answer rests on where the audit log, or another source, is silent."""

from collections.abc import Mapping
from typing import NamedTuple

from tasks.decide.sentences import both, join, listed, moment
from tasks.model.base import Sentence
from tasks.model.fact import Unknown
from tasks.model.late_event import Looks
from tasks.reporting.templating import clock
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import Question


class Bearing(NamedTuple):
    """A fact, and what its absence means for an answer."""

    fact: str
    label: Sentence
    means: Sentence


HISTORY = Bearing(
    "history",
    both("历史登录", "Past logins"),
    both("是否常用地只能凭人的记忆", "whether the place is a usual one, only people can say"),
)
CO_USERS = Bearing(
    "co_users",
    both("共同使用者名单", "The list of who uses the account"),
    both("还有谁可能登录并不清楚", "who else it could have been is not known"),
)
EGRESS = Bearing(
    "egress",
    both("自有出口 IP", "Our own egress addresses"),
    both("这个地址是不是自己的出口，没有核对过", "nobody has checked whether the address is one of our own"),
)
REPUTATION = Bearing(
    "reputation",
    both("IP 信誉", "The address's reputation"),
    both("这个地址背后是什么网络并不清楚", "what kind of network is behind the address is not known"),
)
TRAIL = Bearing(
    "trail",
    both("登录之后的操作", "What happened after the login"),
    both("没有人看过登录之后发生了什么", "nobody has seen what was done after it"),
)

BEARS_ON: Mapping[str | None, tuple[Bearing, ...]] = {
    Question.OWN_LOGIN: (TRAIL,),
    Question.USUAL_PLACE: (HISTORY,),
    Question.CO_USER: (CO_USERS, TRAIL),
    Question.CO_USER_AWAY: (HISTORY,),
    Question.KNOWN_EGRESS: (EGRESS, REPUTATION),
    Question.CONFIRM: (TRAIL, HISTORY, REPUTATION, EGRESS),
    None: (TRAIL, EGRESS),
}
"""Facts that bear on each question, and on an approval; the login itself bears on every one."""


def rests_on(alert: LoginAlert, facts: LoginFacts, question: str | None, looks: Looks | None) -> tuple[Sentence, ...]:
    """What is not known that bears on a question; the login first."""
    bearings = BEARS_ON.get(question, ())
    return (*_on_the_login(alert, facts, looks), *(found for one in bearings if (found := _without(one, facts))))


def _on_the_login(alert: LoginAlert, facts: LoginFacts, looks: Looks | None) -> tuple[Sentence, ...]:
    if not isinstance(facts.login, Unknown):
        return ()
    told = _only_told(alert)
    if not facts.login.not_yet or looks is None:
        why = facts.login.reason
        return (
            join(both(f"操作审计里看不到这次登录：{why.zh}", f"CloudAudit does not show this login: {why.en}"), told),
        )
    if looks.found_at is not None:
        at = moment(looks.found_at)
        zh = f"做出判断时，操作审计里还没有这次登录的记录；记录在 {at.zh} 才出现。"
        return (
            join(
                both(zh, f"When it was decided the audit log had no record of this login; it turned up {at.en}."), told
            ),
        )
    why = looks.said or facts.login.reason
    return (join(why, _looked(looks), told),)


def _looked(looks: Looks) -> Sentence:
    if looks.until is None:
        at = moment(looks.last_at)
        end = both(f"之后不再查了：一共查了 {looks.made + 1} 次", f"it was looked for {looks.made + 1} times in all")
        return both(
            f"操作审计始终没有显示这次登录（最后一次查是 {at.zh}；{end.zh}）。",
            f"CloudAudit never showed this login (last looked {at.en}; {end.en}).",
        )
    last, until = clock(looks.last_at), clock(looks.until)
    return both(
        f"操作审计的记录常常晚到：{last} 查过，还会再查，最晚到 {until}。",
        f"Its records are often late: looked at {last}, looks again until {until}.",
    )


def _only_told(alert: LoginAlert) -> Sentence:
    """Which particulars only the message gives."""
    given = (
        (alert.ip, both("地址", "the address")),
        (alert.principal, both("身份", "the person")),
        (alert.login_time, both("时间", "the time")),
        (alert.place, both("地点", "the place")),
    )
    named = listed(words for value, words in given if value)
    silent = listed(words for value, words in given[:3] if not value)
    only = both(f"只有提醒这样说、没有核实的：{named.zh}。", f"So only what the message says: {named.en}.")
    nowhere = both(f"完全不知道的：{silent.zh}。", f"Not known at all: {silent.en}.")
    return join(*((only,) if named.zh else ()), *((nowhere,) if silent.zh else ()))


def _without(one: Bearing, facts: LoginFacts) -> Sentence | None:
    fact = getattr(facts, one.fact)
    if not isinstance(fact, Unknown):
        return None
    why, label, means = fact.reason, one.label, one.means
    return both(f"{label.zh}没有查到，{means.zh}：{why.zh}", f"{label.en} could not be read, so {means.en}: {why.en}")
