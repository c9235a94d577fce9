"""What speaks for and against each answer, and what would have changed the decision."""

from typing import Any

import pytest

from tasks.decide.explain import decide_again, explain, weighed_impact
from tasks.decide.impact import resources_affected
from tasks.model.answer import Statement
from tasks.model.checkin import CheckIn
from tasks.model.explanation import Basis, Explanation, Weighed
from tasks.model.fact import Known
from tasks.model.facts import AddressKind
from tasks.model.policy import Policy
from tasks.runbooks.registry import runbook_of
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.questions import Question
from tests.decide import build
from tests.people import ALICE, BOB
from tests.runbooks.unusual_login.words import NOT_OURS, OURS
from tests.scene import STRANGER


def _explained(
    words: tuple[Statement, ...] = (), *, policy: Policy = build.POLICY, **changed: Any
) -> tuple[Explanation, LoginFacts, Basis]:
    facts, basis = build.facts(**changed), Basis(policy=policy, statements=words, now=build.NOW)
    return explain(runbook_of("unusual_login"), build.ALERT, facts, basis), facts, basis


def _weighed(question: Question, words: tuple[Statement, ...] = (), **changed: Any) -> Weighed:
    found, _, _ = _explained(words, **changed)
    return next(each for each in found.weighed if each.question == question)


def _texts(weighed: Weighed) -> tuple[str, str]:
    return "\n".join(one.says.en for one in weighed.for_yes), "\n".join(one.says.en for one in weighed.for_no)


CHECKED_IN = CheckIn(person="Li", address=STRANGER, at=build.NOW)
ELSEWHERE = CheckIn(person="Li", address="198.51.100.77", at=build.NOW)

SIDES: dict[str, tuple[Question, str, str, dict[str, Any]]] = {
    "a usual place": (
        Question.OWN_LOGIN,
        "logged in from",
        "",
        {"history": build.history(*(build.past(ALICE, build.NANJING, days=days) for days in (9, 10, 11)))},
    ),
    "a place that is not usual": (Question.OWN_LOGIN, "", "not a usual place", {}),
    "a key made right after": (
        Question.OWN_LOGIN,
        "",
        "Keys, factors",
        {"trail": build.trail(build.sensitive("CreateAccessKey", service="cam"))},
    ),
    "a Tor address": (Question.OWN_LOGIN, "", "classified as Tor", {"reputation": build.reputation("tor")}),
    "failures before": (Question.OWN_LOGIN, "", "logins failed", {"login": build.login(failures=9)}),
    "an own network": (
        Question.KNOWN_EGRESS,
        "belongs to our own",
        "",
        {"egress": build.own(AddressKind.INSTANCE), "words": NOT_OURS},
    ),
    "no own network": (Question.KNOWN_EGRESS, "", "is in none of the 0 egress", {"words": NOT_OURS}),
    "a device behind the address": (
        Question.KNOWN_EGRESS,
        "the very address",
        "",
        {"checkins": Known[tuple[CheckIn, ...]](value=(CHECKED_IN,)), "words": NOT_OURS},
    ),
    "a device elsewhere": (
        Question.KNOWN_EGRESS,
        "",
        "not behind",
        {"checkins": Known[tuple[CheckIn, ...]](value=(ELSEWHERE,)), "words": NOT_OURS},
    ),
    "nobody announced a journey": (
        Question.CO_USER_AWAY,
        "",
        "No journey",
        {"words": (NOT_OURS[0], build.statement(Question.CO_USER, "alice"))},
    ),
    "somebody else than the named one": (
        Question.CO_USER,
        "",
        "not bob",
        {"words": (NOT_OURS[0], build.statement(Question.CO_USER, BOB.name))},
    ),
    "a person's word": (Question.OWN_LOGIN, "", "Wang answered", {"words": NOT_OURS}),
}


