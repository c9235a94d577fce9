"""Which record an alert means, and when choosing one would be a guess."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.decide.identity import is_called
from tasks.decide.same_login import NO_TIME
from tasks.ipinfo.places import place_of
from tasks.lookup.login import Reported, around, best_match, identified, span
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.principal import CoUser, Principal, PrincipalKind
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.gather import reported
from tasks.runbooks.unusual_login.login import named, refined
from tests.people import ACCOUNT, ALICE, BOB, DAVE, DEPLOY_ROLE, ROOT
from tests.scene import AT, OFFICE, STRANGER


def login(actor: Principal = ALICE, minutes: float = 0, *, ip: str = STRANGER, **more: Any) -> AuditEvent:
    at = AT + timedelta(minutes=minutes)
    return AuditEvent(
        id=f"{actor.uin}-{minutes}-{ip}", at=at, service="account", name="ConsoleLogin", actor=actor, ip=ip, **more
    )


def alert(**fields: Any) -> Reported:
    return reported(LoginAlert(**fields))


AMSTERDAM, SHENZHEN = "荷兰 北荷兰省 阿姆斯特丹", "中国 广东省 深圳市 电信"
NAMED = {"principal": "alice", "login_time": AT}
FULL = {"ip": STRANGER, **NAMED}
HOUR_LATER = AT + timedelta(hours=1)


def elsewhere(place: str, **more: Any) -> AuditEvent:
    return login(place=place_of(place), **more)


@pytest.mark.parametrize(
    ("found", "given", "chosen"),
    [
        ([login()], alert(**FULL), login()),
        ([login(minutes=4.9)], alert(**FULL), login(minutes=4.9)),
        ([login(minutes=-4.9)], alert(**FULL), login(minutes=-4.9)),
        ([login(), login(minutes=3)], alert(**FULL), login()),
        ([login()], alert(ip=STRANGER, login_time=AT), login()),
        ([login(minutes=0.9)], alert(ip=STRANGER, login_time=AT), login(minutes=0.9)),
        ([login(), login(ip=OFFICE)], alert(ip=STRANGER), login()),
        ([login(), login(minutes=30)], alert(ip=STRANGER, login_time=AT + timedelta(minutes=31)), login(minutes=30)),
        ([login(), login(minutes=30)], alert(ip=STRANGER), login(minutes=30)),
        ([login(), login(BOB)], alert(ip=STRANGER, principal="bob"), login(BOB)),
        ([login(), login(BOB)], alert(ip=STRANGER, principal=" ALICE "), login()),
        ([login(), login(BOB)], alert(ip=STRANGER, principal="100000000012"), login(BOB)),
        ([login(), login(BOB, 30)], alert(ip=STRANGER, login_time=AT), login()),
        ([login(), login(BOB, 3)], alert(ip=STRANGER, login_time=AT), login()),
        ([login()], alert(login_time=AT), login()),
        ([login(), login(BOB, 40, ip=OFFICE)], alert(login_time=AT), login()),
        ([login(succeeded=False, minutes=-1), login()], alert(ip=STRANGER, login_time=AT), login()),
        ([login(ip="2001:DB8::0007")], alert(ip="2001:db8::7"), login(ip="2001:DB8::0007")),
        ([login(ip="::ffff:203.0.113.7")], alert(ip=STRANGER), login(ip="::ffff:203.0.113.7")),
        ([login(account=ACCOUNT)], alert(account=ACCOUNT, **FULL), login(account=ACCOUNT)),
        # every name of the main account
        *(
            ([login(ROOT), login(BOB)], alert(ip=STRANGER, principal=name), login(ROOT))
            for name in ("root", "Root", "主账号", "main", ACCOUNT)
        ),
        # a name without an address: the very second, or the place and the minute
        ([login(), login(minutes=3, ip=OFFICE)], alert(**NAMED), login()),
        (
            [elsewhere(AMSTERDAM, minutes=0.9)],
            alert(place="荷兰 北荷兰省 阿姆斯特丹 未知", **NAMED),
            elsewhere(AMSTERDAM, minutes=0.9),
        ),
        # a place in other words, coarser or unknown speaks not against it; nor does any where the address is the same
        *(
            ([elsewhere(SHENZHEN)], alert(place=place, **NAMED), elsewhere(SHENZHEN))
            for place in ("广东 深圳", "深圳", "中国", "somewhere", "广东 广州")
        ),
        ([elsewhere(SHENZHEN)], alert(place=AMSTERDAM, **FULL), elsewhere(SHENZHEN)),
    ],
)
def test_the_record_that_fits_is_chosen(found: list[AuditEvent], given: Reported, chosen: AuditEvent) -> None:
    assert best_match(found, given) == chosen
    assert best_match(found[::-1], given) == chosen


@pytest.mark.parametrize(
    ("found", "given", "why"),
    [
        ([], alert(ip=STRANGER, login_time=AT), "does not (yet) show this login."),
        ([login(ip=OFFICE)], alert(ip=STRANGER), "(another address)"),
        ([login(succeeded=False)], alert(ip=STRANGER), "only failed logins"),
        ([login(succeeded=False, minutes=9)], alert(ip=STRANGER, login_time=AT), "does not (yet) show"),
        ([login(), login(BOB)], alert(ip=STRANGER), "2 logins fit"),
        ([login(), login(BOB, 0.5)], alert(ip=STRANGER, login_time=AT), "2 logins fit"),
        ([login(), login(ip=OFFICE)], alert(), "2 logins fit"),
        ([login(), login(ip=OFFICE)], alert(principal="alice"), "2 logins fit"),
        ([login(), login(BOB, 1, ip=OFFICE)], alert(login_time=AT), "2 logins fit"),
        # somebody else's login is never taken
        ([login(), login(BOB)], alert(ip=STRANGER, principal="carol"), "alice (100000000011) @ 203.0.113.7"),
        ([login()], alert(ip=STRANGER, principal="bob"), "(another name)"),
        ([login(ROOT)], alert(principal="bob", login_time=AT), "(another name)"),
        ([login(ROOT)], alert(ip=STRANGER, principal="owner@example.com"), "(another name)"),
        ([login(DEPLOY_ROLE)], alert(ip=STRANGER, principal="root"), "(another name)"),
        ([login(account="100000000002")], alert(account=ACCOUNT, **FULL), "(another account)"),
        ([elsewhere(SHENZHEN)], alert(place=AMSTERDAM, **NAMED), "(another place)"),
        # beyond a few minutes it is asked
        ([login(minutes=5.1)], alert(**FULL), "(5 min off)"),
        ([login(minutes=-92)], alert(**FULL), "(92 min off)"),
        ([login(BOB, 40, ip=OFFICE)], alert(login_time=AT + timedelta(minutes=20)), "(20 min off)"),
        ([login(minutes=-480)], alert(**FULL), "8 h off, as another zone's clock would be"),
        ([login(minutes=60)], alert(**FULL), "1 h off, as another zone's clock would be"),
        ([login().model_copy(update={"at": NO_TIME})], alert(**FULL), "says too little to be sure"),
        # what says little may mean a login that is not in the log yet
        ([login(minutes=3)], alert(ip=STRANGER, login_time=AT), "says too little to be sure"),
        ([login(minutes=0.5)], alert(**NAMED), "says too little to be sure"),
        ([login()], alert(principal="alice"), "says too little to be sure"),
        ([login(minutes=0.5)], alert(login_time=AT), "says too little to be sure"),
        ([login()], alert(), "says too little to be sure"),
        ([elsewhere(AMSTERDAM, minutes=1.5)], alert(place=AMSTERDAM, **NAMED), "says too little to be sure"),
        ([elsewhere(AMSTERDAM, minutes=0.5)], alert(place=AMSTERDAM, login_time=AT), "says too little to be sure"),
    ],
)
def test_nothing_is_guessed(found: list[AuditEvent], given: Reported, why: str) -> None:
    for reason in (best_match(found, given), best_match(found[::-1], given)):
        assert isinstance(reason, Sentence)
        assert why in reason.en


@pytest.mark.parametrize("given", [alert(**NAMED), alert(login_time=AT), alert(ip=STRANGER, login_time=AT)])
def test_what_says_little_is_believed_once_no_login_can_be_missing(given: Reported) -> None:
    other = login(BOB, -3) if given.ip else login(minutes=-3, ip=OFFICE)
    alone, two = [login(minutes=3)], [login(minutes=3), other]

    early, late = (best_match(alone, given, now=HOUR_LATER + timedelta(seconds=n)) for n in (-1, 0))

    assert (isinstance(early, Sentence), late) == (True, alone[0])
    assert isinstance(best_match(two, given, now=HOUR_LATER), Sentence)
    assert isinstance(best_match([login(minutes=6)], given, now=HOUR_LATER), Sentence)
    assert isinstance(best_match(alone, given._replace(at=AT - timedelta(minutes=3)), now=HOUR_LATER), Sentence)


def test_a_record_that_is_named_by_its_id_is_that_one_and_no_other() -> None:
    meant, other = login(minutes=90), login()
    by_id = Reported(ip=None, at=AT, principal="bob", event_id=meant.id)
    unseen = reported(LoginAlert(**FULL))._replace(event_id="not there yet")

    assert best_match([other, meant], by_id) == meant
    assert isinstance(best_match([login(minutes=0.5)], unseen), Sentence)
    assert best_match([login()], unseen) == login()  # the very second, person and address: an id of the sender's own


def test_the_nearest_that_was_there_is_named_first_and_what_differs_in_time_alone_before_others() -> None:
    found = [login(BOB, number) for number in range(10)] + [login(minutes=60)]

    reason = best_match(found, alert(**FULL))

    assert isinstance(reason, Sentence)
    assert "not taken: alice (100000000011) @ 203.0.113.7 at 2026-11-23 11:10 (UTC+8) (1 h off" in reason.en
    assert "相差整 1 小时，可能是时区不同）; bob (100000000012) @ 203.0.113.7，2026-11-23 10:10" in reason.zh
    assert reason.en.count("@") == 5
    assert reason.en.endswith("; ….")


def test_whoever_goes_by_a_nickname_is_found_through_the_list_of_people() -> None:
    nameless = Principal(kind=PrincipalKind.OTHER, uin="100000000011", name="100000000011")

    assert best_match([login(ROOT)], identified(alert(ip=STRANGER, principal="owner@example.com"), PEOPLE)) == login(
        ROOT
    )
    assert best_match([login(nameless)], identified(alert(**FULL), PEOPLE)) == login(nameless)
    assert isinstance(best_match([login()], identified(alert(ip=STRANGER, principal="twin"), PEOPLE)), Sentence)
    assert isinstance(best_match([login(BOB)], identified(alert(**FULL), PEOPLE)), Sentence)


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
