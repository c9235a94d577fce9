"""An incident whose containment was undone claims it no more."""

from datetime import timedelta

import pytest

from tasks.decide.undone import amended, undone_words
from tasks.decide.verdict import ALL_DONE
from tasks.model.decision import Verdict
from tasks.model.plan import Outcome
from tests.reporting.rendered import headline, render_html, render_markdown, todo
from tests.reporting.samples import NOW, PLAN, outcome, record

KEY, QUARANTINE, BY_HAND = PLAN.actions
CONTAINED = record(reasons=(ALL_DONE,), lang="en")


def undone(*actions: int, status: str = "verified", by: str = "Wang") -> tuple[Outcome, ...]:
    at = NOW + timedelta(days=1)
    return tuple(outcome(PLAN.actions[number], status, by=by, at=at) for number in actions)


@pytest.mark.parametrize(
    ("verdict", "what", "then"),
    [
        ("contained", (), "contained"),
        ("contained", (0,), "containment_incomplete"),
        ("contained", (0, 1), "undone"),
        ("containment_incomplete", (0, 1), "undone"),
        ("needs_person", (0, 1), "needs_person"),
        ("ignored", (0, 1), "ignored"),
        ("declined", (0,), "declined"),
    ],
)
def test_what_is_undone_is_not_claimed(verdict: Verdict, what: tuple[int, ...], then: Verdict) -> None:
    before = CONTAINED.model_copy(update={"verdict": verdict})

    assert amended(before, undone(*what)).verdict == then


def test_an_undoing_that_failed_changes_nothing() -> None:
    assert amended(CONTAINED, undone(0, 1, status="failed")) == CONTAINED


def test_what_no_api_can_undo_keeps_nothing_from_being_undone() -> None:
    for_good = PLAN.model_copy(update={"actions": (KEY.model_copy(update={"undo": None}), QUARANTINE, BY_HAND)})

    assert amended(CONTAINED.model_copy(update={"plan": for_good}), undone(1)).verdict == "undone"


def test_who_undid_what_and_when_stands_in_the_reasons_once() -> None:
    once = amended(CONTAINED, undone(0))
    again = amended(once, undone(0, 1, by="Zhao"))

    assert [one.en for one in once.reasons] == [
        "disable_access_key:AKIDexampleAlice1 was undone by Wang at 2026-11-24 10:10 (UTC+8)."
    ]
    assert amended(once, undone(0)) == once
    assert len(again.reasons) == len(once.reasons) + 2


def test_the_report_says_it_first_and_no_longer_how_to_undo() -> None:
    now = amended(CONTAINED, undone(0, 1))
    held = amended(record("needs_person", "en", plan=PLAN, actions=CONTAINED.actions, mode="auto"), undone(0, 1))
    text, page = render_markdown(now).replace("\\", ""), render_html(now)

    assert headline(now).en.startswith("Containment was undone by a person")
    assert undone_words(now.undone[0]).en in text
    assert "A person undid containment" in text
    assert 'class="banner undone"' in page
    assert not any("runbooks undo" in one.en for one in todo(held))
