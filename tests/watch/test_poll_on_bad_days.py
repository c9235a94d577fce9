"""Looks at the audit log on bad days: nothing is lost, nothing is raised twice, and what went wrong is said."""

import threading
from datetime import timedelta
from typing import Any

import pytest

import tasks.cloud.client as client_module
from tasks.cloud import csip
from tasks.cloud.client import connect
from tasks.errors import CloudError, Denied, LedgerError, Silent, Throttled
from tasks.ledger.store import Ledger, open_ledger
from tasks.model.facts import Alarm
from tasks.model.watch import Baseline
from tasks.watch.cycle import DEEP, OVERLAP
from tasks.watch.state import name_of
from tests.scene import OFFICE, STRANGER
from tests.watch.watcher import Watch, Watcher

LOGS = "cloudaudit:DescribeEvents"
ALARMS = "csip:DescribeAccessKeyAlarm"


def test_a_record_that_comes_late_is_raised_when_it_comes(watcher: Watcher) -> None:
    watcher.sandbox.faults.set(audit_lag_s=600)
    watcher.login("alice", STRANGER)
    early = watcher.poll()
    watcher.sandbox.faults.set(audit_lag_s=0)

    late = watcher.poll()

    assert (early.raised, len(late.raised)) == ((), 1)


def test_a_record_that_comes_hours_late_is_found_within_the_hour(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER, ago_s=(DEEP - timedelta(hours=1)).total_seconds())
    soon = watcher.poll()
    watcher.later(minutes=61)

    within_the_hour = watcher.poll()

    assert (soon.raised, len(within_the_hour.raised)) == ((), 1)


