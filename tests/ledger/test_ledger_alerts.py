"""Reports of logins: repeats and further witnesses join, a second victim never does, and nothing is half taken."""

import threading
from datetime import datetime, timedelta

import pytest

from tasks.ledger.errors import Replayed
from tasks.ledger.rows import ChainOk
from tasks.ledger.store import Ledger, open_ledger
from tasks.model.delivery import Receipt
from tasks.runbooks.registry import correlation_of
from tests.ledger.deliveries import ALICES_LOGIN, delivery, take


def test_a_report_opens_an_incident_and_is_kept_with_it(ledger: Ledger, at: datetime) -> None:
    (receipt,) = take(ledger, delivery(at, ALICES_LOGIN | {"login_time": at.isoformat()}))

    (kept,) = ledger.alerts_of(receipt.incident_id)
    incident = ledger.incident(receipt.incident_id)
    assert receipt.new
    assert (kept.source, kept.road, kept.body, kept.sha256) == ("sms", "generic", {"n": 1}, "a" * 64)
    assert (incident.account, incident.mode, incident.flow_run_id) == ("100000000001", "observe", None)
    assert [entry.what for entry in ledger.timeline(incident.id)] == ["incident_opened", "alert_taken"]
    assert isinstance(ledger.verify_chain(incident.id), ChainOk)


def test_a_sender_that_repeats_itself_for_an_hour_makes_one_incident_and_no_noise(ledger: Ledger, at: datetime) -> None:
    given = ALICES_LOGIN | {"login_time": at.isoformat()}

    receipts = [take(ledger, delivery(at + timedelta(minutes=n), given))[0] for n in range(60)]

    assert len({receipt.incident_id for receipt in receipts}) == 1
    assert [receipt.new for receipt in receipts] == [True] + [False] * 59
    assert len(ledger.alerts_of(receipts[0].incident_id)) == 1
    assert len(ledger.timeline(receipts[0].incident_id)) == 2


def test_another_road_bears_witness_of_the_same_login(ledger: Ledger, at: datetime) -> None:
    (first,) = take(ledger, delivery(at, ALICES_LOGIN | {"login_time": at.isoformat()}))

    later = (at + timedelta(minutes=3)).isoformat()
    (second,) = take(ledger, delivery(at, ALICES_LOGIN | {"login_time": later}, source="mail", sha256="b" * 64))

    assert (second.incident_id, second.new) == (first.incident_id, False)
    assert [kept.source for kept in ledger.alerts_of(first.incident_id)] == ["sms", "mail"]


def test_one_message_that_tells_of_two_logins_opens_two(ledger: Ledger, at: datetime) -> None:
    told = {"login_time": at.isoformat()}

    receipts = take(ledger, delivery(at, ALICES_LOGIN | told, ALICES_LOGIN | told | {"principal": "bob"}))

    assert [receipt.new for receipt in receipts] == [True, True]
    assert len({receipt.incident_id for receipt in receipts}) == 2


def test_a_burst_from_one_address_becomes_one_campaign(ledger: Ledger, at: datetime) -> None:
    taken = [
        take(
            ledger, delivery(at + timedelta(minutes=n), ALICES_LOGIN | {"principal": f"user-{n}"}, sha256=f"{n:064x}")
        )[0]
        for n in range(4)
    ]
    late = at + timedelta(hours=2)
    (after,) = take(ledger, delivery(late, ALICES_LOGIN | {"principal": "late"}, sha256="c" * 64))

    campaign = ledger.campaign_of(taken[0].incident_id)
    assert [receipt.campaign_id is not None for receipt in taken] == [False, False, True, True]
    assert campaign is not None
    assert (campaign.ip, campaign.account) == ("203.0.113.7", "100000000001")
    assert campaign.incident_ids == tuple(receipt.incident_id for receipt in taken)
    assert ledger.campaign_of(after.incident_id) is None


def test_two_from_one_address_are_no_campaign(ledger: Ledger, at: datetime) -> None:
    for name in ("alice", "bob"):
        (last,) = take(ledger, delivery(at, ALICES_LOGIN | {"principal": name}, sha256=name.ljust(64, "0")))

    assert ledger.campaign_of(last.incident_id) is None


