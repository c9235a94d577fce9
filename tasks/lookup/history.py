"""Logins of the last 90 days, of everybody where that is not too much, of the suspect in any case."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from tasks.cloud.audit import BACK, Attributes, Page, Search, pages, windows
from tasks.cloud.parse import PlaceOf
from tasks.lookup.collector import Collector, Source
from tasks.lookup.login import LOGIN
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.fact import Known
from tasks.model.facts import History, PastLogin
from tasks.model.principal import Principal

DAYS = 90
ALL_PAGES = 8  # a window: 400 logins of everybody, so that the trail is not kept waiting
SUSPECT_PAGES = 40  # a window: 2,000 logins of one person
STEP = timedelta(minutes=5)  # how long the edges of everybody's windows stay, so that many incidents ask alike
RECENT = timedelta(minutes=10)
"""What each incident asks for itself, for the audit log is late. The vendor does not say how late; it delivers to COS
after 5 to 10 minutes (CloudAudit's FAQ in tencentyun/intlcloud-documents@02ec31c2, of 2024-12-24)."""

Span = tuple[datetime, datetime]
_NOTHING: Mapping[str, str] = {}


class Logins:
    """What was read: events, and whether a limit cut it off."""

    def __init__(self) -> None:
        self.found: dict[str, AuditEvent] = {}
        self.cut = False

    def add(self, found: Iterable[Page]) -> None:
        """Take pages in; without a last one among them, something was left unread."""
        last = False
        for page in found:
            self.found.update((event.id, event) for event in page.events)
            last = page.last
        self.cut = self.cut or not last


async def everybody(
    collector: Collector, account: Source, source: Source, until: datetime, *, place_of: PlaceOf
) -> Logins:
    """Logins of the whole account, the newest of each window first.

    Args:
        account: for windows that every incident of these minutes asks for alike.
        source: for the last minutes.
    """
    old, new = spans(collector.now, until)
    search = partial(_read, collector, attributes=(LOGIN,), max_pages=ALL_PAGES, place_of=place_of)
    logins = Logins()
    for part in await asyncio.gather(search(account, old), search(source, new)):
        logins.found.update(part.found)
        logins.cut = logins.cut or part.cut
    return logins


async def of_one(collector: Collector, source: Source, until: datetime, who: Principal, place_of: PlaceOf) -> Logins:
    """Logins of one principal."""
    attributes = (LOGIN, ("PrincipalId", who.uin))
    whole = windows(collector.now - BACK, until, collector.now)
    return await _read(collector, source, whole, attributes=attributes, max_pages=SUSPECT_PAGES, place_of=place_of)


def spans(now: datetime, until: datetime) -> tuple[list[Span], list[Span]]:
    """Where everybody's logins are read: windows whose edges stay the same for five minutes, and what came since.

    Each begins where the one before ends, and the API counts both edges in, so nothing falls between; a login on an
    edge comes twice and counts once. An old login's windows may reach beyond it: later logins are left out anyway.
    """
    start, edge = _floor(now - BACK) + STEP, _floor(now - RECENT)
    old = [span for span in windows(start, edge, now) if span[0] < until]
    return old, windows(edge, until, now)


def history_of(
    logins: Iterable[AuditEvent],
    *,
    before: datetime,
    this: AuditEvent | None,
    evidence: tuple[str, ...],
    cut: bool,
    own_whole: bool = False,
    barred: Mapping[str, str] = _NOTHING,
    within: timedelta = timedelta(),
) -> Known[History]:
    """Successful logins before the one in question, and those soon after it, newest first.

    Args:
        cut: whether some logins were not read.
        own_whole: whether all of the suspect's were read even so.
        barred: by a login's event id, the incident because of which it makes nothing usual.
        within: how long after it others are kept.
    """
    found = [
        PastLogin(
            at=event.at,
            principal=event.actor,
            ip=event.ip,
            place=event.place,
            event_id=event.id,
            barred_by=barred.get(event.id, ""),
        )
        for event in logins
        if event.succeeded and (this is None or event.id != this.id)
    ]
    found.sort(key=lambda login: login.at, reverse=True)
    past = tuple(login for login in found if login.at < before)
    later = tuple(login for login in found if before <= login.at <= before + within)
    gaps = (_cut(len(past), own_whole=own_whole),) if cut else ()
    return Known[History](value=History(days=DAYS, logins=past, later=later), evidence=evidence, gaps=gaps)


async def _read(
    collector: Collector,
    source: Source,
    wanted: list[Span],
    *,
    attributes: Attributes,
    max_pages: int,
    place_of: PlaceOf,
) -> Logins:
    logins = Logins()

    def one(start: datetime, end: datetime) -> list[Page]:
        search = Search(start, end, attributes, max_pages=max_pages)
        return list(pages(source, search, place_of=place_of, now=collector.now))

    for found in await asyncio.gather(*(collector.run(one, start, end) for start, end in wanted)):
        logins.add(found)
    return logins


def _floor(moment: datetime) -> datetime:
    return moment - (moment - datetime.min.replace(tzinfo=UTC)) % STEP


def _cut(count: int, *, own_whole: bool) -> Sentence:
    if not own_whole:
        return Sentence(
            zh=f"登录没有全部读到（共读到 {count} 条），当事身份的记录也可能不全。",
            en=f"Not all logins were read, {count} in all; of the suspect's own, too, some may be missing.",
        )
    return Sentence(
        zh=f"登录很多，只读取了各时段最近的记录（共 {count} 条）；当事身份的记录是完整的。",
        en=f"Only the newest logins of each period were read, {count} in all; the suspect's own are complete.",
    )
