import json
import pickle
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from tasks.errors import LedgerError
from tasks.ledger.errors import AlreadySettled, UnknownRow, WrongEndpoint
from tasks.ledger.rows import Incident, IncidentStatus
from tasks.ledger.store import Ledger
from tests import incidents

OPEN = """
from tests.ledger.deliveries import ALICES_LOGIN, delivery, take

ledger = open_ledger(URL)
wait_for_the_others()
(receipt,) = take(ledger, delivery(AT, ALICES_LOGIN))
print(receipt.incident_id, receipt.new)
"""


def whats(ledger: Ledger, incident: Incident) -> list[str]:
    return [entry.what for entry in ledger.timeline(incident.id)]


def test_an_opened_incident_is_read_back_as_it_was_opened(ledger: Ledger, incident: Incident, at: datetime) -> None:
    read = ledger.incident(incident.id)

    assert read == incident
    assert re.fullmatch(r"inc-20261123-[0-9a-f]{6}", read.id)
    assert (read.status, read.verdict, read.flow_run_id, read.closed_at) == (IncidentStatus.OPEN, None, None, None)
    assert (read.opened_at, read.alert) == (at, {"ip": "203.0.113.7", "place": "某地"})


def test_an_incident_is_named_by_its_day_in_utc(ledger: Ledger) -> None:
    east = datetime(2026, 11, 24, 1, 0, tzinfo=timezone(timedelta(hours=8)))

    opened = incidents.opened(ledger, east)

    assert opened.id.startswith("inc-20261123-")
    assert opened.opened_at == east


def test_processes_that_report_the_same_login_at_once_open_one_incident(
    ledger: Ledger, race: Callable[[str, int], list[str]]
) -> None:
    printed = [line.split() for line in race(OPEN, 3)]

    assert sorted(new for _, new in printed) == ["False", "False", "True"]
    assert {ident for ident, _ in printed} == {ledger.incidents()[0].id}
    assert len(ledger.incidents()) == 1


def test_an_incident_goes_on_only_against_its_own_cloud(ledger: Ledger, incident: Incident) -> None:
    ledger.check_endpoint(incident.id, "http://127.0.0.1:8080")
    with pytest.raises(WrongEndpoint, match="may not go on against the real cloud: set RUNBOOKS_CLOUD_ENDPOINT"):
        ledger.check_endpoint(incident.id, "")


def test_a_wrong_endpoint_survives_pickling(incident: Incident) -> None:
    error = WrongEndpoint(incident.id, "", "http://127.0.0.1:1")

    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_an_incident_is_found_by_its_run(ledger: Ledger, incident: Incident, at: datetime) -> None:
    bound = ledger.bind_run(incident.id, "run-1", at)
    ledger.bind_run(incident.id, "run-1", at)

    assert ledger.incident_of_run("run-1") == bound == ledger.incident(incident.id)
    assert ledger.incident_of_run("run-2") is None
    assert whats(ledger, incident) == ["incident_opened", "run_bound"]


