"""Reading console sessions that begin by a role, among the calls of programs that assume roles."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.cloud.api import Api
from tasks.cloud.audit import BACK, Search, read, windows
from tasks.decide.sentences import both
from tasks.errors import CloudRefused, CloudTransient
from tasks.ipinfo.places import place_of
from tasks.lookup.role_sessions import ROLE_SESSIONS, is_role_session, role_of, with_actor
from tasks.lookup.unavailable import reason
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.watch import Position

ROLES = tuple(("EventName", name) for name in ROLE_SESSIONS)

NEW_PAGES = 4
"""Pages of 50 records of each look: programs assume roles without end, and the log has no filter for the console."""

PAST_PAGES = 1
"""Pages of each month of the past, the newest."""

UNREAD = (CloudRefused, CloudTransient)
"""What keeps sessions by a role from being read; logins, which were read before, are not held up by it."""

SAID_EVERY = timedelta(hours=24)
"""How often it is said that not all could be read."""


@dataclass(frozen=True)
class RolesRead:
    """Console sessions by a role that were read, and where the watcher is then."""

    events: tuple[AuditEvent, ...]
    position: Position
    notes: tuple[Sentence, ...] = ()


def read_new(cloud: Api, position: Position, since: datetime, end: datetime, now: datetime) -> RolesRead:
    """The sessions of a time; where not all can be read the logins go on without, and that is said once a day."""
    try:
        found = read(cloud, Search(since, end, ROLES, max_pages=NEW_PAGES), place_of=place_of, now=now)
    except UNREAD as exc:
        return _said((), position, _without(exc), now)
    events = _sessions(found.events)
    return RolesRead(events, position) if found.whole else _said(events, position, _cut(), now)


def read_past(cloud: Api, until: datetime, now: datetime) -> tuple[AuditEvent, ...]:
    """Sessions of the last 90 days, as far as a page of each month shows them."""
    found: list[AuditEvent] = []
    for start, end in windows(now - BACK, until, now):
        with suppress(*UNREAD):  # each look says so
            found += read(cloud, Search(start, end, ROLES, max_pages=PAST_PAGES), place_of=place_of, now=now).events
    return _sessions(found)


def _said(events: tuple[AuditEvent, ...], position: Position, why: Sentence, now: datetime) -> RolesRead:
    if position.roles_cut_at and abs(now - position.roles_cut_at) < SAID_EVERY:
        return RolesRead(events, position)
    return RolesRead(events, position.model_copy(update={"roles_cut_at": now}), notes=(why,))


def said_of(event: AuditEvent) -> tuple[Sentence, ...]:
    """That a session began by a role; nothing of any other login."""
    if not is_role_session(event):
        return ()
    role = role_of(event)
    of = (f"「{role}」", f" “{role}”") if role else ("", "")
    return (
        both(
            f"以角色{of[0]}进入控制台（{event.name}），没有登录记录。",
            f"The console was entered by a role{of[1]} ({event.name}), without a login of its own.",
        ),
    )


def _sessions(events: Iterable[AuditEvent]) -> tuple[AuditEvent, ...]:
    return tuple(with_actor(event) for event in events if is_role_session(event))


def _without(exc: Exception) -> Sentence:
    why = reason(exc)
    return both(f"以角色进入控制台的会话无法读取：{why.zh}", f"Console sessions by a role can't be read: {why.en}")


def _cut() -> Sentence:
    most = NEW_PAGES * 50
    return both(
        f"程序扮演角色的记录太多，每次只看最近的 {most} 条，其中以角色进入控制台的可能有遗漏。",
        f"Programs assume roles too often: only the newest {most} records of each look are read, so that console "
        "sessions by a role may be missed.",
    )
