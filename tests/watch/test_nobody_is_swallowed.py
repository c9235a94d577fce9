"""A true break-in is not swallowed by an earlier incident: told by SMS and mail, and found by the watcher."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.ledger.store import Ledger, open_ledger
from tasks.model.delivery import Receipt
from tasks.model.message import Message
from tests.scene import AT, HOTEL, STRANGER
from tests.watch.logins_and_reports import House, Told, login_event


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    ledger: Ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield House(ledger)
    ledger.close()


def sms(house: House, text: str, at: datetime, source: str = "phone") -> Receipt:
    return house.report(Told(Message(kind="text", text=text, source=source, at=at)))


def made(house: House, who: str, ip: str, at: datetime, *, late_s: float = 0) -> Any:
    number = len(house.logins)
    event = login_event(number, who, ip, at)
    house.logins[event.id], house.seen_at[event.id] = event, at + timedelta(seconds=late_s)
    return event


def told(who: str, at: datetime, ip: str = "") -> str:
    where = f"（IP：{ip}）" if ip else ""
    return (
        f"【腾讯云】尊敬的腾讯云用户，您的账号（账号 ID：100000000001）的子账号：{who}，"
        f"于 {at:%Y-%m-%d %H:%M:%S} UTC 异地登录{where}。如非本人操作，请立即处理。"
    )


def test_a_forged_reminder_that_was_declined_does_not_hide_the_login_after_it(house: House) -> None:
    forged = sms(house, told("bob", AT), AT)
    house.close(forged.incident_id, "declined", AT + timedelta(seconds=15))
    login = made(house, "bob", STRANGER, AT + timedelta(seconds=21))

    true = sms(house, told("bob", login.at, STRANGER), login.at + timedelta(seconds=5))
    found = house.find(login, login.at + timedelta(seconds=10))

    assert true.new
    assert house.ledger.incident(true.incident_id).resembles == forged.incident_id
    assert found is not None
    assert found.incident_id == true.incident_id  # which is open, and tells of that person at that address
    assert house.ledger.incident_of_event(login.id, endpoint="") == true.incident_id
    assert house.look_up(true.incident_id, login.at + timedelta(minutes=1)) == login.id


def test_nor_does_it_hide_what_only_the_watcher_finds(house: House) -> None:
    forged = sms(house, told("bob", AT), AT)
    login = made(house, "bob", STRANGER, AT + timedelta(seconds=21))

    open_still = house.find(login, login.at + timedelta(seconds=10))
    house.close(forged.incident_id, "declined", login.at + timedelta(seconds=20))

    assert open_still is not None
    assert open_still.new
    assert house.ledger.incident(open_still.incident_id).resembles == forged.incident_id


def test_a_forged_reminder_word_by_word_does_not_hide_the_true_one(house: House) -> None:
    text = told("bob", AT + timedelta(seconds=30), STRANGER)
    forged = sms(house, text, AT)
    house.close(forged.incident_id, "declined", AT + timedelta(seconds=15))

    true = sms(house, text, AT + timedelta(seconds=40))
    again = sms(house, text, AT + timedelta(seconds=60))

    assert (true.new, again) == (True, true.model_copy(update={"new": False}))


def test_a_retry_of_what_was_answered_on_its_login_opens_nothing(house: House) -> None:
    login = made(house, "alice", HOTEL, AT)
    first = sms(house, told("alice", AT, HOTEL), AT)
    house.close(first.incident_id, "ignored", AT + timedelta(seconds=30))

    again = [sms(house, told("alice", AT, HOTEL), AT + timedelta(minutes=minutes)) for minutes in (1, 2, 59)]
    next_day = sms(house, told("alice", AT, HOTEL), AT + timedelta(days=1))

    assert house.decided[first.incident_id] == login.id
    assert {receipt.new for receipt in again} == {False}
    assert next_day.new


def test_two_logins_do_not_merge_through_a_message_without_address(house: House) -> None:
    mine = made(house, "alice", HOTEL, AT)
    first = sms(house, told("alice", AT, HOTEL), AT + timedelta(seconds=20))
    house.close(first.incident_id, "ignored", AT + timedelta(minutes=3))
    login = made(house, "alice", STRANGER, AT + timedelta(minutes=4, seconds=30), late_s=1800)

    between = sms(house, told("alice", login.at), login.at + timedelta(seconds=20))
    record = sms(house, told("alice", login.at, STRANGER), login.at + timedelta(seconds=40), "mail")
    found = house.find(login, login.at + timedelta(minutes=31))

    assert house.decided[first.incident_id] == mine.id
    assert (between.new, record.new) == (True, True)
    assert found is not None
    assert (found.new, found.incident_id) == (False, record.incident_id)
    assert house.look_up(between.incident_id, login.at + timedelta(minutes=32)) == login.id
    assert house.ledger.incident(between.incident_id).verdict == "duplicate"


def test_an_alert_that_names_one_is_not_answered_with_the_login_of_another(house: House) -> None:
    alices = made(house, "alice", STRANGER, AT - timedelta(minutes=91))
    bobs = sms(house, told("bob", AT), AT)
    seen = house.look_up(bobs.incident_id, AT + timedelta(minutes=1))
    house.close(bobs.incident_id, "declined", AT + timedelta(minutes=2))

    true = sms(house, told("alice", alices.at, STRANGER), AT + timedelta(minutes=3))

    assert (seen, house.decided[bobs.incident_id]) == (None, None)
    assert true.new
    assert house.look_up(true.incident_id, AT + timedelta(minutes=4)) == alices.id
    assert house.ledger.incident(true.incident_id).verdict is None


def test_the_watchers_find_of_another_login_is_never_a_witness(house: House) -> None:
    first = made(house, "alice", STRANGER, AT)
    second = made(house, "alice", STRANGER, AT + timedelta(minutes=1))

    raised = [house.find(event, AT + timedelta(minutes=2)) for event in (first, second, first)]

    assert [receipt is not None and receipt.new for receipt in raised] == [True, True, False]
    assert len({receipt.incident_id for receipt in raised if receipt}) == 2
