"""What a check-in says about a login: pure decisions, both ways."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.model.answer import Statement
from tasks.model.checkin import CheckIn
from tasks.model.decision import Decision
from tasks.model.fact import Known
from tasks.model.policy import Network, Person, Policy
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.checkins import checkin_text, is_placed
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ROOT
from tests.scene import STRANGER

NOT_OWN, NO_CO_USER = build.statement(Question.OWN_LOGIN, "no"), build.statement(Question.CO_USER, "no")
WALKED = (NOT_OWN, NO_CO_USER)
PEOPLE = (Person(name="Li", principals=("alice",)), Person(name="Wang", principals=("bob",)))
ALLOWED = Policy(people=PEOPLE, checkin_answers=True)
HERE = CheckIn(person="Li", address=STRANGER, at=build.NOW)
V6, V6_SAME_SITE, V6_ELSEWHERE = "2001:db8:0:7::1", "2001:db8:0:7:ffff::9", "2001:db8:0:8::1"


def seen(*checkins: CheckIn, **changed: Any) -> LoginFacts:
    return build.facts(checkins=Known[tuple[CheckIn, ...]](value=checkins, evidence=("ev-checkin",)), **changed)


def walked(facts: LoginFacts, policy: Policy, *said: Statement) -> Decision:
    return build.decided(build.ALERT, facts, said or WALKED, policy)


def test_the_owners_check_in_from_the_logins_address_answers_where_the_policy_allows_it() -> None:
    decision = walked(seen(HERE), ALLOWED)

    answer = decision.answers[-1]
    assert decision.course == "ignore"
    assert (answer.question, answer.value, answer.source, answer.by) == ("known_egress", "yes", "fact", "checkin")
    assert (answer.evidence, answer.at) == (("ev-checkin",), build.NOW)
    assert answer.why.en == (
        "Li showed with a personal check-in link at 2026-11-23 10:30 (UTC+8) "
        "that the device used is behind 203.0.113.7."
    )


def test_by_default_the_same_check_in_is_only_shown() -> None:
    decision = walked(seen(HERE), Policy(people=PEOPLE))

    assert decision.ask is not None
    assert decision.ask.question == Question.KNOWN_EGRESS
    assert (
        "Li checked in at 2026-11-23 10:30 (UTC+8): that device is behind 203.0.113.7, the very address of this login."
    ) in decision.ask.text.en


@pytest.mark.parametrize(
    "checkin",
    [
        HERE.model_copy(update={"address": "198.51.100.7"}),
        HERE.model_copy(update={"address": V6}),
        HERE.model_copy(update={"address": "no address"}),
        HERE.model_copy(update={"person": "Wang"}),
        HERE.model_copy(update={"person": ""}),
    ],
    ids=["elsewhere", "other family", "rubbish", "not concerned", "nobody's link"],
)
def test_a_check_in_that_proves_nothing_leaves_the_question_open(checkin: CheckIn) -> None:
    decision = walked(seen(checkin), ALLOWED)

    assert decision.ask is not None
    assert decision.ask.question == Question.KNOWN_EGRESS


def test_a_device_elsewhere_is_shown_as_evidence_and_never_answers_no() -> None:
    elsewhere = HERE.model_copy(update={"address": "198.51.100.7"})

    decision = walked(seen(elsewhere), ALLOWED)

    assert decision.course == "ask"
    assert decision.ask is not None
    assert "behind 198.51.100.7, not behind 203.0.113.7, as this login was." in decision.ask.text.en
    assert "其设备在 198.51.100.7 之后，不是这次登录的 203.0.113.7。" in decision.ask.text.zh


@pytest.mark.parametrize(
    ("address", "login", "unknown"),
    [
        ("127.0.0.1", "203.0.113.7", True),
        ("10.1.2.3", "203.0.113.7", True),
        ("fd00::1", "203.0.113.7", True),
        ("", "203.0.113.7", True),
        ("10.1.2.3", "10.9.9.9", False),
        ("198.51.100.7", "203.0.113.7", False),
        ("203.0.113.7", "203.0.113.7", False),
    ],
)
def test_a_check_in_through_a_proxy_that_nobody_declared_speaks_against_nobody(
    address: str, login: str, *, unknown: bool
) -> None:
    checkin, suspect = HERE.model_copy(update={"address": address}), Suspect(principal=None, ips=(login,))

    told = checkin_text(checkin, suspect)

    assert (is_placed(checkin, suspect), "trusted_proxies" in told.en, "不明" in told.zh) == (
        not unknown,
        unknown,
        unknown,
    )
    assert not (unknown and ("not behind" in told.en or "不是这次登录" in told.zh))


def test_a_named_co_users_check_in_counts_as_his_own() -> None:
    words = (build.statement(Question.OWN_LOGIN, "no"), build.statement(Question.CO_USER, "bob"))
    words = (*words, build.statement(Question.CO_USER_AWAY, "no"))
    theirs = HERE.model_copy(update={"person": "Wang"})
    shared = seen(theirs, login=build.login(ROOT))

    assert walked(shared, ALLOWED, *words).answers[-1].by == "checkin"
    assert walked(seen(HERE, login=build.login(ROOT)), ALLOWED, *words).course == "ask"


@pytest.mark.parametrize(("address", "course"), [(V6, "ignore"), (V6_SAME_SITE, "ignore"), (V6_ELSEWHERE, "ask")])
def test_in_ipv6_the_site_is_compared_for_a_device_changes_the_rest_by_itself(address: str, course: str) -> None:
    facts = seen(HERE.model_copy(update={"address": address}), login=build.login(ip=V6))
    alert = build.ALERT.model_copy(update={"ip": None})

    assert build.decided(alert, facts, WALKED, ALLOWED).course == course


def test_where_alert_and_log_differ_every_address_has_to_be_explained() -> None:
    other = "198.51.100.77"
    both = seen(HERE, HERE.model_copy(update={"address": other}), login=build.login(ip=other))
    office = ALLOWED.model_copy(update={"networks": (Network.model_validate({"name": "o", "cidr": f"{other}/32"}),)})
    one = seen(HERE, login=build.login(ip=other))

    assert walked(one, ALLOWED).course == "ask"
    assert walked(both, ALLOWED).course == "ignore"
    assert walked(one, office).course == "ignore"


def test_facts_against_a_check_in_still_want_a_second_person() -> None:
    changed = build.trail(build.sensitive("CreateAccessKey", service="cam"))

    decision = walked(seen(HERE, trail=changed), ALLOWED)

    assert decision.ask is not None
    assert decision.ask.key == "confirm:known_egress"
    assert "Li" in decision.ask.barred


def test_a_person_who_answers_is_believed_before_an_unproved_check_in() -> None:
    no = build.statement(Question.KNOWN_EGRESS, "no")

    assert walked(seen(HERE), Policy(people=PEOPLE), *WALKED, no).course == "contain"


def test_only_the_latest_check_ins_are_told() -> None:
    many = tuple(
        HERE.model_copy(update={"address": f"198.51.100.{n}", "at": build.NOW + timedelta(seconds=n)})
        for n in range(20)
    )

    ask = walked(seen(*many), ALLOWED).ask

    assert ask is not None
    assert ask.text.en.count("checked in") == 6
    assert "198.51.100.19" in ask.text.en


def test_facts_that_are_older_than_check_ins_can_still_be_read() -> None:
    old = build.facts().model_dump(mode="json")
    del old["checkins"]

    assert LoginFacts.model_validate(old) == build.facts()