def test_a_later_run_takes_the_place_of_the_one_before(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.bind_run(incident.id, "run-1", at)
    ledger.bind_run(incident.id, "run-2", at)

    assert ledger.incident_of_run("run-1") is None
    assert ledger.timeline(incident.id)[-1].detail == {"flow_run_id": "run-2", "before": "run-1"}


def test_a_run_works_on_one_incident_only(ledger: Ledger, incident: Incident, at: datetime) -> None:
    other = incidents.opened(ledger, at)
    ledger.bind_run(incident.id, "run-1", at)

    with pytest.raises(AlreadySettled, match="run-1 works on incident inc-"):
        ledger.bind_run(other.id, "run-1", at)
    assert whats(ledger, other) == ["incident_opened"]


def test_closing_twice_is_closing_once(ledger: Ledger, incident: Incident, at: datetime) -> None:
    closed = ledger.close_incident(incident.id, "contained", at)
    same = ledger.close_incident(incident.id, "contained", at + timedelta(hours=1))

    assert closed == same
    assert (closed.status, closed.verdict, closed.closed_at) == (IncidentStatus.CLOSED, "contained", at)
    assert whats(ledger, incident) == ["incident_opened", "incident_closed"]


def test_an_open_incident_has_no_verdict_to_amend(ledger: Ledger, incident: Incident, at: datetime) -> None:
    with pytest.raises(LedgerError, match="is open"):
        ledger.amend_verdict(incident.id, "undone", by="Wang", at=at)


def test_a_closed_incident_keeps_its_verdict(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.close_incident(incident.id, "contained", at)

    with pytest.raises(AlreadySettled, match="closed as contained, and can't be as ignored"):
        ledger.close_incident(incident.id, "ignored", at)
    assert ledger.incident(incident.id).verdict == "contained"


def test_incidents_are_listed_by_status_oldest_first(ledger: Ledger, incident: Incident, at: datetime) -> None:
    older = incidents.opened(ledger, at - timedelta(days=1))
    newer = incidents.opened(ledger, at + timedelta(days=1))
    ledger.close_incident(newer.id, "ignored", at)

    assert [each.id for each in ledger.incidents()] == [older.id, incident.id, newer.id]
    assert [each.id for each in ledger.incidents(IncidentStatus.OPEN)] == [older.id, incident.id]
    assert [each.id for each in ledger.incidents(IncidentStatus.CLOSED)] == [newer.id]


def test_the_last_record_saved_is_the_one_read(ledger: Ledger, incident: Incident, at: datetime) -> None:
    before = ledger.record(incident.id)
    ledger.save_record(incident.id, {"verdict": "needs_person"}, at)
    ledger.save_record(incident.id, {"verdict": "contained", "reasons": ["密钥"]}, at)
    ledger.save_record(incident.id, {"reasons": ["密钥"], "verdict": "contained"}, at)

    assert before is None
    assert ledger.record(incident.id) == {"verdict": "contained", "reasons": ["密钥"]}
    assert whats(ledger, incident) == ["incident_opened", "record_saved", "record_saved"]


def test_an_unknown_incident_is_said_to_be_unknown(ledger: Ledger, at: datetime) -> None:
    calls: list[Callable[[], object]] = [
        lambda: ledger.incident("inc-none"),
        lambda: ledger.check_endpoint("inc-none", ""),
        lambda: ledger.bind_run("inc-none", "run", at),
        lambda: ledger.close_incident("inc-none", "ignored", at),
        lambda: ledger.save_record("inc-none", {}, at),
        lambda: ledger.record("inc-none"),
        lambda: ledger.timeline("inc-none"),
        lambda: ledger.verify_chain("inc-none"),
        lambda: ledger.lease("inc-none"),
        lambda: ledger.note("inc-none", "what", who="alice", detail=None, at=at),
    ]
    for call in calls:
        with pytest.raises(UnknownRow, match="knows no incident inc-none"):
            call()


def test_a_time_without_a_zone_is_refused(ledger: Ledger, incident: Incident, at: datetime) -> None:
    with pytest.raises(LedgerError, match="only times with a zone"):
        ledger.close_incident(incident.id, "ignored", at.replace(tzinfo=None))
    assert ledger.incident(incident.id).status is IncidentStatus.OPEN


@pytest.mark.parametrize("body", [float("nan"), {"at": timedelta(1)}, {1: 2, "a": {3}}])
def test_what_is_no_json_is_refused_and_leaves_nothing(
    ledger: Ledger, incident: Incident, at: datetime, body: object
) -> None:
    with pytest.raises(LedgerError, match="only JSON values"):
        ledger.save_record(incident.id, body, at)  # type: ignore[arg-type] # the wrong type is the case
    assert whats(ledger, incident) == ["incident_opened"]


def test_text_that_is_no_unicode_is_refused_in_one_sentence(ledger: Ledger, incident: Incident, at: datetime) -> None:
    with pytest.raises(LedgerError, match="only valid Unicode"):
        ledger.bind_run(incident.id, json.loads('"\\ud800"'), at)
