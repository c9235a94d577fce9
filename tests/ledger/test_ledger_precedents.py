from datetime import datetime, timedelta

from tasks.ledger.store import Ledger
from tests import incidents

ENDPOINT = "http://127.0.0.1:8080"


def test_events_are_told_with_the_incident_that_they_belong_to_as_it_stands_now(ledger: Ledger, at: datetime) -> None:
    open_, done = (incidents.opened(ledger, at, endpoint=ENDPOINT) for _ in range(2))
    ledger.claim_event(open_.id, "event-1", endpoint=ENDPOINT, at=at)
    ledger.claim_event(done.id, "event-2", endpoint=ENDPOINT, at=at)
    ledger.close_incident(done.id, "contained", at)

    found = ledger.incidents_of_events(ENDPOINT, since=at)

    assert {event: (one.id, one.verdict) for event, one in found.items()} == {
        "event-1": (open_.id, None),
        "event-2": (done.id, "contained"),
    }


def test_what_is_older_or_of_another_cloud_is_left_out(ledger: Ledger, at: datetime) -> None:
    old = incidents.opened(ledger, at - timedelta(days=1), endpoint=ENDPOINT)
    elsewhere = incidents.opened(ledger, at)
    ledger.claim_event(old.id, "event-1", endpoint=ENDPOINT, at=at)
    ledger.claim_event(elsewhere.id, "event-2", endpoint="", at=at)

    assert ledger.incidents_of_events(ENDPOINT, since=at) == {}
