"""What earlier logins make usual for a later one, and what they do not; each rule both ways."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.decide.usual import SETTLED, SUPPORTS, is_barred, is_settled
from tasks.ipinfo.places import place_of
from tasks.model.answer import Answer
from tasks.model.fact import Known
from tasks.model.facts import History, PastLogin
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.answers_by_facts import by_facts
from tasks.runbooks.unusual_login.contradictions import hidden_address
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import Situation, suspect_of
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ALICE, BOB
from tests.scene import AT, STRANGER

HOME = "198.51.100.5"
MOMENT = timedelta(microseconds=1)


def past(*days: float, **how: Any) -> Known[History]:
    """Alice's logins from Nanjing, or as told, so many days before."""
    given = {"principal": ALICE, "ip": HOME, "place": build.NANJING} | how
    logins = (PastLogin(at=AT - timedelta(days=day), **given) for day in days)
    return build.history(*logins)


def answer(history: Known[History], *, policy: Policy = build.POLICY, **facts: Any) -> Answer | None:
    known: LoginFacts = build.facts(history=history, **facts)
    situation = Situation(
        alert=build.ALERT,
        facts=known,
        statements=(),
        policy=policy,
        now=build.NOW,
        login=suspect_of(build.ALERT, known),
    )
    return by_facts(Question.USUAL_PLACE, situation, ())


def from_(raw: str, *kinds: str) -> dict[str, Any]:
    """The login came from there, by such a network."""
    return {"login": build.login(place=place_of(raw)), "reputation": build.reputation(*kinds)}


SUZHOU, JIANGSU = place_of("中国 江苏省 苏州市 中国联通"), "中国 江苏省"
NOWHERE = {"login": build.login(place=None)}
RENAMED = {"place": build.BEIJING, "ip": STRANGER}
ROWS: dict[str, tuple[Known[History], dict[str, Any], str | None]] = {
    "two logins of more than a week ago": (past(7.01, 8), {}, "yes"),
    "two logins minutes before": (past(4 / 1440, 9 / 1440), {}, "no"),
    "one of a week ago and many of this week": (past(8, 6, 5, 4, 3, 2, 1), {}, "no"),
    "one login": (past(8), {}, "no"),
    "three, where the policy asks for three": (past(8, 9, 10), {"policy": Policy(usual_after=3)}, "yes"),
    "two, where the policy asks for three": (past(8, 9), {"policy": Policy(usual_after=3)}, "no"),
    "a place of more than ninety days ago": (past(91, 92), {}, "no"),
    "logins of somebody else": (past(8, 9, principal=BOB), {}, "no"),
    "logins from another city": (past(8, 9, place=build.BEIJING), {}, "no"),
    "sixty days of this very address": (past(*range(1, 61), ip=STRANGER), {}, "yes"),
    "this very address minutes before": (past(4 / 1440, 9 / 1440, ip=STRANGER), {}, "no"),
    "this very address, which the library placed elsewhere then": (past(8, 9, **RENAMED), {}, "yes"),
    "this very address, of which nobody knows the place": (past(8, 9, ip=STRANGER, place=None), NOWHERE, "yes"),
    "another address, of which nobody knows the place": (past(8, 9, place=None), NOWHERE, None),
    "a Tor exit that somebody had before": (
        past(8, 9, **RENAMED),
        {"reputation": build.reputation("tor")},
        "no",
    ),
    "the same city in other words": (past(8, 9, place=place_of("Nanjing, Jiangsu, China")), {}, "yes"),
    "another city of the province": (past(8, 9, place=SUZHOU), {}, "no"),
    "a phone in another city of the province": (past(8, 9, place=SUZHOU), from_("中国 江苏省 南京市 移动"), "yes"),
    "a mobile network, known to its province": (past(8, 9, place=SUZHOU), from_(JIANGSU, "mobile"), "yes"),
    "a mobile network in another province": (past(8, 9, place=SUZHOU), from_("中国 安徽省", "mobile"), "no"),
    "a place known to its province only, which may be the usual one": (past(8, 9), from_(JIANGSU), None),
    "a place known to its province only, of another province": (past(8, 9), from_("中国 安徽省"), "no"),
    "a place known to its country only, which may be the usual one": (past(8, 9), from_("中国"), None),
    "a place known to its country only, of another country": (past(8, 9), from_("德国"), "no"),
    "a country that is all that was ever known": (past(8, 9, place=place_of("德国")), from_("德国"), "yes"),
    "logins of incidents that are open or were contained": (past(8, 9, 10, barred_by="inc-1"), {}, "no"),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_place_is_usual_by_logins_that_are_a_week_older_and_belong_to_no_incident(row: str) -> None:
    history, changed, expected = ROWS[row]

    found = answer(history, **changed)

    assert (found.value if found else None) == expected


def test_a_login_counts_from_its_seventh_day_to_its_ninetieth() -> None:
    ages = (SETTLED - MOMENT, SETTLED, SUPPORTS, SUPPORTS + MOMENT)

    assert [is_settled(AT - age, AT) for age in ages] == [False, True, True, False]


@pytest.mark.parametrize(
    ("verdict", "barred"),
    [
        ("ignored", False),
        (None, True),
        ("contained", True),
        ("containment_incomplete", True),
        ("declined", True),
        ("needs_person", True),
        ("a verdict of tomorrow", True),
    ],
)
def test_only_a_login_whose_incident_was_closed_as_harmless_counts(
    verdict: str | None,
    barred: bool,  # noqa: FBT001 - a column
) -> None:
    assert is_barred(verdict) is barred


@pytest.mark.parametrize(
    ("history", "speaks"),
    [(past(8, 9, ip=STRANGER), False), (past(8, 9), True), (past(1, 2, ip=STRANGER), True)],
    ids=["its own address", "another address of the city", "its own address this week"],
)
def test_a_vpn_address_speaks_against_a_login_unless_it_was_usual_before(
    history: Known[History],
    speaks: bool,  # noqa: FBT001 - a column
) -> None:
    facts = build.facts(history=history, reputation=build.reputation("vpn"))

    against = hidden_address(suspect_of(build.ALERT, facts), facts, build.POLICY)

    assert bool(against) is speaks


def test_the_answer_says_that_the_last_days_are_not_counted() -> None:
    yes, no = answer(past(8, 9)), answer(past(1, 2))

    assert yes is not None
    assert no is not None
    assert "2 times within 90 days, and at least 7 days before" in yes.why.en
    assert "at least 7 days before: not a usual place" in no.why.en
    assert "至少 7 天之前" in yes.why.zh


def test_facts_of_before_this_rule_count_their_logins() -> None:
    kept = build.facts(history=past(8, 9)).model_dump(mode="json")
    for one in kept["history"]["value"]["logins"]:
        del one["event_id"], one["barred_by"]

    found = LoginFacts.model_validate(kept)

    assert [one.barred_by for one in found.history.value.logins] == ["", ""]  # type: ignore[union-attr] # it is known
