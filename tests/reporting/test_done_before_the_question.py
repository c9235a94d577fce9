"""What was done before anybody was asked is shown to who is asked, and in the report."""

from typing import Any

import pytest

from tasks.model.principal import Principal
from tasks.runbooks.unusual_login.text import HEADLINES
from tests.reporting import samples
from tests.reporting.rendered import approval_text, headline, question_text, render_html, render_markdown, todo
from tests.reporting.samples import HOSTILE, PLAN, outcome, record

KEY = PLAN.actions[0]
DONE = outcome(KEY, by="policy")
CASE: dict[str, Any] = {
    "alert": samples.alert(),
    "facts": samples.facts(),
    "decision": samples.decision(),
    "run_url": "http://127.0.0.1:4200/runs/flow-run/1",
    "run_id": "run-1",
}
ALREADY = {"zh": "在询问之前已经处置的", "en": "Done already, before you were asked"}
STAYS = {"zh": "已经处置的仍然生效", "en": "what was done already stays active"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_is_asked_sees_what_was_done(lang: Any) -> None:
    asked = question_text(samples.ask(), **CASE, lang=lang, done=(DONE,))
    approving = approval_text(PLAN, **CASE, lang=lang, done=(DONE, outcome(PLAN.actions[1], "declined")))

    for text in (asked, approving):
        assert text.count("AKIDexampleAlice1") >= 1
        assert text.index(ALREADY[lang]) < text.index("AKIDexampleAlice1")
    assert STAYS[lang] in approving


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_nothing_was_done_nothing_is_said_of_it(lang: Any) -> None:
    asked = question_text(samples.ask(), **CASE, lang=lang)
    approving = approval_text(PLAN, **CASE, lang=lang)

    assert ALREADY[lang] not in asked + approving
    assert STAYS[lang] not in approving


def test_a_strangers_name_stays_text() -> None:
    stranger = Principal(kind=DONE.principal.kind, uin="100000000099", name=HOSTILE[:480])
    done = DONE.model_copy(update={"principal": stranger})

    text = question_text(samples.ask(), **CASE, lang="en", done=(done,))

    assert "](https://evil" not in text
    assert "<script" not in text


@pytest.mark.parametrize(
    ("actions", "put_back", "expected"),
    [
        ((DONE,), (), HEADLINES.held),
        ((DONE,), (outcome(KEY, "failed"),), HEADLINES.rollback_failed),
        ((outcome(KEY, "planned"),), (), HEADLINES.planned_only),
        ((outcome(KEY, "failed"),), (), HEADLINES.needs_person),
    ],
)
def test_the_headline_of_what_a_person_must_decide(actions: Any, put_back: Any, expected: Any) -> None:
    assert headline(record("needs_person", plan=PLAN, actions=actions, put_back=put_back)) == expected


@pytest.mark.parametrize(
    ("verdict", "actions", "told"),
    [
        ("needs_person", (DONE,), True),
        ("containment_incomplete", (DONE, outcome(PLAN.actions[1], "declined")), True),
        ("containment_incomplete", (DONE, outcome(PLAN.actions[1], "failed")), False),
        ("needs_person", (outcome(KEY, "skipped"),), False),
        ("contained", (DONE,), False),
    ],
)
def test_how_to_undo_is_said_where_nobody_settled_that_it_holds(verdict: str, actions: Any, *, told: bool) -> None:
    case = record(verdict, actions=actions)
    lines = [sentence.en for sentence in todo(case)]

    assert any(f"run runbooks undo {case.incident_id}." in line for line in lines) is told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_shows_what_was_put_back(lang: Any) -> None:
    undone = outcome(KEY, by="second person", detail=samples.both("已恢复原状", "It is again what it was"))
    case = record("ignored", lang, actions=(DONE,), put_back=(undone,))
    heading = {"zh": "先行的处置被恢复", "en": "so early containment was rolled back"}[lang]

    for text in (render_markdown(case), render_html(case)):
        assert heading in text
        assert "second person" in text
    assert heading not in render_markdown(record("ignored", lang))
