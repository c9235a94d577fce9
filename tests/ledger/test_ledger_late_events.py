"""Events that the audit log is late with: awaited once, looked for, found, told, each by whoever is first."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tasks.ledger.rows import ChainOk, Incident, LateEvent
from tasks.ledger.store import Ledger

MINUTE = timedelta(minutes=1)
WHY = {"zh": "还没有", "en": "not yet"}
OTHER_WHY = {"zh": "被拒绝", "en": "refused"}
FOUND: Any = {"event_id": "ev-1", "facts": {"login": "there"}, "looks": 1, "late": WHY}


@pytest.fixture
def awaited(ledger: Ledger, incident: Incident, at: datetime) -> LateEvent:
    """An incident whose event is looked for again in a minute."""
    ledger.await_event(incident.id, policy={"mode": "auto"}, first_at=at, due_at=at + MINUTE, said=WHY)
    return seen(ledger, incident)


def seen(ledger: Ledger, incident: Incident) -> LateEvent:
    found = ledger.late_event(incident.id)
    assert found is not None
    return found


def whats(ledger: Ledger, incident: Incident) -> list[str]:
    return [entry.what for entry in ledger.timeline(incident.id)][1:]


def ids(found: tuple[LateEvent, ...]) -> list[str]:
    return [each.incident_id for each in found]


def test_what_is_not_awaited_is_looked_for_by_nobody(ledger: Ledger, incident: Incident, at: datetime) -> None:
    assert ledger.late_event(incident.id) is None
    assert ledger.due_looks(incident.endpoint, at + 99 * MINUTE) == ()
    assert ledger.late_facts(incident.id) is None
    assert not ledger.cut_wait(incident.id, "own-login-1", at)


def test_it_is_awaited_once_whatever_is_said_later(
    ledger: Ledger, incident: Incident, awaited: LateEvent, at: datetime
) -> None:
    ledger.await_event(incident.id, policy={}, first_at=at + MINUTE, due_at=None, said=OTHER_WHY)

    assert seen(ledger, incident) == awaited
    assert (awaited.first_at, awaited.last_at, awaited.said, awaited.looks) == (at, at, WHY, 0)
    assert whats(ledger, incident) == ["event_awaited"]


def test_it_is_due_at_its_time_in_its_own_cloud_though_it_is_closed(
    ledger: Ledger, incident: Incident, awaited: LateEvent, at: datetime
) -> None:
    early = ledger.due_looks(incident.endpoint, at + MINUTE - timedelta(microseconds=1))
    due = ledger.due_looks(incident.endpoint, at + MINUTE)
    elsewhere = ledger.due_looks("", at + MINUTE)
    ledger.close_incident(incident.id, "ignored", at)

    assert (ids(early), ids(due), ids(elsewhere)) == ([], [incident.id], [])
    assert ids(ledger.due_looks(incident.endpoint, at + MINUTE)) == [incident.id]
    assert awaited.due_at == at + MINUTE


def test_of_two_that_look_at_the_same_time_the_first_is_heard(
    ledger: Ledger, incident: Incident, awaited: LateEvent, at: datetime
) -> None:
    then: Any = {"at": at + MINUTE, "due_at": at + 3 * MINUTE, "said": OTHER_WHY, "fresh": True}

    first, second = (ledger.note_look(awaited, looks=1, **then) for _ in range(2))

    now = seen(ledger, incident)
    assert (first, second) == (True, False)
    assert (now.looks, now.last_at, now.due_at, now.said) == (1, at + MINUTE, at + 3 * MINUTE, OTHER_WHY)
    assert whats(ledger, incident) == ["event_awaited", "looked_for_event"]
    assert ledger.timeline(incident.id)[-1].detail == {"look": 1, "last": False, "said": OTHER_WHY}


def test_what_was_found_stays_found_though_another_look_says_otherwise(
    ledger: Ledger, incident: Incident, awaited: LateEvent, at: datetime
) -> None:
    first = ledger.event_found(awaited, **FOUND, at=at + MINUTE)
    second = ledger.event_found(awaited, **FOUND | {"event_id": "ev-2"}, at=at + 2 * MINUTE)
    noted = ledger.note_look(awaited, looks=1, at=at, due_at=None, said=WHY, fresh=False)

    now = seen(ledger, incident)
    assert (first, second, noted) == (True, False, False)
    assert (now.event_id, now.found_at, now.due_at, now.said) == ("ev-1", at + MINUTE, None, None)
    assert ledger.late_facts(incident.id) == {"login": "there"}
    assert ids(ledger.untaken_events(incident.endpoint)) == [incident.id]
    assert whats(ledger, incident) == ["event_awaited", "event_turned_up"]


def test_one_wait_is_ended_by_one_find_and_none_after_the_run_has_heard_of_it(
    ledger: Ledger, incident: Incident, awaited: LateEvent, at: datetime
) -> None:
    before = ledger.cut_wait(incident.id, "own-login-1", at)
    ledger.event_found(awaited, **FOUND, at=at)
    cut = [ledger.cut_wait(incident.id, key, at) for key in ("own-login-1", "own-login-1", "co-user-1")]
    ledger.take_event(incident.id, at + MINUTE)
    ledger.take_event(incident.id, at + 2 * MINUTE)
    after = ledger.cut_wait(incident.id, "own-login-1", at)

    now = seen(ledger, incident)
    assert (before, cut, after) == (False, [True, True, False], False)
    assert (now.cut_key, now.taken_at) == ("own-login-1", at + MINUTE)
    assert ledger.untaken_events(incident.endpoint) == ()
    assert whats(ledger, incident) == ["event_awaited", "event_turned_up", "wait_ended", "event_taken_in"]
    assert isinstance(ledger.verify_chain(incident.id), ChainOk)


def test_nothing_is_taken_in_before_it_is_found(
    ledger: Ledger, incident: Incident, awaited: LateEvent, at: datetime
) -> None:
    ledger.take_event(incident.id, at)

    assert seen(ledger, incident) == awaited


def test_what_an_incident_was_taken_for_may_be_doubted_once(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.await_event(incident.id, policy={}, first_at=at, due_at=at + MINUTE, believed="ev-1")
    believed = seen(ledger, incident)

    first, second = (ledger.doubt_event(believed, said=OTHER_WHY, looks=1, at=at + MINUTE) for _ in range(2))

    now = seen(ledger, incident)
    assert (first, second) == (True, False)
    assert (believed.event_id, now.event_id, now.found_at, now.due_at) == ("ev-1", "ev-1", at + MINUTE, None)
    assert ids(ledger.untaken_events(incident.endpoint)) == [incident.id]
    assert whats(ledger, incident) == ["event_awaited", "event_doubted"]