@pytest.mark.parametrize("case", SIDES)
def test_what_bears_on_a_question_stands_on_its_side(case: str) -> None:
    question, yes, no, changed = SIDES[case]
    words = changed.get("words", ())
    found = _texts(_weighed(question, words, **{name: value for name, value in changed.items() if name != "words"}))

    assert (yes in found[0], no in found[1]) == (True, True)
    assert not (yes and yes in found[1])
    assert not (no and no in found[0])


def test_a_device_whose_address_is_unknown_stands_on_no_side() -> None:
    behind_a_proxy = ELSEWHERE.model_copy(update={"address": "127.0.0.1"})
    checkins = Known[tuple[CheckIn, ...]](value=(behind_a_proxy,))

    found = _texts(_weighed(Question.KNOWN_EGRESS, NOT_OURS, checkins=checkins))

    assert "checked in" not in "".join(found)


def test_points_name_their_evidence() -> None:
    against = _weighed(Question.OWN_LOGIN, reputation=Known(value=build.reputation("tor").value, evidence=("ev-9",)))

    assert [one.evidence for one in against.for_no if one.fact == "reputation"] == [("ev-9",)]


def test_an_unknown_fact_that_bears_on_a_question_is_named_with_its_reason() -> None:
    weighed = _weighed(Question.OWN_LOGIN, trail=build.NOT_READ)

    assert [(one.fact, one.says) for one in weighed.unseen] == [("trail", build.NOT_READ.reason)]


@pytest.mark.parametrize("words", [(), NOT_OURS, OURS])
def test_every_question_of_the_path_is_weighed_and_says_what_other_answers_lead_to(words: Any) -> None:
    found, facts, basis = _explained(words)
    decision = decide_again(runbook_of("unusual_login"), build.ALERT, facts, basis)

    assert [each.question for each in found.weighed] == list(decision.path)
    for each in found.weighed:
        supposed = {one.supposed for one in each.otherwise}
        assert supposed == {"yes", "no", "unknown"} - ({each.value} if each.value in ("no", "unknown") else set()) - (
            {"yes"} if each.value not in ("", "no", "unknown") else set()
        )


def test_another_answer_is_followed_to_where_it_leads() -> None:
    ends = {one.supposed: one.leads_to for one in _weighed(Question.KNOWN_EGRESS, NOT_OURS).otherwise}

    assert ends == {"yes": "ignore", "unknown": "contain"}


def test_a_supposed_answer_counts_before_what_people_said() -> None:
    ends = {one.supposed: (one.leads_to, one.asks) for one in _weighed(Question.OWN_LOGIN, NOT_OURS).otherwise}

    assert ends["yes"] == ("contain", "")  # what was said of the other questions stands


def test_the_decision_hangs_on_the_fact_that_settled_it() -> None:
    office, _, _ = _explained(NOT_OURS[:2], egress=build.own(AddressKind.CUSTOMER_GATEWAY))
    idle, _, _ = _explained(NOT_OURS)

    assert ("egress", "ask", "known_egress") in [(one.supposed, one.leads_to, one.asks) for one in office.hinges]
    assert "egress" not in [one.supposed for one in idle.hinges]


def test_a_contradiction_shows_in_what_a_confirmation_is_weighed_by() -> None:
    weighed = _weighed(Question.CONFIRM, OURS, reputation=build.reputation("tor"))

    assert "classified as Tor" in _texts(weighed)[1]


@pytest.mark.parametrize(
    ("trail", "side"),
    [
        (build.trail(build.sensitive()), "for_yes"),
        (build.trail(), "for_no"),
        (build.trail(closed=False), "unseen"),
        (build.NOT_READ, "unseen"),
    ],
)
def test_whether_resources_are_affected_is_weighed_by_the_audit_log_alone(trail: Any, side: str) -> None:
    weighed = weighed_impact(resources_affected(trail))

    filled = [name for name in ("for_yes", "for_no", "unseen") if getattr(weighed, name)]
    assert (weighed.question, filled, getattr(weighed, side)[0].fact) == ("resources_affected", [side], "trail")
