"""Looks at the audit log of a sandbox, through the real SDK, on good days."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.model.policy import Policy
from tasks.model.watch import Position
from tasks.sandbox.state import Alarm
from tasks.watch import read_logins as reading
from tests.decide.anomaly.logins_in_words import reputation
from tests.scene import HOTEL, OFFICE, STRANGER, STRANGER_2
from tests.watch.watcher import Watch, Watcher


def test_the_first_look_raises_nothing_that_is_older_than_an_hour(watch: Watch) -> None:
    watcher = watch("stolen-sub-account")  # alice's account was stolen 90 minutes ago

    cost = watcher.cost()

    assert watcher.incidents() == ()
    assert cost <= 15  # ten for logins and alarms, five for sessions by a role


def test_the_first_look_raises_what_is_younger(watch: Watch) -> None:
    watcher = watch("no-history")  # somebody logged in 20 minutes ago

    polled = watcher.poll()

    assert [(alert.principal, str(alert.ip)) for alert in watcher.alerts()] == [("alice", HOTEL)]
    assert [receipt.new for receipt in polled.raised] == [True]


def test_a_look_that_finds_nothing_new_costs_three_calls(watcher: Watcher) -> None:
    """Logins, sessions by a role, alarms."""
    assert [watcher.cost() for _ in range(3)] == [3, 3, 3]


def test_an_unusual_login_is_an_alert_with_its_reasons_in_both_languages(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)

    polled = watcher.poll()

    (alert,), (incident,) = watcher.alerts(), watcher.incidents()
    assert (str(alert.ip), alert.principal, alert.account) == (STRANGER, "alice", "100000000001")
    assert alert.login_time == (watcher.now - timedelta(seconds=30)).replace(microsecond=0)
    assert (alert.place, alert.source) == ("荷兰 北荷兰省 阿姆斯特丹 未知", "watch_logins")
    assert "第一次从这个国家或地区登录" in alert.text
    assert "never logged in from this country before" in alert.text
    assert (incident.mode, incident.lang, incident.endpoint) == ("approve", "zh", watcher.sandbox.url)
    assert [receipt.incident_id for receipt in polled.raised] == [incident.id]
    assert (polled.logins, polled.failed, polled.through) == (1, 0, watcher.now)


def test_the_login_belongs_to_the_incident_that_it_opened(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    watcher.poll()
    event = max(watcher.sandbox.world.log.events, key=lambda each: each.key if each.name == "ConsoleLogin" else 0)

    owner = watcher.ledger.incident_of_event(event.request_id, endpoint=watcher.sandbox.url)

    assert owner == watcher.incidents()[0].id


def test_no_secret_of_the_record_is_kept(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    watcher.poll()

    kept = repr(watcher.ledger.alerts_of(watcher.incidents()[0].id)) + repr(watcher.cursor)

    assert "alice" in kept
    assert "SECRET" not in kept


def test_usual_logins_raise_nothing(watcher: Watcher) -> None:
    watcher.login("alice", OFFICE)
    watcher.login("bob", OFFICE, mfa=True)
    watcher.login("carol", "198.51.100.70", mfa=True)

    polled = watcher.poll()

    assert (polled.logins, polled.raised) == (3, ())


def test_a_login_that_is_read_again_is_raised_once(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)

    polled = [watcher.poll() for _ in range(3)]

    assert [len(each.raised) for each in polled] == [1, 0, 0]
    assert len(watcher.ledger.alerts_of(watcher.incidents()[0].id)) == 1


def test_every_victim_has_an_incident_of_its_own(watcher: Watcher) -> None:
    for name in ("alice", "bob", "carol", "root"):
        watcher.login(name, STRANGER, mfa=True)

    watcher.poll()

    assert {alert.principal for alert in watcher.alerts()} == {"alice", "bob", "carol", "root"}


def test_an_intruder_does_not_become_usual_by_coming_again(watcher: Watcher) -> None:
    watcher.rewrite(through=(watcher.now - timedelta(hours=2)).isoformat())
    for hour in (4, 3, 2, 1):
        watcher.login("carol", STRANGER, ago_s=1500 * hour, mfa=True)

    polled = watcher.poll()

    assert [receipt.new for receipt in polled.raised] == [True] * 4


def test_failed_logins_raise_nothing_until_one_succeeds(watcher: Watcher) -> None:
    # Two more of alice's are 95 minutes old.
    for name in ("alice", "bob", "carol"):
        watcher.login(name, STRANGER, times=2, wrong=True)
    before = watcher.poll()
    watcher.login("alice", STRANGER, ago_s=1)

    after = watcher.poll()

    assert (before.failed, before.raised, len(after.raised)) == (6, (), 1)
    assert "8 failed logins of 3 principal(s)" in watcher.alerts()[0].text


def test_failures_before_the_first_look_count_too(watch: Watch) -> None:
    watcher = watch("stolen-sub-account")
    watcher.login("bob", OFFICE, ago_s=7200, times=5, wrong=True)
    watcher.login("bob", OFFICE, mfa=True)

    watcher.poll()

    assert [alert.principal for alert in watcher.alerts()] == ["bob"]


def test_the_kind_of_network_is_asked_for(watcher: Watcher) -> None:
    watcher.login("alice", OFFICE)
    watcher.login("bob", OFFICE, mfa=True)

    watcher.poll(reputation=lambda ip: reputation(["tor"] if ip == OFFICE else []))

    assert {alert.principal for alert in watcher.alerts()} == {"alice", "bob"}
    assert all("Tor" in alert.text for alert in watcher.alerts())


def test_what_the_policy_declares_is_not_raised(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    declared = Policy.model_validate({"networks": [{"name": "branch", "cidr": f"{STRANGER}/32"}]})

    polled = watcher.poll(policy=declared)

    assert (polled.logins, polled.raised) == (1, ())


@pytest.mark.parametrize(("days", "raised"), [(9, 0), (6, 1)], ids=["after a week", "within the week"])
def test_a_place_that_was_declared_once_is_a_habit_after_a_week(watcher: Watcher, days: int, raised: int) -> None:
    declared = Policy.model_validate({"usual_places": [{"place": "荷兰"}]})
    watcher.rewrite(through=(watcher.now - timedelta(days=10)).isoformat())
    for minute in range(2):
        watcher.login("alice", STRANGER, ago_s=86400 * days + 60 * minute)
    watcher.poll(policy=declared)
    watcher.login("alice", STRANGER, ago_s=1)

    polled = watcher.poll()

    assert (polled.logins, len(polled.raised)) == (1, raised)


def test_whom_a_limit_cut_off_is_read_alone_once(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ALL_PAGES", 1)
    watcher = watch("stolen-sub-account")
    watcher.poll()
    watcher.login("root", "198.51.100.21", mfa=True)  # weekly, so most of its logins are beyond the newest 50

    first = watcher.cost()
    watcher.login("root", "198.51.100.21", mfa=True, ago_s=1)
    second = watcher.cost()

    assert watcher.incidents() == ()
    assert (first > second, second) == (True, 3)


def test_a_new_alarm_of_the_security_centre_joins_the_login_that_it_is_about(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    watcher.poll()
    at = int(watcher.now.timestamp()) - 20
    watcher.sandbox.world.cloud.alarms.append(
        Alarm(id=77, name="异常登录", person=100000000011, at=at, ip=STRANGER, level=4)
    )

    polled = [watcher.poll(), watcher.poll()]

    (incident,) = watcher.incidents()
    assert [[receipt.new for receipt in each.raised] for each in polled] == [[False], []]
    assert len(watcher.ledger.alerts_of(incident.id)) == 2


def test_an_alarm_without_a_login_in_the_audit_log_is_raised_for_what_it_says(watcher: Watcher) -> None:
    at = int(watcher.now.timestamp()) - 20
    watcher.sandbox.world.cloud.alarms.append(
        Alarm(id=78, name="异常登录", person=100000000011, at=at, ip=STRANGER_2, level=4)
    )

    watcher.poll()

    (alert,) = watcher.alerts()
    assert (str(alert.ip), alert.principal) == (STRANGER_2, None)
    assert "AbnormalLogin" in alert.text


def test_an_alarm_of_before_the_watcher_is_not_raised(watch: Watch) -> None:
    watcher = watch("stolen-sub-account")  # its alarm is 89 minutes old

    polled = [watcher.poll(), watcher.poll()]

    assert [each.raised for each in polled] == [(), ()]


def test_days_that_were_missed_are_caught_up_with_oldest_first(watcher: Watcher) -> None:
    raised: list[Any] = []
    take = watcher.ledger.take_delivery
    watcher.ledger.take_delivery = lambda d, *rest, **more: (
        raised.append(d.alerts[0].alert.principal) or take(d, *rest, **more)
    )  # type: ignore[func-returns-value, method-assign]
    watcher.rewrite(through=(watcher.now - timedelta(days=5)).isoformat())
    watcher.login("carol", STRANGER, ago_s=86400, mfa=True)
    watcher.login("bob", STRANGER, ago_s=86400 * 3, mfa=True)
    watcher.login("alice", STRANGER, ago_s=86400 * 4)

    polled = watcher.poll()

    assert raised[:3] == ["alice", "bob", "carol"]
    assert (polled.behind, polled.through, polled.notes) == (False, watcher.now, ())


def test_catching_up_goes_on_where_the_time_was_over(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.watch.poll.BUDGET_S", 0.0)
    watcher.rewrite(through=(watcher.now - timedelta(days=2, hours=12)).isoformat())

    polled = [watcher.poll() for _ in range(3)]

    assert [each.behind for each in polled] == [True, True, False]
    assert Position.model_validate(watcher.cursor).through == watcher.now


def test_a_gap_that_the_audit_log_no_longer_covers_is_said(watcher: Watcher) -> None:
    watcher.rewrite(through=(watcher.now - timedelta(days=95)).isoformat())
    watcher.login("alice", STRANGER)

    polled = watcher.poll()

    assert "were not compared" in polled.notes[0].en
    assert [alert.principal for alert in watcher.alerts()] == ["alice"]


def test_a_busy_time_is_read_in_shorter_steps_and_nothing_of_it_is_lost(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STEP_PAGES", 2)
    watcher.rewrite(through=(watcher.now - timedelta(hours=20)).isoformat())
    for hour in range(1, 20):
        watcher.login("bob", OFFICE, ago_s=3600 * hour + 7, times=14, wrong=True)
    watcher.login("carol", STRANGER, ago_s=3600 * 13, mfa=True)

    polled = watcher.poll()

    assert (polled.failed, polled.notes) == (19 * 14, ())
    assert [alert.principal for alert in watcher.alerts()][:1] == ["carol"]


def test_a_flood_within_a_minute_is_cut_and_that_is_said(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "STEP_PAGES", 2)
    watcher.later(minutes=1)
    watcher.login("bob", STRANGER, ago_s=80, times=150, wrong=True)
    watcher.login("alice", STRANGER, ago_s=70)

    polled = watcher.poll()

    assert (polled.failed, len(polled.raised)) == (99, 1)
    assert "there are more than 100, or the cloud gives no end of them" in polled.notes[0].en


def test_a_log_without_an_end_is_told_and_stops_no_look(watcher: Watcher) -> None:
    watcher.login("alice", STRANGER)
    watcher.sandbox.faults.set(rate_limit=False, no_end=["cloudaudit:DescribeEvents"])

    polled = watcher.poll()

    assert polled.raised == ()
    assert "or the cloud gives no end of them" in polled.notes[0].en


def test_habits_are_written_down_only_when_they_have_changed(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    beside: list[int] = []
    move = watcher.ledger.move_cursor
    monkeypatch.setattr(
        watcher.ledger, "move_cursor", lambda *args, **more: beside.append(len(more["beside"])) or move(*args, **more)
    )
    watcher.poll()
    watcher.login("alice", OFFICE)

    watcher.poll()

    assert beside == [0, 1]
