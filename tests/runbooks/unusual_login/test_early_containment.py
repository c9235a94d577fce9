"""Containment starts before anybody is asked only where facts leave no harmless explanation."""

from typing import Any

import pytest

from tasks.model.base import Sentence
from tasks.model.decision import EarlyContainment
from tasks.model.fact import Known
from tasks.model.facts import AddressKind
from tasks.model.policy import Mode, Network, Person, Policy, Travel, UsualPlace
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.early_containment import early_containment
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import suspect_of
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ACCOUNT, ALICE, ROOT, SOMEBODY
from tests.runbooks.unusual_login.operations import KEY, MACHINES, operation
from tests.scene import STRANGER

AUTO = Policy(mode="auto", auto_actions=("disable_access_key", "quarantine"))
TWO_INDICATORS: dict[str, Any] = {"trail": build.trail(KEY, MACHINES)}
PARTLY = Known(value=(), gaps=(Sentence(zh="没有权限", en="one region was refused"),))
MAIN_OPERATIONS = tuple(
    operation(name, tactic, actor=ROOT)
    for name, tactic in (("AddSubAccount", "persistence"), ("RunInstances", "resource_hijacking"))
)
GATEWAY, HOST = AddressKind.CUSTOMER_GATEWAY, AddressKind.INSTANCE
DAILY = build.history(*(build.past(ALICE, build.NANJING, days=day, ip=STRANGER) for day in range(1, 67)))
"""Daily logins from the login's own address; those of the last week do not count."""
MINUTES_BEFORE = build.history(*(build.past(ALICE, build.NANJING, days=minutes / 1440) for minutes in (4, 9)))
CONTAINED = build.history(
    *(build.past(ALICE, build.NANJING, days=day).model_copy(update={"barred_by": "inc-1"}) for day in (8, 9, 10))
)
VPN_USED = {"trail": build.trail(KEY), "reputation": build.reputation("vpn")}


def _early(alert: LoginAlert, facts: LoginFacts, declared: Policy, mode: Mode) -> EarlyContainment:
    return early_containment(alert, facts, suspect_of(alert, facts), declared, mode)


def policy(**changed: Any) -> Policy:
    return AUTO.model_copy(update=changed)


def journey(principal: str, place: str, *, days: float = 1) -> tuple[Travel, ...]:
    return build.travel(principal, place, days=days).travel


def of_main(**changed: Any) -> dict[str, Any]:
    past = build.history(build.past(ROOT, build.BEIJING))
    return {"login": build.login(ROOT), "trail": build.trail(*MAIN_OPERATIONS), "history": past} | changed


ASKED: dict[str, tuple[str, dict[str, Any], Policy, LoginAlert]] = {
    "no automatic action": ("names no auto_actions", {}, policy(auto_actions=()), build.ALERT),
    "no record": ("record is unknown: permission denied", {"login": build.NOT_READ}, AUTO, build.ALERT),
    "nobody certain": ("is not certain", {"login": build.login(SOMEBODY)}, AUTO, build.ALERT),
    "the alert names another": ("names “bob”", {}, AUTO, build.ALERT.model_copy(update={"principal": "bob"})),
    "the alert is of another account": (
        "another account",
        {"login": build.login(account=ACCOUNT)},
        AUTO,
        build.ALERT.model_copy(update={"account": "100000000002"}),
    ),
    "no address": (
        "address of the login is unknown",
        {"login": build.login(ip="")},
        AUTO,
        LoginAlert(principal="alice"),
    ),
    "a declared network": (
        "our own “office”",
        {},
        policy(networks=(Network.model_validate({"name": "office", "cidr": "203.0.113.0/28"}),)),
        build.ALERT,
    ),
    "a customer gateway": ("our own “customer_gateway-example”", {"egress": build.own(GATEWAY)}, AUTO, build.ALERT),
    "an own host": ("our own “instance-example”", {"egress": build.own(HOST)}, AUTO, build.ALERT),
    "own addresses unread": ("may be ours", {"egress": build.NOT_READ}, AUTO, build.ALERT),
    "own addresses read in part": ("may be ours", {"egress": PARTLY}, AUTO, build.ALERT),
    "a usual place by declaration": (
        "declared usual place",
        {},
        policy(usual_places=(UsualPlace(place="南京"),)),
        build.ALERT,
    ),
    "a usual place by history": (
        "logged in from 中国 江苏省 南京市 2 times",
        {"history": build.history(*(build.past(ALICE, build.NANJING, days=days) for days in (8, 9)))},
        AUTO,
        build.ALERT,
    ),
    "sixty days of this very VPN address": (
        "logged in from 中国 江苏省 南京市 60 times",
        {"trail": build.trail(KEY), "reputation": build.reputation("vpn"), "history": DAILY},
        AUTO,
        build.ALERT,
    ),
    "no history": ("can't be told", {"history": build.NOT_READ}, AUTO, build.ALERT),
    "no place": ("can't be told", {"login": build.login(place=None)}, AUTO, build.ALERT),
    "an announced journey": ("alice had announced", {}, policy(travel=journey("alice", "江苏省")), build.ALERT),
    "a journey by the person's name": (
        "Li had announced",
        {},
        policy(travel=journey("Li", "江苏省"), people=(Person(name="Li", principals=("alice",)),)),
        build.ALERT,
    ),
    "a journey that was announced before the login": (
        "(announced by Wang at 2026-11-23 10:10 (UTC+8))",
        {},
        policy(travel=build.travel(added_at=build.AT, added_by="Wang").travel),
        build.ALERT,
    ),
    "a journey elsewhere, behind a VPN": (
        "announced a journey to “海南省”",
        VPN_USED,
        policy(travel=journey("alice", "海南省")),
        build.ALERT,
    ),
    "anybody's journey with the main account": (
        "carol had announced",
        of_main(),
        policy(travel=journey("carol", "江苏省")),
        build.ALERT,
    ),
    "one indicator": ("indicators found: 1", {"trail": build.trail(KEY)}, AUTO, build.ALERT),
    "two indicators where three are wanted": (
        "wanted by the policy (auto_signs): 3",
        {},
        policy(auto_signs=3),
        build.ALERT,
    ),
}