def test_a_message_is_taken_once_by_its_nonce_and_nothing_of_a_second_is_kept(ledger: Ledger, at: datetime) -> None:
    nonce = {"nonce": "d" * 64, "nonce_until": at + timedelta(minutes=5)}
    take(ledger, delivery(at, ALICES_LOGIN, **nonce))

    with pytest.raises(Replayed, match="sms"):
        take(ledger, delivery(at + timedelta(minutes=4), ALICES_LOGIN | {"principal": "bob"}, sha256="e" * 64, **nonce))

    assert len(ledger.incidents()) == 1


def test_a_nonce_is_another_senders_too_and_is_forgotten_when_its_time_is_over(ledger: Ledger, at: datetime) -> None:
    nonce = {"nonce": "d" * 64, "nonce_until": at + timedelta(minutes=5)}
    take(ledger, delivery(at, ALICES_LOGIN, **nonce))

    (others,) = take(ledger, delivery(at, ALICES_LOGIN, source="mail", **nonce))
    (later,) = take(ledger, delivery(at + timedelta(minutes=6), ALICES_LOGIN, **nonce))

    assert (others.new, later.new) == (False, False)


def test_a_cloud_of_another_address_is_another_account(ledger: Ledger, at: datetime) -> None:
    take(ledger, delivery(at, ALICES_LOGIN))

    (other,) = ledger.take_delivery(
        delivery(at, ALICES_LOGIN), correlation_of, mode="observe", endpoint="http://127.0.0.1:1", lang="zh"
    )

    assert other.new


def test_the_same_login_is_answered_again_where_somebody_asks_for_it(ledger: Ledger, at: datetime) -> None:
    (first,) = take(ledger, delivery(at, ALICES_LOGIN))

    (second,) = take(ledger, delivery(at, ALICES_LOGIN), again=True)

    assert second.new
    assert second.incident_id != first.incident_id


def test_incidents_without_a_run_are_those_that_somebody_must_start(ledger: Ledger, at: datetime) -> None:
    (one,) = take(ledger, delivery(at, ALICES_LOGIN))
    (two,) = take(ledger, delivery(at, ALICES_LOGIN | {"principal": "bob"}, sha256="f" * 64), run_id="run-2")
    (three,) = take(ledger, delivery(at, ALICES_LOGIN | {"principal": "carol"}, sha256="0" * 64))
    ledger.close_incident(three.incident_id, "ignored", at)

    assert [incident.id for incident in ledger.unbound_incidents("")] == [one.incident_id]
    assert ledger.incident(two.incident_id).flow_run_id == "run-2"


def test_a_login_of_the_audit_log_belongs_to_the_incident_that_claimed_it_first(ledger: Ledger, at: datetime) -> None:
    (one,) = take(ledger, delivery(at, ALICES_LOGIN))
    (two,) = take(ledger, delivery(at, ALICES_LOGIN | {"principal": "bob"}, sha256="f" * 64))

    owners = [
        ledger.claim_event(each, "event-1", endpoint="", at=at) for each in (one.incident_id, two.incident_id) * 2
    ]

    assert set(owners) == {one.incident_id}
    assert ledger.incident_of_event("event-1", endpoint="") == one.incident_id
    assert ledger.incident_of_event("event-1", endpoint="http://127.0.0.1:1") is None


def test_reports_at_the_same_moment_open_one_incident(ledger: Ledger, ledger_url: str, at: datetime) -> None:
    others = [open_ledger(ledger_url) for _ in range(4)]
    receipts: list[Receipt] = []

    def report(one: Ledger, source: str) -> None:
        receipts.extend(take(one, delivery(at, ALICES_LOGIN, source=source)))

    threads = [threading.Thread(target=report, args=(one, f"road-{n}")) for n, one in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in others:
        one.close()

    assert sorted(receipt.new for receipt in receipts) == [False, False, False, True]
    assert len({receipt.incident_id for receipt in receipts}) == 1
