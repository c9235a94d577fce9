"""Which record an alert means, and when choosing one would be a guess."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.decide.identity import is_called
from tasks.lookup.login import Reported, around, best_match, span
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.principal import CoUser, Principal, PrincipalKind
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.gather import reported
from tasks.runbooks.unusual_login.login import named, refined
from tests.people import ALICE, BOB, DAVE, DEPLOY_ROLE, ROOT
from tests.scene import AT, OFFICE, STRANGER


def login(actor: Principal = ALICE, minutes: float = 0, *, ip: str = STRANGER, **more: Any) -> AuditEvent:
    at = AT + timedelta(minutes=minutes)
    return AuditEvent(
        id=f"{actor.uin}-{minutes}-{ip}", at=at, service="account", name="ConsoleLogin", actor=actor, ip=ip, **more
    )


def alert(**fields: Any) -> Reported:
    return reported(LoginAlert(**fields))


@pytest.mark.parametrize(
    ("found", "given", "chosen"),
    [
        ([login()], alert(ip=STRANGER, login_time=AT), login()),
        ([login(), login(ip=OFFICE)], alert(ip=STRANGER), login()),
        ([login(), login(minutes=30)], alert(ip=STRANGER, login_time=AT + timedelta(minutes=31)), login(minutes=30)),
        ([login(), login(minutes=30)], alert(ip=STRANGER), login(minutes=30)),
        ([login(), login(BOB)], alert(ip=STRANGER, principal="bob"), login(BOB)),
        ([login(), login(BOB)], alert(ip=STRANGER, principal=" ALICE "), login()),
        ([login(), login(BOB)], alert(ip=STRANGER, principal="100000000012"), login(BOB)),
        ([login(), login(BOB, 30)], alert(ip=STRANGER, login_time=AT), login()),
        ([login(ROOT)], alert(ip=STRANGER, principal="owner@example.com"), login(ROOT)),
        ([login()], alert(login_time=AT), login()),
        ([login(), login(BOB, 40, ip=OFFICE)], alert(login_time=AT), login()),
        ([login(succeeded=False, minutes=-1), login()], alert(ip=STRANGER, login_time=AT), login()),
        ([login(ip="2001:DB8::0007")], alert(ip="2001:db8::7"), login(ip="2001:DB8::0007")),
    ],
)
def test_the_record_that_fits_is_chosen(found: list[AuditEvent], given: Reported, chosen: AuditEvent) -> None:
    assert best_match(found, given) == chosen
    assert best_match(found[::-1], given) == chosen


@pytest.mark.parametrize(
    ("found", "given", "why"),
    [
        ([], alert(ip=STRANGER, login_time=AT), "does not (yet) show"),
        ([login(ip=OFFICE)], alert(ip=STRANGER), "does not (yet) show"),
        ([login(succeeded=False)], alert(ip=STRANGER), "only failed logins"),
        ([login(), login(BOB)], alert(ip=STRANGER), "2 logins fit"),
        ([login(), login(BOB)], alert(ip=STRANGER, principal="carol"), "2 logins fit"),
        ([login(), login(ip=OFFICE)], alert(), "2 logins fit"),
        ([login(), login(ip=OFFICE)], alert(principal="alice"), "2 logins fit"),
        ([login(), login(BOB, 1, ip=OFFICE)], alert(login_time=AT), "2 logins fit"),
        ([login(), login(BOB, 40, ip=OFFICE)], alert(login_time=AT + timedelta(minutes=20)), "2 logins fit"),
    ],
)
def test_nothing_is_guessed(found: list[AuditEvent], given: Reported, why: str) -> None:
    reason = best_match(found, given)

    assert isinstance(reason, Sentence)
    assert why in reason.en


def test_the_candidates_are_listed_but_not_all_of_hundreds() -> None:
    few = best_match([login(), login(BOB, ip=OFFICE)], alert())
    many = best_match([login(ip=f"203.0.113.{number}") for number in range(50)], alert())

    assert isinstance(few, Sentence)
    assert isinstance(many, Sentence)
    assert "alice (100000000011) @ 203.0.113.7; bob (100000000012) @ 198.51.100.10" in few.zh
    assert many.en.count("@") == 5
    assert many.en.startswith("50 logins fit")


def test_it_looks_around_the_alerts_time_but_never_into_the_future() -> None:
    now = AT + timedelta(minutes=5)

    assert span(alert(login_time=AT), now) == (AT - timedelta(hours=2), now)
    assert span(alert(login_time=AT), AT + timedelta(days=1)) == (AT - timedelta(hours=2), AT + timedelta(hours=1))
    assert span(alert(), now) == (now - timedelta(hours=24), now)


def test_failures_of_the_day_before_are_counted_and_neighbours_named() -> None:
    event = login()
    others = [
        event,
        login(minutes=-1, succeeded=False),
        login(BOB, minutes=-2, succeeded=False),
        login(minutes=-60 * 25, succeeded=False),
        login(minutes=1, succeeded=False),
        login(BOB, minutes=3),
        login(BOB, minutes=4),
        login(ROOT, minutes=4, ip=OFFICE),
        login(minutes=5),
    ]

    assert around(event, others).failures_before == 2
    assert around(event, others).same_address == (BOB,)


def test_names_are_compared_without_case_and_uins_exactly() -> None:
    assert is_called(ALICE, "Alice ")
    assert is_called(ALICE, "100000000011")
    assert not is_called(ALICE, "alic")


PEOPLE = (
    CoUser(principal=ROOT, nickname="Owner@example.com"),
    CoUser(principal=ALICE, nickname="twin"),
    CoUser(principal=BOB, nickname="twin"),
    CoUser(principal=DAVE),
)


def test_the_list_of_people_says_what_kind_the_actor_is() -> None:
    as_logged = Principal(kind=PrincipalKind.SUB_USER, uin=DAVE.uin, name="dave@example.com")
    nameless = Principal(kind=PrincipalKind.OTHER, uin="", name="bob")

    assert refined(login(as_logged), PEOPLE).actor == DAVE
    assert refined(login(nameless), PEOPLE).actor == BOB
    assert refined(login(DEPLOY_ROLE), PEOPLE).actor == DEPLOY_ROLE


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("alice", ALICE),
        ("100000000012", BOB),
        ("root", ROOT),
        ("owner@EXAMPLE.com", ROOT),
        ("twin", None),
        ("nobody", None),
        (None, None),
    ],
)
def test_whom_an_alert_names_is_found_among_the_people(name: str | None, who: Principal | None) -> None:
    assert named(LoginAlert(principal=name), PEOPLE) == who
