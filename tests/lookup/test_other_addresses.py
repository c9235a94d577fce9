"""Addresses of other logins are looked at, where they are close enough to be compared."""

from datetime import timedelta

import pytest

from tasks.lookup import other_addresses
from tasks.lookup.history import history_of
from tasks.lookup.other_addresses import with_addresses
from tasks.lookup.people import with_places
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import History, PastLogin, Reputation
from tasks.model.place import Place
from tasks.model.principal import CoUser
from tests.people import ALICE, BOB
from tests.scene import AT

DAY = timedelta(days=1)
NOTHING = Unknown(reason=Sentence(zh="无", en="none"))


def login(ip: str, *, hours: float) -> PastLogin:
    return PastLogin(at=AT + timedelta(hours=hours), principal=ALICE, ip=ip)


def event(name: str, *, hours: float, succeeded: bool = True) -> AuditEvent:
    at = AT + timedelta(hours=hours)
    return AuditEvent(id=name, at=at, service="account", name="ConsoleLogin", actor=ALICE, ip=name, succeeded=succeeded)


def reputation_of(ip: str) -> Reputation:
    return Reputation(kinds=("vpn",) if ip == "198.51.100.5" else ("unknown",))


def looked_at(past: Known[History] | Unknown, users: Known[tuple[CoUser, ...]] | Unknown = NOTHING) -> dict[str, str]:
    found = with_addresses(past, users, AT, within=DAY, reputation_of=reputation_of)
    assert isinstance(found, Known)
    assert found.value.addresses is not None
    return {ip: known.kinds[0] for ip, known in found.value.addresses.items()}


def test_addresses_before_and_after_are_looked_at_up_to_a_distance_in_time() -> None:
    past = History(
        days=90,
        logins=(login("198.51.100.5", hours=-1), login("198.51.100.6", hours=-24), login("198.51.100.7", hours=-25)),
        later=(login("198.51.100.8", hours=2), login("", hours=3)),
    )

    assert looked_at(Known(value=past)) == {
        "198.51.100.5": "vpn",
        "198.51.100.8": "unknown",
        "198.51.100.6": "unknown",
    }


def test_the_last_address_of_a_co_user_is_looked_at_too() -> None:
    users = (
        CoUser(principal=ALICE, last_login=AT, last_ip="198.51.100.5"),
        CoUser(principal=BOB, last_login=AT - 2 * DAY, last_ip="198.51.100.6"),
        CoUser(principal=BOB, last_login=AT),
        CoUser(principal=BOB, last_ip="198.51.100.7"),
    )

    assert looked_at(Known(value=History(days=90)), Known(value=users)) == {"198.51.100.5": "vpn"}


def test_of_too_many_addresses_the_nearest_in_time_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_addresses, "MOST", 2)
    logins = tuple(login(f"198.51.100.{hours}", hours=-hours) for hours in (1, 2, 3))

    assert list(looked_at(Known(value=History(days=90, logins=logins)))) == ["198.51.100.1", "198.51.100.2"]


def test_a_storm_of_other_peoples_logins_does_not_hide_where_the_suspect_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_addresses, "MOST", 2)
    strangers = tuple(
        PastLogin(at=AT + timedelta(seconds=number), principal=BOB, ip=f"203.0.113.{number}") for number in range(5)
    )
    past = Known(value=History(days=90, logins=(login("198.51.100.5", hours=-6), *strangers)))

    found = with_addresses(past, NOTHING, AT, suspect=ALICE, within=DAY, reputation_of=reputation_of)

    assert isinstance(found, Known)
    assert list(found.value.addresses or {}) == ["198.51.100.5", "203.0.113.0"]


def test_without_a_history_nothing_is_looked_at() -> None:
    assert with_addresses(NOTHING, NOTHING, AT, within=DAY, reputation_of=reputation_of) == NOTHING


def test_the_history_holds_what_came_soon_after_too() -> None:
    this = event("this", hours=0)
    events = [
        this,
        event("before", hours=-1),
        event("at-once", hours=0),
        event("after", hours=1),
        event("failed", hours=1, succeeded=False),
        event("long-after", hours=25),
    ]

    found = history_of(events, before=AT, this=this, evidence=(), cut=False, within=DAY).value
    without = history_of(events, before=AT, this=this, evidence=(), cut=False).value

    assert [one.ip for one in found.logins] == [one.ip for one in without.logins] == ["before"]
    assert [one.ip for one in found.later] == ["after", "at-once"]
    assert [one.ip for one in without.later] == ["at-once"]


def test_a_later_login_is_a_co_users_last_one() -> None:
    later = login("198.51.100.8", hours=2).model_copy(update={"place": Place(raw="away", country="荷兰")})
    past = Known(value=History(days=90, logins=(login("198.51.100.5", hours=-1),), later=(later,)))
    (user,) = with_places(Known(value=(CoUser(principal=ALICE),)), past, NOTHING).value  # type: ignore[union-attr] # it is known

    assert (user.last_login, user.last_ip, user.last_place) == (later.at, later.ip, later.place)