def test_a_look_back_of_hours_raises_nothing_that_was_seen(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    watcher.poll()
    watcher.later(hours=2)

    polled = [watcher.poll(), watcher.poll()]

    assert [(each.logins, each.raised) for each in polled] == [(0, ()), (0, ())]
    assert len(watcher.incidents()) == 1


def test_records_out_of_order_are_each_raised_once(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER, ago_s=1)
    first = watcher.poll()
    watcher.login("bob", STRANGER, ago_s=(OVERLAP - timedelta(minutes=1)).total_seconds(), mfa=True)

    second = watcher.poll()

    assert [len(each.raised) for each in (first, second)] == [1, 1]
    assert [alert.principal for alert in watcher.alerts()] == ["bob", "alice"]


def test_a_throttled_look_tries_again(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    watcher.sandbox.faults.set(throttle={LOGS: 3})

    polled = watcher.poll()

    assert len(polled.raised) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [({"deny": [LOGS]}, Denied), ({"throttle": [LOGS]}, Throttled), ({"break_off": [LOGS]}, Silent)],
    ids=["no permission", "always throttled", "answers that break off"],
)
def test_a_look_that_can_not_read_stays_where_it_was(
    watcher: Watcher, fault: dict[str, Any], error: type[CloudError]
) -> None:
    before = watcher.cursor
    watcher.login("alice", STRANGER)
    watcher.sandbox.faults.set(**fault)

    with pytest.raises(error, match=LOGS):
        watcher.poll()
    stood = watcher.cursor
    watcher.sandbox.faults.clear()
    watcher.later(seconds=60)
    polled = watcher.poll()

    assert stood == before
    assert len(polled.raised) == 1


def test_a_cloud_that_hangs_is_not_waited_for(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT_S", 0.2)
    watcher.cloud = connect(endpoint=watcher.sandbox.url, environ=watcher.sandbox.credentials())
    before = watcher.cursor
    watcher.sandbox.faults.set(hang=[LOGS])

    with pytest.raises(Silent):
        watcher.poll()

    assert watcher.cursor == before


def test_a_first_look_that_fails_begins_anew(watch: Watch) -> None:
    watcher = watch("no-history")
    watcher.sandbox.faults.set(deny={LOGS: 1})

    with pytest.raises(Denied):
        watcher.poll()
    remembered = watcher.cursor
    polled = watcher.poll()

    assert (remembered, len(polled.raised)) == (None, 1)


def test_without_the_security_centre_it_goes_on_and_says_so_once(watch: Watch) -> None:
    watcher = watch("stolen-sub-account")
    watcher.sandbox.world.cloud.security_centre = False

    polled = []
    for _ in range(3):
        polled.append(watcher.poll())
        watcher.later(minutes=1)
    watcher.login("alice", STRANGER, ago_s=240)
    raised = watcher.poll()

    assert [len(each.notes) for each in polled] == [1, 0, 0]
    assert "Going on without" in polled[0].notes[0].en
    assert len(watcher.calls("DescribeAccessKeyAlarm")) == 1
    assert len(raised.raised) == 1


def test_a_security_centre_that_was_switched_on_is_found_within_a_day(watcher: Watcher) -> None:
    watcher.sandbox.world.cloud.security_centre = False
    watcher.poll()
    asked = len(watcher.calls("DescribeAccessKeyAlarm"))
    watcher.sandbox.world.cloud.security_centre = True
    watcher.later(hours=25)

    polled = watcher.poll()

    assert len(watcher.calls("DescribeAccessKeyAlarm")) == asked + 1
    assert polled.notes == ()


def test_a_security_centre_that_fails_for_the_moment_does_not_hold_up_the_logins(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    watcher.sandbox.faults.set(server_error=[ALARMS])

    polled = watcher.poll()

    assert (len(polled.raised), len(polled.notes)) == (1, 1)
    assert ALARMS in polled.notes[0].en


def test_a_look_that_dies_before_it_has_remembered_raises_nothing_twice(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher.login("alice", STRANGER)
    watcher.login("bob", STRANGER, mfa=True)
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "move_cursor", _dies)
        with pytest.raises(LedgerError):
            watcher.poll()
    after_the_crash = len(watcher.incidents())
    watcher.later(minutes=5)

    polled = watcher.poll()

    assert (after_the_crash, len(watcher.incidents())) == (2, 2)
    assert [receipt.new for receipt in polled.raised] == [False, False]


def test_a_look_that_dies_between_two_alerts_raises_each_once(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER, ago_s=40)
    watcher.login("bob", STRANGER, mfa=True)
    take, taken = watcher.ledger.take_delivery, []

    def dies_at_the_second(*args: Any, **more: Any) -> Any:
        if taken:
            raise LedgerError("killed")
        taken.append(args)
        return take(*args, **more)

    watcher.ledger.take_delivery = dies_at_the_second  # type: ignore[method-assign]
    with pytest.raises(LedgerError):
        watcher.poll()
    watcher.ledger.take_delivery = take  # type: ignore[method-assign]

    watcher.poll()

    assert [alert.principal for alert in watcher.alerts()] == ["alice", "bob"]


def test_a_crash_days_ago_raises_nothing_twice(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    before = watcher.cursor
    watcher.poll()
    watcher.rewrite(**before)
    watcher.later(days=3)

    polled = watcher.poll()

    assert (polled.logins, polled.raised, len(watcher.incidents())) == (1, (), 1)


def test_of_two_looks_at_once_one_is_told_and_nothing_is_raised_twice(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    take, inner = watcher.ledger.take_delivery, []

    def overtaken(*args: Any, **more: Any) -> Any:
        watcher.ledger.take_delivery = take  # type: ignore[method-assign]
        inner.append(watcher.poll())
        return take(*args, **more)

    watcher.ledger.take_delivery = overtaken  # type: ignore[method-assign]
    outer = watcher.poll()
    next_one = watcher.poll()

    assert ([each.overtaken for each in inner], outer.overtaken, next_one.overtaken) == ([False], True, False)
    assert len(watcher.incidents()) == 1
    assert next_one.logins == 0


def test_many_first_looks_at_once_raise_each_login_once(watch: Watch) -> None:
    watcher = watch("no-history")
    ledgers = [open_ledger(str(watcher.ledger._engine.url)) for _ in range(4)]

    looks = [threading.Thread(target=watcher.poll, kwargs={"ledger": each}) for each in ledgers]
    for look in looks:
        look.start()
    for look in looks:
        look.join()
    for each in ledgers:
        each.close()

    assert [alert.principal for alert in watcher.alerts()] == ["alice"]
    assert watcher.cost() == 3


@pytest.mark.parametrize("ahead", [timedelta(minutes=4), timedelta(days=2)], ids=["a little", "a lot"])
def test_a_clock_that_was_ahead_and_is_set_back_loses_nothing(watcher: Watcher, ahead: timedelta) -> None:
    right = watcher.now
    watcher.now += ahead
    watcher.poll()
    watcher.now = right
    watcher.login("alice", STRANGER)

    polled = watcher.poll()

    assert len(polled.raised) == 1
    assert polled.through == right


def test_a_clock_that_is_behind_finds_the_login_later(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    watcher.now -= timedelta(minutes=4)
    behind = watcher.poll()
    watcher.now += timedelta(minutes=4)

    right = watcher.poll()

    assert (behind.raised, len(right.raised)) == ((), 1)


def test_the_habits_of_another_account_are_not_used(watcher: Watcher) -> None:
    watcher.rewrite(" habits", account="100000000999", profiles={})
    watcher.login("alice", OFFICE)
    watcher.login("alice", STRANGER)

    watcher.poll()

    assert [str(alert.ip) for alert in watcher.alerts()] == [STRANGER]
    assert "first" not in watcher.alerts()[0].text
    assert "never logged in from this country" in watcher.alerts()[0].text


def test_what_another_version_remembered_is_begun_anew(watcher: Watcher) -> None:
    watcher.rewrite(a_field_of_tomorrow=1)
    watcher.login("alice", STRANGER)

    polled = watcher.poll()

    assert (polled.overtaken, len(polled.raised)) == (False, 1)


def test_an_address_that_can_not_be_read_is_left_out_of_the_alert(watcher: Watcher) -> None:
    watcher.login("alice", "not an address")

    watcher.poll()

    assert [(alert.principal, alert.ip) for alert in watcher.alerts()] == [("alice", None)]


def test_an_alarm_without_a_time_is_raised_for_what_it_says(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    undated = Alarm(id="5", rule="AbnormalLogin", ip=STRANGER)
    monkeypatch.setattr(csip, "alarms", lambda *_, **__: [undated, Alarm(id="6", rule="LeakedKey")])

    polled = [watcher.poll(), watcher.poll()]

    assert [len(each.raised) for each in polled] == [1, 0]
    assert [(str(alert.ip), alert.login_time) for alert in watcher.alerts()] == [(STRANGER, None)]


def test_text_of_strangers_is_only_data(watcher: Watcher) -> None:
    evil = "<script>{{7*7}}](javascript:1) --"
    watcher.sandbox.world.cloud.places[STRANGER] = f"荷兰 {evil} 阿姆斯特丹"
    watcher.login("alice", STRANGER)

    watcher.poll()

    assert evil.split(maxsplit=1)[0] in watcher.alerts()[0].text
    assert watcher.alerts()[0].place == f"荷兰 {evil} 阿姆斯特丹"


def _dies(*_: object, **__: object) -> bool:
    raise LedgerError("killed")


@pytest.mark.parametrize("verdict", ["ignored", "contained", "declined"])
def test_a_record_that_is_read_again_after_its_case_was_closed_raises_nothing(watcher: Watcher, verdict: str) -> None:
    before = watcher.cursor
    watcher.login("alice", STRANGER)
    watcher.poll()
    (incident,) = watcher.incidents()
    watcher.ledger.close_incident(incident.id, verdict, watcher.now)
    watcher.rewrite(**before)

    polled = watcher.poll()

    assert (polled.logins, polled.raised) == (1, ())
    assert len(watcher.incidents()) == 1
    assert len(watcher.ledger.alerts_of(incident.id)) == 1


def test_reading_its_own_records_again_makes_no_habit_of_them(watcher: Watcher) -> None:
    before = watcher.cursor
    watcher.login("carol", STRANGER, ago_s=40, mfa=True)
    for _ in range(3):
        watcher.poll()
        watcher.rewrite(**before)
    kept = watcher.ledger.cursor(f"{name_of(watcher.sandbox.url)} habits")

    (profile,) = (one for one in Baseline.model_validate(kept).profiles.values() if one.principal.name == "carol")
    assert [one.network for one in profile.recent if one.network == STRANGER] == [STRANGER]


def test_a_watcher_that_is_started_again_goes_on_where_it_was(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    watcher.poll()
    again = open_ledger(str(watcher.ledger._engine.url))

    polled = watcher.poll(ledger=again)
    again.close()

    assert (polled.logins, polled.raised, len(watcher.incidents())) == (0, (), 1)
