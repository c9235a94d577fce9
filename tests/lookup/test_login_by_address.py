"""A login is found by its address in whatever spelling its record has it; what is no address says nothing."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tasks.cloud.limits import EVENTS_PER_PAGE
from tasks.lookup.collector import Collector
from tasks.lookup.login import Reported, look_around, match_login
from tasks.lookup.trail import trail_now
from tasks.model.audit import AuditEvent
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Trail
from tasks.model.hunt import HuntStart
from tasks.model.place import Place
from tasks.watch.read_logins import around
from tests.cloud.scripted import AuditLog, Scripted
from tests.people import ALICE, BOB
from tests.scene import AT, OFFICE, STRANGER

NOW = AT + timedelta(hours=2)
SPELLINGS = [STRANGER, f"::ffff:{STRANGER}", f"{STRANGER}:52344", f"{STRANGER}, 10.0.0.1"]
COLLEAGUES = EVENTS_PER_PAGE + 1
"""Other logins, more than a page shows."""


def record(
    number: int, ip: str, who: str = "alice", *, name: str = "ConsoleLogin", minutes: float = 0
) -> dict[str, Any]:
    at = str(int((AT + timedelta(minutes=minutes)).timestamp()))
    return {
        "EventId": f"id-{number}",
        "EventTime": at,
        "EventName": name,
        "Username": who,
        "SourceIPAddress": ip,
        "CloudAuditEvent": {"userIdentity": {"userName": who, "principalId": ALICE.uin if who == "alice" else BOB.uin}},
    }


def cloud(*records: dict[str, Any]) -> Scripted:
    return Scripted(AuditLog(list(records)))


def place(raw: str) -> Place:
    return Place(raw=raw)


def matched(scripted: Scripted) -> Known[AuditEvent] | Unknown:
    reported = Reported(ip=STRANGER, at=AT, principal=None)
    return asyncio.run(match_login(Collector(scripted, now=NOW), reported, place))


@pytest.mark.parametrize("others", [0, COLLEAGUES])
@pytest.mark.parametrize("spelled", SPELLINGS)
def test_an_alerts_login_is_found_however_its_record_spells_the_address(spelled: str, others: int) -> None:
    before = [record(number + 2, OFFICE, "bob", minutes=1) for number in range(others)]
    found = matched(cloud(*before, record(1, spelled)))

    assert isinstance(found, Known)
    assert (found.value.id, found.value.ip) == ("id-1", STRANGER)


@pytest.mark.parametrize("written", ["apigw.example.com", "", f"{STRANGER}.example.com", "203.0.113.77"])
def test_a_record_of_another_address_or_of_none_is_not_the_alerts(written: str) -> None:
    found = matched(cloud(record(1, written)))

    assert isinstance(found, Unknown)
    assert "does not (yet) show" in found.reason.en


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_who_else_came_from_the_address_is_seen_however_it_is_spelled(spelled: str) -> None:
    scripted = cloud(record(2, spelled, "bob", minutes=3), record(1, STRANGER))
    found = asyncio.run(look_around(Collector(scripted, now=NOW), matched(scripted), place))

    assert isinstance(found, Known)
    assert [who.name for who in found.value.same_address] == ["bob"]


def test_who_else_came_through_a_service_is_no_neighbour() -> None:
    here = "apigw.example.com"
    scripted = cloud(record(2, here, "bob", minutes=3), record(1, here))
    this = AuditEvent(id="id-1", at=AT, service="account", name="ConsoleLogin", actor=ALICE, ip=here)
    found = asyncio.run(look_around(Collector(scripted, now=NOW), Known[AuditEvent](value=this, evidence=()), place))

    assert isinstance(found, Known)
    assert found.value.same_address == ()


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_the_watcher_finds_an_alarms_login_however_it_is_spelled(spelled: str) -> None:
    found = around(cloud(record(1, spelled), record(2, OFFICE)), STRANGER, AT, timedelta(minutes=10), NOW)

    assert [event.id for event in found] == ["id-1"]


def trail(ip: str, *records: dict[str, Any], refusal: str = "") -> Trail:
    start = HuntStart(suspect=ALICE, ip=ip, at=AT)
    found = asyncio.run(trail_now(Collector(Scripted(AuditLog(list(records), refusal)), now=NOW), start))
    assert isinstance(found, Known)
    return found.value


@pytest.mark.parametrize("spelled", SPELLINGS[:2])
def test_a_hunt_follows_an_address_in_both_spellings(spelled: str) -> None:
    found = trail(STRANGER, record(1, STRANGER), record(2, spelled, "bob", name="RunInstances", minutes=5))

    assert [actor.principal.name for actor in found.actors] == ["alice", "bob"]
    assert found.addresses == (STRANGER,)
    assert found.closed


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_where_the_api_knows_no_filter_by_address_a_hunt_finds_every_spelling(spelled: str) -> None:
    found = trail(STRANGER, record(1, STRANGER), record(2, spelled, "bob"), refusal="InvalidParameterValue")

    assert [actor.principal.name for actor in found.actors] == ["alice", "bob"]
    assert found.closed
