"""The breaker: automatic containment never takes the last administrator, nor many people at once."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.decide.breaker import breaker, identities
from tasks.decide.plan import against
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Facts, Rights
from tasks.model.policy import Policy
from tasks.model.principal import CoUser
from tests.decide import build
from tests.people import ALICE, BOB, CAROL, DAVE, ROOT

POLICY = Policy(mode="auto", auto_actions=("quarantine",))
ADMIN, LIMITED = Known(value=Rights(admin=True)), Known(value=Rights())
NOT_KNOWN = Unknown(reason=Sentence(zh="不知道。", en="Not known."))


def user(who: Any, *, console: bool | None = True, seen: bool = True) -> CoUser:
    return CoUser(principal=who, console=console, last_login=build.NOW - timedelta(days=3) if seen else None)


PEOPLE = tuple(user(who) for who in (ROOT, ALICE, BOB, CAROL, DAVE))


def facts(**changed: Any) -> Facts:
    given_ = {"rights": ADMIN, "administrators": Known(value=(ALICE, BOB)), "co_users": Known(value=PEOPLE)}
    return build.facts(**(given_ | changed))


def says(found: Facts, *, hit: Any = (ALICE,), recent: Any = (), policy: Policy = POLICY) -> str:
    uins = frozenset(one.uin for one in hit)
    why = breaker(uins, ALICE, found, policy, frozenset(one.uin for one in recent))
    return why.en if why else ""


LAST = "no other administrator"
CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "another administrator is left": ("", {}, {}),
    "the other one has no console login": (
        LAST,
        {"co_users": Known(value=(user(ALICE), user(BOB, console=False)))},
        {},
    ),
    "of the other one it is not known": ("", {"co_users": Known(value=(user(ALICE), user(BOB, console=None)))}, {}),
    "a main account that is in use is left": ("", {"administrators": Known(value=(ALICE,))}, {}),
    "nobody uses the main account": (
        LAST,
        {"administrators": Known(value=(ALICE,)), "co_users": Known(value=(user(ROOT, seen=False), user(ALICE)))},
        {},
    ),
    "the suspect is no administrator": ("", {"administrators": Known(value=()), "rights": LIMITED}, {}),
    "the suspect's rights are not known, and he is listed as none": (
        "",
        {"rights": NOT_KNOWN, "administrators": Known(value=(BOB,))},
        {},
    ),
    "nothing is known of rights, and nobody else": (
        LAST,
        {"rights": NOT_KNOWN, "administrators": NOT_KNOWN, "co_users": Known(value=(user(ALICE),))},
        {},
    ),
    "the other one was contained within the hour": (
        LAST,
        {"co_users": Known(value=tuple(user(who, seen=False) for who in (ROOT, ALICE, BOB, CAROL, DAVE, DAVE)))},
        {"recent": (BOB,), "policy": POLICY.model_copy(update={"auto_share": 1.0})},
    ),
    "one of five is a small share": ("", {}, {"policy": POLICY.model_copy(update={"auto_share": 0.01})}),
    "two of five are too large a share": ("auto_share", {}, {"recent": (CAROL,)}),
    "two of five where two may be": (
        "",
        {},
        {"recent": (CAROL,), "policy": POLICY.model_copy(update={"auto_share": 0.4})},
    ),
    "the people are not known": ("auto_share", {"co_users": NOT_KNOWN}, {"recent": (CAROL,)}),
    "the same one again": ("", {}, {"recent": (ALICE,)}),
    "as many as allowed": (
        "",
        {},
        {"recent": (CAROL, DAVE), "policy": POLICY.model_copy(update={"auto_per_hour": 3, "auto_share": 1.0})},
    ),
    "one too many": (
        "auto_per_hour",
        {},
        {"recent": (CAROL, DAVE), "policy": POLICY.model_copy(update={"auto_per_hour": 2, "auto_share": 1.0})},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_people_are_asked_where_containment_would_shut_too_many_out(case: str) -> None:
    expected, known, asked = CASES[case]
    said = says(facts(**known), **asked)

    assert expected in said
    assert bool(said) is bool(expected)


def test_what_the_intruder_made_counts_for_nobody() -> None:
    made = build.actor(CAROL, by=ALICE)
    found = facts(trail=build.trail(actors=(made,)))
    actions = (*against(ALICE, found, "cn"), *against(CAROL, found, "cn"))

    assert identities(actions, ALICE, found) == {ALICE.uin}
    assert identities(actions, None, found) == {ALICE.uin, CAROL.uin}


@given(st.sets(st.sampled_from([ALICE, BOB, CAROL, DAVE]), min_size=1), st.sets(st.sampled_from([BOB, CAROL, DAVE])))
def test_whatever_is_let_pass_leaves_an_administrator_and_most_people(hit: set[Any], recent: set[Any]) -> None:
    found = facts(co_users=Known(value=(user(ROOT, seen=False), *PEOPLE[1:])))
    if says(found, hit=hit, recent=recent):
        return
    gone = {one.uin for one in hit | recent}

    assert len(gone) <= 1
    assert {ALICE.uin, BOB.uin} - gone