GOES: dict[str, tuple[dict[str, Any], Policy, LoginAlert]] = {
    "two indicators": ({}, AUTO, build.ALERT),
    "an alert that names the same": ({}, AUTO, build.ALERT.model_copy(update={"principal": "Alice"})),
    "the same account": ({"login": build.login(account=ACCOUNT)}, AUTO, build.ALERT),
    "another declared network": ({}, policy(networks=build.network("198.51.100.0/24").networks), build.ALERT),
    "another host of ours": ({"egress": build.own(HOST, "198.51.100.1")}, AUTO, build.ALERT),
    "another usual place": ({}, policy(usual_places=(UsualPlace(place="北京"),)), build.ALERT),
    "two logins minutes before, by which an intruder wants the place to look usual": (
        {"history": MINUTES_BEFORE},
        AUTO,
        build.ALERT,
    ),
    "earlier logins from here that were contained": (
        {"history": CONTAINED},
        AUTO,
        build.ALERT,
    ),
    "seen here once": ({"history": build.history(build.past(ALICE, build.NANJING))}, AUTO, build.ALERT),
    "a journey elsewhere": ({}, policy(travel=journey("alice", "海南省")), build.ALERT),
    "a journey that was announced after the login": (
        {},
        policy(travel=build.travel(added_at=build.NOW, added_by="alice").travel),
        build.ALERT,
    ),
    "a journey that is over": ({}, policy(travel=journey("alice", "江苏省", days=-1)), build.ALERT),
    "a colleague's journey": ({}, policy(travel=journey("carol", "江苏省")), build.ALERT),
    "a main account at work": (of_main(), AUTO, build.ALERT),
    "one indicator where one is wanted": ({"trail": build.trail(KEY)}, policy(auto_signs=1), build.ALERT),
}


@pytest.mark.parametrize("case", ASKED)
def test_people_are_asked_first_where_a_harmless_explanation_is_left(case: str) -> None:
    says, changes, declared, alert = ASKED[case]

    found = _early(alert, build.facts(**(TWO_INDICATORS | changes)), declared, "auto")

    assert not found.go
    assert says in "".join(one.en for one in found.reasons)
    assert len(found.reasons) == 1


@pytest.mark.parametrize("case", GOES)
def test_it_is_contained_at_once_where_none_is_left(case: str) -> None:
    changes, declared, alert = GOES[case]

    found = _early(alert, build.facts(**(TWO_INDICATORS | changes)), declared, "auto")

    assert (found.go, found.reasons[1:]) == (True, found.signs)
    assert len(found.signs) >= declared.auto_signs


@pytest.mark.parametrize("mode", ["observe", "approve"])
def test_only_mode_auto_acts_unasked(mode: Any) -> None:
    found = _early(build.ALERT, build.facts(**TWO_INDICATORS), AUTO, mode)

    assert not found.go
    assert "not auto" in found.reasons[0].en


@pytest.mark.parametrize("case", GOES)
def test_one_persons_word_never_ends_what_was_contained_at_once(case: str) -> None:
    changes, declared, alert = GOES[case]
    facts = build.facts(**(TWO_INDICATORS | changes))
    words = tuple(build.statement(question, "yes") for question in Question if question != Question.CO_USER)

    alone = build.decided(alert, facts, (*words, build.statement(Question.CO_USER, "no")), declared)

    assert alone.course == "ask"
    assert alone.ask is not None
    assert alone.ask.question == Question.CONFIRM
