"""What became of an incident teaches the watcher: through the ledger, whoever closed it and in whatever process."""

from datetime import timedelta

import pytest

from tasks.model.answer import CONFIRM
from tasks.model.record import Record, RecordedAnswer
from tasks.model.watch import Baseline, Polled
from tests import incidents
from tests.reporting.samples import bare_record
from tests.scene import OFFICE, STRANGER_2
from tests.watch.watcher import Watch, Watcher

ANSWERED = {
    "by two people": {"own_login": ("yes", "person", "Wang"), CONFIRM: ("yes", "person", "Li")},
    "by one person": {"own_login": ("yes", "person", "Wang"), "usual_place": ("yes", "person", "Wang")},
    "by a fact": {"own_login": ("yes", "person", "Wang"), "known_egress": ("yes", "fact", "networks")},
}


def record(incident_id: str, verdict: str, answered: str) -> Record:
    answers = {
        name: RecordedAnswer.model_validate(
            {"value": value, "source": source, "by": by, "why": {"zh": "如此", "en": "so it is"}}
        )
        for name, (value, source, by) in ANSWERED[answered].items()
    }
    changes = {"incident_id": incident_id, "answers": answers, "path": tuple(answers)}
    return bare_record(verdict, "en").model_copy(update=changes)


def close(watcher: Watcher, verdict: str, answered: str = "by one person") -> None:
    """Close the only incident, as a run closes it."""
    (incident,) = watcher.incidents()
    watcher.ledger.close_incident(incident.id, verdict, watcher.now)
    body = record(incident.id, verdict, answered).model_dump(mode="json")
    watcher.ledger.save_record(incident.id, body, watcher.now)


def again(watcher: Watcher) -> Polled:
    """Alice comes from there once more."""
    watcher.login("alice", STRANGER_2, ago_s=1)
    return watcher.poll()


def from_there(watcher: Watcher) -> list[str]:
    """Ids of the logins from there, oldest first."""
    logins = [one for one in watcher.sandbox.world.log.events if one.name == "ConsoleLogin" and one.ip == STRANGER_2]
    return [one.request_id for one in sorted(logins, key=lambda one: one.at)]


def opened(watcher: Watcher, event: str, verdict: str | None, *, days: int) -> None:
    """An incident of a login, opened so many days ago."""
    incident = incidents.opened(watcher.ledger, watcher.now - timedelta(days=days), endpoint=watcher.sandbox.url)
    watcher.ledger.claim_event(incident.id, event, endpoint=watcher.sandbox.url, at=watcher.now)
    if verdict:
        watcher.ledger.close_incident(incident.id, verdict, watcher.now)


@pytest.mark.parametrize(
    ("verdict", "answered", "raised"),
    [
        ("ignored", "by two people", 0),
        ("ignored", "by a fact", 0),
        ("ignored", "by one person", 1),
        ("contained", "by one person", 1),
        ("declined", "by two people", 1),
        ("needs_person", "by two people", 1),
    ],
)
def test_only_what_proved_to_be_harmless_is_not_raised_again(
    watcher: Watcher, verdict: str, answered: str, raised: int
) -> None:
    watcher.login("alice", STRANGER_2)
    watcher.poll()
    close(watcher, verdict, answered)

    polled = again(watcher)

    assert len(polled.raised) == raised


def test_what_was_proven_is_remembered_once_and_costs_no_further_call(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER_2)
    watcher.poll()
    close(watcher, "ignored", "by two people")

    calls = [watcher.cost(), watcher.cost()]

    assert calls == [3, 3]
    assert [one.network for profile in habits(watcher).profiles.values() for one in profile.vouched] == [STRANGER_2]


def test_a_record_that_can_not_be_read_proves_nothing(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER_2)
    watcher.poll()
    (incident,) = watcher.incidents()
    watcher.ledger.close_incident(incident.id, "ignored", watcher.now)
    watcher.ledger.save_record(incident.id, {"of": "tomorrow"}, watcher.now)

    polled = again(watcher)

    assert len(polled.raised) == 1


@pytest.mark.parametrize(
    ("verdict", "raised"),
    [("ignored", 0), ("contained", 1), ("declined", 1), (None, 1)],
    ids=["harmless", "contained", "declined", "open"],
)
def test_the_past_that_the_first_look_learns_knows_incidents_too(
    watch: Watch, verdict: str | None, raised: int
) -> None:
    watcher = watch("stolen-sub-account")
    for day in (9, 10):
        watcher.login("alice", STRANGER_2, ago_s=86400 * day)
    for event in from_there(watcher):
        opened(watcher, event, verdict, days=9)
    watcher.login("alice", STRANGER_2)

    polled = watcher.poll()

    assert len(polled.raised) == raised


def test_an_incident_of_a_login_that_is_a_habit_already_takes_that_back(watch: Watch) -> None:
    watcher = watch("stolen-sub-account")
    for day in (9, 10):
        watcher.login("alice", STRANGER_2, ago_s=86400 * day)
    watcher.poll()
    watcher.login("alice", STRANGER_2)
    usual = watcher.poll()
    for event in from_there(watcher)[:2]:
        opened(watcher, event, "contained", days=2)

    found_out = again(watcher)
    calls = watcher.cost()

    assert (usual.raised, len(found_out.raised)) == ((), 1)
    assert calls == 3


def test_habits_of_an_older_version_are_learned_anew_once(watcher: Watcher) -> None:
    old = {"principal": {"kind": "sub_user", "uin": "100000000011", "name": "alice"}, "habits": [], "whole": True}
    watcher.rewrite(" habits", version=1, profiles={"100000000011": old}, accounted=[])
    watcher.login("alice", OFFICE)
    watcher.login("bob", OFFICE, mfa=True)

    polled, calls = watcher.poll(), watcher.cost()

    assert (polled.logins, polled.raised, calls) == (2, (), 3)
    assert habits(watcher).version == 2


def habits(watcher: Watcher) -> Baseline:
    name = f"watch_logins {watcher.sandbox.url} habits"
    return Baseline.model_validate(watcher.ledger.cursor(name))
