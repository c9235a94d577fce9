"""The first lines of a report."""

import pytest

from tasks.model.plan import Plan
from tasks.reporting.summary import open_actions, ticket_due
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.correction import correction_due
from tasks.runbooks.unusual_login.text import HEADLINES
from tests.reporting.rendered import headline, todo
from tests.reporting.samples import PLAN, VERDICTS, outcome, record, recorded


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_closed_verdict_has_its_sentence(verdict: str) -> None:
    assert headline(record(verdict, plan=Plan())) == getattr(HEADLINES, verdict)


def test_an_open_incident_says_that_it_goes_on() -> None:
    assert headline(record("needs_person", closed_at=None)) == HEADLINES.going_on


def test_a_plan_that_was_only_shown_says_that_nothing_was_done() -> None:
    assert headline(record("needs_person", plan=PLAN, mode="observe")) == HEADLINES.planned_only


def test_actions_without_an_outcome_are_still_to_do() -> None:
    case = record(actions=(outcome(PLAN.actions[0], "verified"), outcome(PLAN.actions[1], "failed")))

    assert [(action.name, status) for action, status in open_actions(case)] == [
        (PLAN.actions[1].name, "failed"),
        (PLAN.actions[2].name, "planned"),
    ]


def test_the_last_outcome_of_an_action_counts() -> None:
    tried = outcome(PLAN.actions[0], "failed")
    case = record(plan=Plan(actions=PLAN.actions[:1]), actions=(tried, outcome(PLAN.actions[0], "verified")))

    assert open_actions(case) == ()


def test_nothing_left_is_said_too() -> None:
    case = record("contained", next="none", protections_off=(), permissions_missing=())

    assert [sentence.en for sentence in todo(case)] == ["Nothing is left to do."]


def test_the_most_urgent_comes_first() -> None:
    lines = [sentence.en.split(" ")[0] for sentence in todo(record("containment_incomplete"))]

    assert lines == ["Actions", "Contact", "Switch", "Grant"]


@pytest.mark.parametrize(("step", "due"), [("contact_support", True), ("harden", False), ("none", False)])
def test_a_ticket_is_due_where_support_is_the_next_step(step: str, *, due: bool) -> None:
    assert ticket_due(record(next=step)) is due


@pytest.mark.parametrize(
    ("answers", "due"),
    [
        ({"own_login": recorded("yes"), "usual_place": recorded("yes")}, True),
        ({"own_login": recorded("no"), "known_egress": recorded("yes")}, True),
        ({"own_login": recorded("no"), "co_user": recorded("bob"), "co_user_away": recorded("yes")}, False),
    ],
)
def test_a_correction_is_due_where_the_place_was_wrong(answers: dict[str, object], *, due: bool) -> None:
    assert correction_due(record("ignored", answers=answers)) is due


def test_no_correction_without_an_address_or_after_a_theft() -> None:
    assert not correction_due(record("ignored", alert=LoginAlert()))
    assert not correction_due(record("contained", answers={"known_egress": recorded("yes")}))
