"""Reports of logins: repeats and further witnesses join, a second victim never does, and nothing is half taken."""

import threading
from datetime import datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from tasks.ledger import tables
from tasks.ledger.errors import AlreadySettled, Replayed, UnknownRow
from tasks.ledger.migrate import script_config
from tasks.ledger.rows import ChainOk
from tasks.ledger.store import Ledger, open_ledger
from tasks.model.delivery import Receipt
from tasks.model.sighting import Sighting
from tasks.runbooks.registry import correlation_of
from tasks.runbooks.unusual_login.correlation import belongs
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


def test_the_very_same_message_may_come_again_with_its_nonce_where_its_sender_may_send_it_so(
    ledger: Ledger, at: datetime
) -> None:
    used = {"nonce": "d" * 64, "nonce_until": at + timedelta(minutes=5)}
    (first,) = take(ledger, delivery(at, ALICES_LOGIN, **used, again="1" * 64))

    (again,) = take(ledger, delivery(at + timedelta(minutes=1), ALICES_LOGIN, **used, again="1" * 64))

    assert (again.incident_id, again.new) == (first.incident_id, False)
    assert len(ledger.alerts_of(first.incident_id)) == 1
    with pytest.raises(Replayed):
        take(ledger, delivery(at, ALICES_LOGIN | {"principal": "bob"}, sha256="e" * 64, **used, again="2" * 64))
    with pytest.raises(Replayed):
        take(ledger, delivery(at, ALICES_LOGIN, **used))


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


def test_the_record_itself_belongs_to_one_incident_for_good_whatever_became_of_it(ledger: Ledger, at: datetime) -> None:
    record = ALICES_LOGIN | {"login_time": at.isoformat(), "event_id": "event-1"}
    (first,) = take(ledger, delivery(at, record))
    ledger.close_incident(first.incident_id, "ignored", at)

    (again,) = take(ledger, delivery(at, record | {"principal": "100000000011"}, source="bridge", sha256="b" * 64))
    (other,) = take(ledger, delivery(at, record | {"event_id": "event-2"}, source="bridge", sha256="c" * 64))

    assert (again.incident_id, again.new) == (first.incident_id, False)
    assert (other.new, ledger.event_of(other.incident_id)) == (True, "event-2")
    assert ledger.event_of(first.incident_id) == "event-1"


def test_what_would_join_a_closed_incident_opens_one_that_names_it(ledger: Ledger, at: datetime) -> None:
    dated = ALICES_LOGIN | {"login_time": at.isoformat()}
    (first,) = take(ledger, delivery(at, dated))
    ledger.close_incident(first.incident_id, "declined", at)

    (second,) = take(ledger, delivery(at + timedelta(minutes=1), dated, source="mail", sha256="b" * 64))

    assert second.new
    assert ledger.incident(second.incident_id).resembles == first.incident_id
    entry = next(each for each in ledger.timeline(second.incident_id) if each.what == "resembles")
    assert entry.detail == {"incident_id": first.incident_id}


def test_an_incident_has_one_event_at_most(ledger: Ledger, at: datetime) -> None:
    (one,) = take(ledger, delivery(at, ALICES_LOGIN))

    for event_id in ("event-1", "event-2", "event-2"):
        assert ledger.claim_event(one.incident_id, event_id, endpoint="", at=at) == one.incident_id

    refused = [each.detail for each in ledger.timeline(one.incident_id) if each.what == "event_refused"]
    assert refused == [{"event_id": "event-2", "has": "event-1"}]
    assert ledger.incident_of_event("event-2", endpoint="") is None
    row = {"endpoint": "", "event_id": "event-3", "incident_id": one.incident_id, "sole_of": one.incident_id}
    said = {"account": "", "principal": "", "uin": "", "ip": "", "place": None}
    with pytest.raises(IntegrityError), ledger._engine.begin() as connection:
        connection.execute(insert(tables.logins).values(row | said))


def test_reports_that_are_not_of_the_login_leave_once_it_is_known(ledger: Ledger, at: datetime) -> None:
    (one,) = take(ledger, delivery(at, ALICES_LOGIN | {"login_time": at.isoformat()}))
    for number, minutes in enumerate((1, 4), start=1):
        later = {"login_time": (at + timedelta(minutes=minutes)).isoformat()}
        take(ledger, delivery(at, ALICES_LOGIN | later, sha256=f"{number}" * 64))
    seen = Sighting(event_id="event-1", principal="alice", uin="100000000011", ip="203.0.113.7", at=at)
    early = seen.model_copy(update={"happened_at": at - timedelta(minutes=2)})

    ledger.claim_event(one.incident_id, "event-1", endpoint="", at=at, seen=early, belongs=belongs)

    mine = ledger.incident(one.incident_id)
    (theirs,) = (each for each in ledger.incidents() if each != mine)
    assert [len(ledger.alerts_of(each.id)) for each in (mine, theirs)] == [2, 1]
    assert theirs.flow_run_id is None
    assert {each.id for each in ledger.unbound_incidents("")} == {mine.id, theirs.id}
    assert [each.what for each in ledger.timeline(theirs.id)] == ["incident_opened", "report_split_from"]
    assert ledger.timeline(mine.id)[-1].what == "report_split_off"
    assert all(isinstance(ledger.verify_chain(each.id), ChainOk) for each in (mine, theirs))


def test_a_report_that_joined_wrongly_is_taken_out_with_the_event_that_it_is(ledger: Ledger, at: datetime) -> None:
    dated = ALICES_LOGIN | {"login_time": at.isoformat()}
    (one,) = take(ledger, delivery(at, dated))
    take(ledger, delivery(at, dated | {"event_id": "event-1"}, source="bridge", sha256="b" * 64))
    opener, record = ledger.alerts_of(one.incident_id)

    new = ledger.split_report(one.incident_id, record.id, by="Qian", at=at)

    assert [each.id for each in ledger.alerts_of(new.id)] == [record.id]
    assert [each.id for each in ledger.alerts_of(one.incident_id)] == [opener.id]
    assert (new.alert, new.account, new.mode) == (record.alert, "100000000001", "observe")
    assert (ledger.event_of(new.id), ledger.event_of(one.incident_id)) == ("event-1", None)
    assert (ledger.split_by(new.id), ledger.split_by(one.incident_id)) == ("Qian", None)
    with pytest.raises(UnknownRow):
        ledger.split_report(one.incident_id, record.id, by="Qian", at=at)
    with pytest.raises(AlreadySettled, match="opened incident"):
        ledger.split_report(one.incident_id, opener.id, by="Qian", at=at)


def test_a_ledger_in_which_an_incident_had_two_events_is_brought_up_to_date(
    ledger: Ledger, ledger_url: str, at: datetime
) -> None:
    (one,) = take(ledger, delivery(at, ALICES_LOGIN))
    config = script_config()
    with ledger._engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        for event_id in ("event-2", "event-1"):
            row = {"incident": one.incident_id, "event": event_id}
            connection.execute(text("INSERT INTO logins VALUES ('', :event, :incident)"), row)
    ledger.close()

    reopened = open_ledger(ledger_url)
    found = {reopened.incident_of_event(each, endpoint="") for each in ("event-1", "event-2")}
    (same,) = take(reopened, delivery(at, ALICES_LOGIN, source="mail", sha256="b" * 64))

    assert (found, reopened.event_of(one.incident_id)) == ({one.incident_id}, "event-1")
    assert (same.incident_id, same.new) == (one.incident_id, False)
    reopened.close()
