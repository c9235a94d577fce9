"""Why no record was taken for the login that an alert means, with what was there instead."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from tasks.decide.same_login import Against, seen_of, time_apart
from tasks.decide.sentences import both, moment
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.sighting import Sighting

LISTED_MAX = 5
"""Candidates that a reason names: nobody reads more at night."""

HOUR = timedelta(hours=1)
ZONE_SLACK = timedelta(minutes=2)
"""How near to whole hours a difference must be to look like another zone's clock."""

DIFFERS = {
    Against.ACCOUNT: both("账号不同", "another account"),
    Against.NAME: both("身份不同", "another name"),
    Against.ADDRESS: both("地址不同", "another address"),
    Against.PLACE: both("地点不同", "another place"),
    None: both("记录编号不同", "another record's id"),
}

NOT_WHOLE = both(
    "操作审计没有读完（记录太多，或云接口给不出结尾），可能漏看了登录。",
    "The audit log was not read to its end (there is too much, or the cloud gives no end), so logins may be missing.",
)


def with_gap(said: Sentence) -> Sentence:
    """What was found out, with the doubt that not everything was read."""
    return both(f"{said.zh}{NOT_WHOLE.zh}", f"{said.en} {NOT_WHOLE.en}")


def not_there(told: Sighting, others: Sequence[tuple[AuditEvent, Against | None]], *, failed: bool) -> Sentence:
    """No login fits; logins that there were, the nearest first, each with what speaks against it."""
    if failed:
        said = both(
            "操作审计中只有失败的登录，没有成功的登录记录。",
            "CloudAudit shows only failed logins that fit the alert, none that succeeded.",
        )
    else:
        said = both("操作审计中（尚）没有这次登录的记录。", "CloudAudit does not (yet) show this login.")
    if not others:
        return said
    nearest = sorted(others, key=lambda pair: _distance(told, *pair))
    items = _listed(nearest, lambda pair: _with_why(told, *pair))
    return both(
        f"{said.zh}附近的登录没有采用：{items.zh}。", f"{said.en} Other logins were there and not taken: {items.en}."
    )


def several(fitting: Sequence[AuditEvent]) -> Sentence:
    """More than one login fits."""
    names = tuple(dict.fromkeys(f"{event.actor.label} @ {event.ip}" for event in fitting))
    items = _listed(names, lambda name: both(name, name))
    return both(
        f"有 {len(names)} 个登录都符合提醒，无法断定是哪一个：{items.zh}。",
        f"{len(names)} logins fit the alert, and choosing one would be a guess: {items.en}.",
    )


def in_doubt(fitting: Sequence[AuditEvent]) -> Sentence:
    """One login may be meant, and what the alert says is too little to be sure."""
    items = _listed(fitting, _login)
    return both(
        f"操作审计中有一次登录可能就是它，但提醒说得太少，真正的那次也可能尚未记录，请人来判断：{items.zh}。",
        "One login in CloudAudit may be the one, but the alert says too little to be sure, and the one that it means"
        f" may not be there yet; a person must say: {items.en}.",
    )


def _distance(told: Sighting, event: AuditEvent, why: Against | None) -> tuple[bool, timedelta]:
    """What differs in its time alone comes first, then the nearest."""
    apart = time_apart(told, seen_of(event))
    return why not in (Against.TIME, None), timedelta.max if apart is None else apart


def _with_why(told: Sighting, event: AuditEvent, why: Against | None) -> Sentence:
    login, differs = _login(event), DIFFERS.get(why) or _time_off(told, event)
    return both(f"{login.zh}（{differs.zh}）", f"{login.en} ({differs.en})")


def _time_off(told: Sighting, event: AuditEvent) -> Sentence:
    apart = time_apart(told, seen_of(event)) or timedelta()
    hours, minutes = round(apart / HOUR), round(apart / timedelta(minutes=1))
    if hours and abs(apart - hours * HOUR) <= ZONE_SLACK:
        return both(f"相差整 {hours} 小时，可能是时区不同", f"{hours} h off, as another zone's clock would be")
    return both(f"时间相差 {minutes} 分钟", f"{minutes} min off")


def _login(event: AuditEvent) -> Sentence:
    who, at = f"{event.actor.label} @ {event.ip}", moment(event.at)
    return both(f"{who}，{at.zh}", f"{who} {at.en}")


def _listed(items: Sequence[Any], say: Callable[[Any], Sentence]) -> Sentence:
    shown: Iterable[Sentence] = [say(item) for item in items[:LISTED_MAX]]
    more = "; …" if len(items) > LISTED_MAX else ""
    return both("; ".join(one.zh for one in shown) + more, "; ".join(one.en for one in shown) + more)
