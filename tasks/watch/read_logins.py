"""Reading logins from the audit log: new ones step by step, past ones for the baseline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.cloud.api import Api
from tasks.cloud.audit import BACK, Attributes, Search, read, windows
from tasks.ipinfo.places import place_of
from tasks.lookup.login import LOGIN
from tasks.model.audit import AuditEvent
from tasks.model.principal import Principal

STEP = timedelta(days=1)
"""What is caught up with at once, before it is safely remembered."""

SHORTEST = timedelta(minutes=1)
"""A step is not halved below this: what a minute holds is read, as far as `STEP_PAGES` go."""

STEP_PAGES = 40
"""Pages of 50 records: a step with more is halved."""

ALL_PAGES = 8
"""Pages of each month of the past, for everybody together; who was cut off is read alone, at the next login."""

OWN_PAGES = 20
"""Pages of each month of one principal's past."""


@dataclass(frozen=True)
class LoginsRead:
    """Logins that were read.

    Args:
        end: up to here they were read.
        whole: False where a limit cut some off.
    """

    events: tuple[AuditEvent, ...]
    end: datetime
    whole: bool


def step(cloud: Api, since: datetime, through: datetime, now: datetime) -> LoginsRead:
    """The next step of logins, the oldest first; shorter where there are many.

    Oldest first, for then one moment says what was read, habits grow in the order in which they were formed, and what
    a crash interrupts is not begun anew. Even 90 days are minutes of work.

    Args:
        since: from where to read: before `through`, for records come late.
        through: up to here all was read before.
        now: where to stop.
    """
    end = min(now, max(through, now - BACK) + STEP)
    while True:
        events, whole = _read(cloud, since, end, (LOGIN,), STEP_PAGES, now=now)
        half = (end - max(through, since)) / 2
        if whole or half < SHORTEST:
            return LoginsRead(_oldest_first(events), end, whole)
        end -= half


def past(cloud: Api, until: datetime, now: datetime) -> LoginsRead:
    """Everybody's logins of the last 90 days, the newest of each month where there are many."""
    return _past(cloud, until, (LOGIN,), ALL_PAGES, now=now)


def past_of(cloud: Api, who: Principal, until: datetime, now: datetime) -> LoginsRead:
    """One principal's logins of the last 90 days."""
    return _past(cloud, until, (LOGIN, ("PrincipalId", who.uin)), OWN_PAGES, now=now)


def around(cloud: Api, ip: str, at: datetime, slack: timedelta, now: datetime) -> tuple[AuditEvent, ...]:
    """Logins from an address at about that time."""
    end = min(now, at + slack)
    return _read(cloud, at - slack, end, (LOGIN, ("SourceIPAddress", ip)), STEP_PAGES, now=now)[0]


def _past(cloud: Api, until: datetime, attributes: Attributes, most: int, *, now: datetime) -> LoginsRead:
    parts = [_read(cloud, *span, attributes, most, now=now) for span in windows(now - BACK, until, now)]
    events = {event.id: event for found, _ in parts for event in found}
    return LoginsRead(_oldest_first(tuple(events.values())), until, all(whole for _, whole in parts))


def _read(
    cloud: Api, since: datetime, end: datetime, attributes: Attributes, most: int, *, now: datetime
) -> tuple[tuple[AuditEvent, ...], bool]:
    """Logins of a time, and whether these are all; a time that is over already, or too long ago, has none."""
    found = read(cloud, Search(since, end, attributes, max_pages=most), place_of=place_of, now=now)
    return found.events, found.whole


def _oldest_first(events: Sequence[AuditEvent]) -> tuple[AuditEvent, ...]:
    return tuple(sorted(events, key=lambda event: (event.at, event.id)))
