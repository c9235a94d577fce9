"""The login in the audit log: which record the alert means, and what happened around it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from tasks.cloud.audit import Attributes, Reading, Search, read
from tasks.cloud.parse import PlaceOf
from tasks.decide.identity import goes_by
from tasks.decide.same_login import (
    LOG_IS_WHOLE,
    NEAR,
    NO_TIME,
    ROUNDED,
    SECOND,
    Against,
    against,
    is_identified,
    seen_of,
    time_apart,
)
from tasks.lookup.collector import Collector
from tasks.lookup.login_words import NOT_WHOLE, in_doubt, not_there, several, with_gap
from tasks.model.address import one_spelling, same_address
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Login
from tasks.model.place import Place
from tasks.model.principal import CoUser
from tasks.model.sighting import Sighting

LOGIN = ("EventName", "ConsoleLogin")
BEFORE = timedelta(hours=2)
"""How far before the alert's time logins are read: its clock may be off, or another zone's. What is not near is named,
and never taken."""

AFTER = timedelta(hours=1)
"""How far after it."""

RECENT = timedelta(hours=24)
MAX_PAGES = 20

ListPeople = Callable[[], Awaitable[Iterable[CoUser]]]
"""Gives everybody of the account, once they are listed."""


class Reported(NamedTuple):
    """What a report says of a login, by which its record is found; None for what it does not say.

    Args:
        place: the place that it names, as far as that is known.
        event_id: the record's own id, where the report is that record.
        uin: of whom it names, once that is known.
        event: what the audit log calls such a record.
    """

    ip: str | None
    at: datetime | None
    principal: str | None
    place: Place | None = None
    account: str | None = None
    event_id: str | None = None
    uin: str | None = None
    event: str = LOGIN[1]


async def match_login(
    collector: Collector, reported: Reported, place_of: PlaceOf, *, people: ListPeople | None = None
) -> Known[AuditEvent] | Unknown:
    """The record that the alert means; unknown where there is none, or where it would be a guess.

    Args:
        people: who goes by which names; asked only where nothing but the name speaks against a record.
    """
    source = collector.source(share=0.6)
    since, until = span(reported, collector.now)
    named = ("EventName", reported.event)
    attributes: Attributes = (named, ("SourceIPAddress", reported.ip)) if reported.ip else (named,)
    search = Search(since, until, attributes, max_pages=MAX_PAGES)
    reading = await collector.run(read, source, search, place_of=place_of, now=collector.now)
    found, known_until = reading.events, collector.now if reading.whole else None
    best = best_match(found, reported, now=known_until)
    if people is not None and isinstance(best, Sentence) and _only_its_name_differs(found, reported):
        best = best_match(found, identified(reported, await people()), now=known_until)
    gaps = () if reading.whole else (NOT_WHOLE,)
    if isinstance(best, Sentence):
        return Unknown(reason=best if reading.whole else with_gap(best), not_yet=True)
    return Known[AuditEvent](value=best, evidence=source.evidence, gaps=gaps)


async def look_around(
    collector: Collector, matched: Known[AuditEvent] | Unknown, place_of: PlaceOf
) -> Known[Login] | Unknown:
    """The login with the failures before it, and who else came from its address."""
    if isinstance(matched, Unknown):
        return matched
    event, source = matched.value, collector.source(share=0.9)
    since, until = event.at - RECENT, min(event.at + AFTER, collector.now)

    def one(key: str, value: str) -> Reading:
        search = Search(since, until, (LOGIN, (key, value)), location=False, max_pages=MAX_PAGES)
        return read(source, search, place_of=place_of, now=collector.now)

    wanted = [("SourceIPAddress", event.ip), ("PrincipalId", event.actor.uin)]
    parts = await collector.each(partial(one, *pair) for pair in wanted if pair[1])
    found = {event.id: event for part in parts.found for event in part.events}
    login = around(event, found.values())
    cut = () if all(part.whole for part in parts.found) else (NOT_WHOLE,)
    evidence = tuple(dict.fromkeys(matched.evidence + source.evidence))
    return Known[Login](value=login, evidence=evidence, gaps=tuple(dict.fromkeys((*matched.gaps, *parts.gaps, *cut))))


def span(reported: Reported, now: datetime) -> tuple[datetime, datetime]:
    """Where to look for the login."""
    if reported.at is None:
        return now - RECENT, now
    return reported.at - BEFORE, min(reported.at + AFTER, now)


def identified(reported: Reported, people: Iterable[CoUser]) -> Reported:
    """The report with the uin of the one whom it names; as it is where nobody, or more than one, goes by that name."""
    name = reported.principal
    found = {user.principal.uin for user in people if name and goes_by(user, name)} - {""}
    return reported._replace(uin=found.pop()) if len(found) == 1 else reported


def best_match(
    found: Iterable[AuditEvent], reported: Reported, *, now: datetime | None = None
) -> AuditEvent | Sentence:
    """The one record that the report means, or why none was chosen: nothing that it says may speak against it.

    Args:
        found: logins of the time around.
        now: until when the audit log was read; None where that is not known. A login that is not there yet may be the
            one that is meant, so a report that says little is believed only when none can be missing any more.
    """
    logins, told = tuple(found), _told(reported)
    itself = [event for event in logins if event.succeeded and event.id == reported.event_id]
    if itself:
        return itself[0]
    fitting = [event for event in logins if event.succeeded and _against(told, event) is None]
    if reported.event_id:  # another id is another login, unless the sender's ids are not the log's
        fitting = [event for event in fitting if told.ip and told.principal and _is_exact(told, event)]
    if not fitting:
        others = [(event, _against(told, event)) for event in logins if event.succeeded]
        return not_there(told, others, failed=_failed(logins, told))
    chosen = _chosen(fitting, told, now)
    if len(_parties(chosen)) == 1:
        return min(chosen, key=lambda event: (_seconds_off(told, event), -event.at.timestamp()))
    return several(chosen or fitting) if len(_parties(chosen or fitting)) > 1 else in_doubt(fitting)


def _chosen(fitting: Sequence[AuditEvent], told: Sighting, now: datetime | None) -> Sequence[AuditEvent]:
    """What the report can mean; nothing as long as the login that it means may not be in the log yet."""
    sure = [event for event in fitting if is_identified(told, seen_of(event))]
    if sure and (told.ip or told.principal):
        return _of_that_minute(sure, told)
    at = told.happened_at
    return fitting if sure or (at is not None and now is not None and now - at >= LOG_IS_WHOLE) else ()


def _of_that_minute(sure: Sequence[AuditEvent], told: Sighting) -> Sequence[AuditEvent]:
    """Of what several did, what was done in the very minute."""
    if len(_parties(sure)) <= 1:
        return sure
    return [event for event in sure if _seconds_off(told, event) <= ROUNDED.total_seconds()] or sure


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


def _told(reported: Reported) -> Sighting:
    return Sighting(
        account=reported.account or "",
        principal=(reported.principal or "").strip().casefold(),
        uin=reported.uin or "",
        ip=one_spelling(reported.ip or ""),
        place=reported.place,
        happened_at=reported.at,
        at=reported.at or NO_TIME,
    )


def _against(told: Sighting, event: AuditEvent) -> Against | None:
    return against(told, seen_of(event), within=NEAR)


def _only_its_name_differs(found: Iterable[AuditEvent], reported: Reported) -> bool:
    told = _told(reported)
    nameless = told.model_copy(update={"principal": "", "uin": ""})
    return any(_against(told, event) is Against.NAME and _against(nameless, event) is None for event in found)


def _is_exact(told: Sighting, event: AuditEvent) -> bool:
    apart = time_apart(told, seen_of(event))
    return apart is not None and apart <= SECOND


def _failed(logins: Iterable[AuditEvent], told: Sighting) -> bool:
    return any(not event.succeeded and _against(told, event) is None for event in logins)


def _parties(logins: Iterable[AuditEvent]) -> set[tuple[str, str]]:
    """Who came from where."""
    return {(event.actor.uin or event.actor.name, event.ip) for event in logins}


def _seconds_off(told: Sighting, event: AuditEvent) -> float:
    apart = time_apart(told, seen_of(event))
    return apart.total_seconds() if apart is not None else 0.0
