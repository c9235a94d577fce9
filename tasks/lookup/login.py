"""The login in the audit log: which record the alert means, and what happened around it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from tasks.cloud.audit import Attributes, Search, events
from tasks.cloud.parse import PlaceOf
from tasks.decide.identity import is_called
from tasks.lookup.collector import Collector
from tasks.model.address import same_address
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Login

LOGIN = ("EventName", "ConsoleLogin")
BEFORE = timedelta(hours=2)  # alerts name the hour of another zone, or the moment they were sent
AFTER = timedelta(hours=1)
RECENT = timedelta(hours=24)
EXACT_S = 120.0  # the alert's own time is exact; a login further off is another one if there is a choice
MAX_PAGES = 20
LISTED_MAX = 5  # candidates named in a reason


class Reported(NamedTuple):
    """What a report says of a login, by which its record is found; None for what it does not say."""

    ip: str | None
    at: datetime | None
    principal: str | None


async def match_login(collector: Collector, reported: Reported, place_of: PlaceOf) -> Known[AuditEvent] | Unknown:
    """The record that the alert means; unknown where there is none, or where it would be a guess."""
    source = collector.source(share=0.6)
    since, until = span(reported, collector.now)
    attributes: Attributes = (LOGIN, ("SourceIPAddress", reported.ip)) if reported.ip else (LOGIN,)
    search = Search(since, until, attributes, max_pages=MAX_PAGES)
    found = await collector.run(lambda: list(events(source, search, place_of=place_of, now=collector.now)))
    best = best_match(found, reported)
    return (
        Unknown(reason=best) if isinstance(best, Sentence) else Known[AuditEvent](value=best, evidence=source.evidence)
    )


async def look_around(
    collector: Collector, matched: Known[AuditEvent] | Unknown, place_of: PlaceOf
) -> Known[Login] | Unknown:
    """The login with the failures before it, and who else came from its address."""
    if isinstance(matched, Unknown):
        return matched
    event, source = matched.value, collector.source(share=0.9)
    since, until = event.at - RECENT, min(event.at + AFTER, collector.now)

    def read(key: str, value: str) -> list[AuditEvent]:
        search = Search(since, until, (LOGIN, (key, value)), location=False, max_pages=MAX_PAGES)
        return list(events(source, search, place_of=place_of, now=collector.now))

    wanted = [("SourceIPAddress", event.ip), ("PrincipalId", event.actor.uin)]
    parts = await collector.each(partial(read, *pair) for pair in wanted if pair[1])
    found = {event.id: event for part in parts.found for event in part}
    login = around(event, found.values())
    return Known[Login](value=login, evidence=tuple(dict.fromkeys(matched.evidence + source.evidence)), gaps=parts.gaps)


def span(reported: Reported, now: datetime) -> tuple[datetime, datetime]:
    """Where to look for the login."""
    if reported.at is None:
        return now - RECENT, now
    return reported.at - BEFORE, min(reported.at + AFTER, now)


def best_match(found: Iterable[AuditEvent], reported: Reported) -> AuditEvent | Sentence:
    """The one record that fits, or why none was chosen."""
    logins = [event for event in found if reported.ip is None or same_address(event.ip, reported.ip)]
    fitting = [event for event in logins if event.succeeded]
    if not fitting:
        return _none(failed=bool(logins))
    named = [event for event in fitting if reported.principal and is_called(event.actor, reported.principal)]
    fitting = named or fitting
    exact = [event for event in fitting if _seconds_off(event, reported) <= EXACT_S]
    fitting = exact or fitting
    if len({(event.actor.uin or event.actor.name, event.ip) for event in fitting}) > 1:
        return _several(fitting)
    return min(fitting, key=lambda event: (_seconds_off(event, reported), -event.at.timestamp()))


def around(event: AuditEvent, found: Iterable[AuditEvent]) -> Login:
    """The login, with what other logins say of it."""
    others = [each for each in found if each.id != event.id]
    failures = sum(not each.succeeded and event.at - RECENT <= each.at <= event.at for each in others)
    neighbours = {
        each.actor.uin or each.actor.name: each.actor
        for each in others
        if each.succeeded and same_address(each.ip, event.ip) and each.actor.uin != event.actor.uin
    }
    return Login(event=event, failures_before=failures, same_address=tuple(neighbours.values()))


def _seconds_off(event: AuditEvent, reported: Reported) -> float:
    return abs((event.at - reported.at).total_seconds()) if reported.at else 0.0


def _none(*, failed: bool) -> Sentence:
    if failed:
        return Sentence(
            zh="操作审计中只有失败的登录，没有成功的登录记录。",
            en="CloudAudit shows only failed logins that fit the alert, none that succeeded.",
        )
    return Sentence(zh="操作审计中（尚）没有这次登录的记录。", en="CloudAudit does not (yet) show this login.")


def _several(fitting: list[AuditEvent]) -> Sentence:
    names = dict.fromkeys(f"{event.actor.label} @ {event.ip}" for event in fitting)
    listed = "; ".join(list(names)[:LISTED_MAX]) + ("; …" if len(names) > LISTED_MAX else "")
    return Sentence(
        zh=f"有 {len(names)} 个登录都符合提醒，无法断定是哪一个：{listed}。",
        en=f"{len(names)} logins fit the alert, and choosing one would be a guess: {listed}.",
    )
