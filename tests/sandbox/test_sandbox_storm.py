"""A storm: many stolen identities at once, and a sandbox that stays fast beneath it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest

from tasks.sandbox import scenarios
from tasks.sandbox.audit import AuditLog, Event
from tasks.sandbox.server import Sandbox

NOW = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)
STORMS = {"storm": (210, 1), "storm-apart": (210, 210), "storm-few": (40, 40)}


@pytest.mark.parametrize(("name", "people", "addresses"), [(name, *counts) for name, counts in STORMS.items()])
def test_each_of_the_crowd_has_one_alert_of_a_login_in_the_last_half_hour(
    name: str, people: int, addresses: int
) -> None:
    alerts = scenarios.load(name, now=NOW).alerts()

    assert len({one["principal"] for one in alerts}) == len(alerts) == people
    assert len({one["ip"] for one in alerts}) == addresses
    assert all(ip_address(one["ip"]) and "阿姆斯特丹" in one["place"] for one in alerts)
    assert all(NOW - timedelta(minutes=31) < datetime.fromisoformat(one["login_time"]) < NOW for one in alerts)


@pytest.mark.parametrize("name", STORMS)
def test_each_login_of_a_storm_is_followed_by_a_new_key_from_its_own_address(name: str) -> None:
    scenario = scenarios.load(name, now=NOW)
    made = {(one.user, one.ip): one.at for one in scenario.world.log.events if one.name == "CreateAccessKey"}

    for alert in scenario.alerts():
        login = datetime.fromisoformat(alert["login_time"]).timestamp()
        assert made[alert["principal"], alert["ip"]] - login == 60
    assert all(one.active for one in scenario.world.cloud.keys if "Crowd" in one.id)


def test_few_of_a_storm_are_administrators() -> None:
    cloud = scenarios.load("storm", now=NOW).world.cloud

    assert [one.name for one in cloud.people if one.name.startswith("user-") and 1 in one.policies] == [
        "user-0040",
        "user-0080",
        "user-0120",
        "user-0160",
        "user-0200",
    ]


def test_a_plain_scenario_has_one_alert() -> None:
    scenario = scenarios.load("stolen-sub-account", now=NOW)

    assert scenario.alerts() == [scenario.alert()]


def test_a_call_has_the_time_of_its_arrival_and_of_its_answer(ask: Any) -> None:
    with Sandbox.start("storm-few", latency_s=0.05) as sandbox:
        before = datetime.now(UTC)
        ask(sandbox, "sts:GetCallerIdentity")
        (call,) = sandbox.calls()

    assert before <= call.arrived
    assert call.at - call.arrived >= timedelta(seconds=0.05)


def event(number: int, **parts: Any) -> Event:
    plain = {"service": "cam", "name": "ListUsers", "who": "1", "user": "a", "identity": "CAMUser", "ip": "192.0.2.1"}
    return Event(**{"seq": number, "at": 1000 + number} | plain | parts)


def found(log: AuditLog, **narrow: str) -> list[int]:
    return [one.seq for one in log.newest_first(0, 2**63, narrow.items())]


def test_a_narrow_search_reads_the_shortest_list_and_misses_nothing() -> None:
    log = AuditLog()
    for number in range(20):
        log.add(event(number, who=str(number % 2), ip=f"192.0.2.{number % 5}"))

    assert found(log, who="1") == list(range(19, 0, -2))
    assert found(log, who="1", ip="192.0.2.3") == [18, 13, 8, 3]
    assert found(log, who="7") == []
    assert found(log) == list(range(19, -1, -1))


def test_the_index_keeps_up_with_late_records_and_with_a_list_that_was_put_in_its_place() -> None:
    log = AuditLog()
    for number in (1, 3):
        log.add(event(number))
    assert found(log, who="1") == [3, 1]

    log.add(event(2))
    assert found(log, who="1") == [3, 2, 1]

    log.events = log.events[:1]
    assert found(log, who="1") == [1]


def test_a_record_is_written_once_and_one_of_the_bulk_each_time() -> None:
    log, written = AuditLog(), list[int]()

    def write(number: int) -> dict[str, Any]:
        written.append(number)
        return {"number": number}

    for seq in (1, 1, 9_000_000, 9_000_000):
        one = event(seq)
        assert log.line(one, place=True, write=lambda seq=seq: write(seq)) == {"number": seq}  # type: ignore[misc]

    assert written == [1, 9_000_000, 9_000_000]
