"""A look's parts: how the watcher begins, and how it goes on from where it was."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import JsonValue

from tasks.decide.anomaly.baseline import baseline_of, pruned
from tasks.decide.anomaly.detect import made_at
from tasks.decide.sentences import both, moment
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.watch import Position, Seen
from tasks.watch import alarms, role_sessions
from tasks.watch import read_logins as reading
from tasks.watch.judge import Judge, failure_of, recent
from tasks.watch.learn import standings_of
from tasks.watch.look import Look
from tasks.watch.state import State

FIRST = timedelta(hours=1)
"""How far back the very first look raises anything: setting the watcher up must not raise three months of logins."""

OVERLAP = timedelta(minutes=15)
"""What each look reads again, for records come late and out of order."""

DEEP = timedelta(hours=6)
"""What one look an hour reads again, for nobody says how late a record can come."""

DEEP_EVERY = timedelta(hours=1)
"""How often it does: a page or two more an hour."""

SLACK = timedelta(hours=1)
"""How much longer records are remembered as read than they are read again."""

SEEN_MAX = 5000
"""Records that are remembered as read; more come only in a flood, and then the ledger knows its own alerts again."""

ALARMS_S = 12.0
"""Seconds for the security centre: it only adds to what the audit log shows."""


def begin(look: Look, kept: JsonValue) -> State:
    """Learn the habits of 90 days; only the last hour's logins are still to be compared with them.

    Args:
        kept: what stands in the ledger in the position's place.
    """
    start = look.now - FIRST
    read = reading.past(look.reads(), start, look.now)
    past = (*read.events, *role_sessions.read_past(look.reads(), start, look.now))
    failures = tuple(failure_of(each, look.now) for each in read.events if not each.succeeded)
    position = Position(
        through=start,
        deep_at=look.now,
        seen=_seen(past, (), start, look.now),
        failures=recent(failures, start),
        alarms_from=start,
    )
    baseline = baseline_of(past, whole=read.whole, now=look.now, standings=standings_of(look))
    return State(position, baseline, kept=kept)


def go_on(look: Look, state: State, *, anew: bool = False) -> tuple[State, bool]:
    """Take the next part of what is new; the flag tells whether there is more.

    Args:
        anew: whether the watcher has just begun, so that its habits are this account's.
    """
    before, cloud = state.position, look.reads()
    through = min(before.through, look.now)  # our clock may have been set back
    deep = abs(look.now - before.deep_at) >= DEEP_EVERY
    since = through - (DEEP if deep else OVERLAP)
    read = reading.step(cloud, since, through, look.now)
    if not anew and _is_anothers(read.events, state.baseline.account):
        return go_on(look, begin(look, state.kept), anew=True)
    roles = role_sessions.read_new(cloud, before, since, read.end, look.now)
    events = sorted((*read.events, *roles.events), key=lambda each: (each.at, each.id))
    known = {each.id for each in before.seen}
    judge = Judge(look, cloud, state.baseline, before.failures)
    for event in events:
        if event.id not in known:
            judge.judge(event)
    moved = {
        "through": read.end,
        "deep_at": look.now if deep else before.deep_at,
        "seen": _seen(events, before.seen, read.end, look.now),
        "failures": recent(judge.failures, read.end),
    }
    look.read_through(read.end)
    look.note(*([] if read.whole else [_cut(read.end)]), *roles.notes)
    grown = judge.baseline if judge.baseline is state.baseline else pruned(judge.baseline, look.now)
    after = replace(state, position=roles.position.model_copy(update=moved), baseline=grown)
    return (after, True) if read.end < look.now else (_with_alarms(look, after), False)


def lost(since: datetime, until: datetime) -> Sentence:
    """Say which logins were never compared."""
    return both(
        f"{moment(since).zh} 至 {moment(until).zh} 的登录没有检查：间隔超过了操作审计保留的 90 天。",
        f"Logins {moment(since).en} to {moment(until).en} were not compared: the audit log keeps 90 days.",
    )


def _with_alarms(look: Look, state: State) -> State:
    looked = alarms.look(look.reads(ALARMS_S), state.position, look.raising)
    look.add_raised(*looked.raised)
    look.note(*looked.notes)
    return replace(state, position=looked.position)


def _seen(read: Iterable[AuditEvent], before: tuple[Seen, ...], end: datetime, now: datetime) -> tuple[Seen, ...]:
    """Records of the last hours that were read, the newest last, each once.

    The hours are counted from the newest record: our own clock may be ahead, and set back later.
    """
    known = {each.id: each for each in (*before, *(Seen(id=one.id, at=made_at(one, now)) for one in read))}
    ordered = sorted(known.values(), key=lambda each: (each.at, each.id))
    newest = min(end, ordered[-1].at) if ordered else end
    return tuple(each for each in ordered if each.at >= newest - DEEP - SLACK)[-SEEN_MAX:]


def _is_anothers(events: Iterable[AuditEvent], account: str) -> bool:
    """Whether these logins are of another account than the habits: the credential was changed."""
    return bool(account) and any(event.account and event.account != account for event in events)


def _cut(end: datetime) -> Sentence:
    most = reading.STEP_PAGES * 50
    when = moment(end).en.removeprefix("at ")
    return both(
        f"{moment(end).zh} 前后的登录没有读完，可能有登录未经比对：记录超过 {most} 条，或云接口给不出结尾。",
        f"Logins around {when} were not read to the end, and some may not have been compared: "
        f"there are more than {most}, or the cloud gives no end of them.",
    )
