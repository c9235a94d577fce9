from collections.abc import Callable
from datetime import datetime, timedelta

from tasks.ledger.rows import Incident, Lease
from tasks.ledger.store import Ledger

TTL = timedelta(seconds=30)

TAKE = """
ledger = open_ledger(URL)
incident = ledger.incidents()[0].id
wait_for_the_others()
print(ledger.take_lease(incident, str(os.getpid()), AT, timedelta(seconds=30)))
"""


def whats(ledger: Ledger, incident: Incident) -> list[str]:
    return [entry.what for entry in ledger.timeline(incident.id)][1:]


def test_one_owner_drives_an_incident_until_his_lease_lapses(ledger: Ledger, incident: Incident, at: datetime) -> None:
    taken = ledger.take_lease(incident.id, "a", at, TTL)
    too_early = ledger.take_lease(incident.id, "b", at + TTL - timedelta(microseconds=1), TTL)
    lapsed = ledger.take_lease(incident.id, "b", at + TTL, TTL)

    assert (taken, too_early, lapsed) == (True, False, True)
    assert ledger.lease(incident.id) == Lease(incident_id=incident.id, owner="b", until=at + 2 * TTL)
    assert ledger.timeline(incident.id)[-1].detail == {"owner": "b", "before": "a"}


def test_taking_ones_own_lease_again_prolongs_it(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.take_lease(incident.id, "a", at, TTL)

    assert ledger.take_lease(incident.id, "a", at + TTL / 2, TTL)
    assert not ledger.take_lease(incident.id, "b", at + TTL, TTL)
    assert whats(ledger, incident) == ["lease_taken"]


def test_a_renewed_lease_keeps_others_out(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.take_lease(incident.id, "a", at, TTL)

    assert ledger.take_lease(incident.id, "a", at + TTL / 2, TTL)
    assert not ledger.take_lease(incident.id, "b", at + TTL, TTL)


def test_a_released_lease_is_free_at_once(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.take_lease(incident.id, "a", at, TTL)

    assert not ledger.release_lease(incident.id, "b", at)
    assert ledger.release_lease(incident.id, "a", at)
    assert not ledger.release_lease(incident.id, "a", at)
    assert ledger.lease(incident.id) is None
    assert ledger.take_lease(incident.id, "b", at, TTL)
    assert whats(ledger, incident) == ["lease_taken", "lease_released", "lease_taken"]


def test_of_racing_processes_one_gets_the_lease(
    ledger: Ledger, incident: Incident, race: Callable[[str, int], list[str]]
) -> None:
    assert sorted(race(TAKE, 3)) == ["False", "False", "True"]
