"""What a form says that an answer rests on, where the audit log or another source is silent."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.decide.sentences import both
from tasks.model.fact import Unknown
from tasks.model.late_event import Looks
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.late_login import awaited, same, told
from tasks.runbooks.unusual_login.questions import Question
from tasks.runbooks.unusual_login.rests_on import BEARS_ON, rests_on
from tests.decide import build
from tests.people import ALICE, BOB
from tests.reporting.rendered import question_text
from tests.scene import AT, OFFICE, STRANGER

NOT_YET = Unknown(reason=both("操作审计中还没有。", "CloudAudit has no record of it yet."), not_yet=True)
REFUSED = Unknown(reason=both("凭证缺少权限。", "The credential lacks the permission."))
HOUR = timedelta(hours=1)
LOOKS = Looks(first_at=AT, last_at=AT + timedelta(minutes=3), made=2, until=AT + HOUR, said=NOT_YET.reason)
OVER = LOOKS.model_copy(update={"made": 5, "until": None, "last_at": AT + HOUR})
FULL = LoginAlert(ip=STRANGER, login_time=AT, principal="alice", place="荷兰")


def said(
    question: str | None = "own_login", *, alert: LoginAlert = FULL, looks: Looks | None = LOOKS, **facts: Any
) -> str:
    return "\n".join(one.en for one in rests_on(alert, build.facts(**facts), question, looks))


def test_a_record_that_is_late_says_when_it_is_looked_for_and_what_only_the_message_says() -> None:
    text = said(login=NOT_YET)

    assert text == (
        "CloudAudit has no record of it yet. Its records are often late: looked at 10:13 (UTC+8), looks again until "
        "11:10 (UTC+8). So only what the message says: the address, the person, the time, the place."
    )


def test_after_the_last_look_it_is_said_that_it_was_never_shown() -> None:
    text = said(login=NOT_YET, looks=OVER)

    assert "CloudAudit never showed this login" in text
    assert "looked for 6 times in all" in text
    assert "looks again" not in text


def test_what_a_message_does_not_say_is_not_known_at_all() -> None:
    text = said(alert=LoginAlert(ip=STRANGER), login=NOT_YET)

    assert "So only what the message says: the address." in text
    assert "Not known at all: the person, the time." in text


def test_another_reason_is_no_late_record() -> None:
    text = said(login=REFUSED, looks=None)

    assert text.startswith("CloudAudit does not show this login: The credential lacks")
    assert "looks again" not in text


def test_what_is_known_rests_on_itself() -> None:
    assert said(None) == said("own_login") == said("known_egress") == ""


@pytest.mark.parametrize(
    ("question", "fact", "means"),
    [
        ("own_login", "trail", "nobody has seen what was done after it"),
        ("usual_place", "history", "only people can say"),
        ("co_user", "co_users", "who else it could have been is not known"),
        ("co_user_away", "history", "only people can say"),
        ("known_egress", "egress", "nobody has checked whether the address is one of our own"),
        ("known_egress", "reputation", "what kind of network"),
        ("confirm", "trail", "nobody has seen what was done after it"),
        (None, "trail", "nobody has seen what was done after it"),
    ],
)
def test_a_fact_that_bears_on_the_question_is_named_where_it_is_unknown(
    question: str | None, fact: str, means: str
) -> None:
    text = said(question, **{fact: REFUSED})

    assert means in text
    assert "The credential lacks the permission." in text
    assert said(Question.RESOURCES_AFFECTED, **{fact: REFUSED}) == ""


def test_each_question_says_what_bears_on_it() -> None:
    assert {*Question} - BEARS_ON.keys() == {Question.RESOURCES_AFFECTED}  # the trail alone answers that


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_form_shows_it(lang: str) -> None:
    facts = build.facts(login=NOT_YET, trail=REFUSED)
    decision = build.decided(FULL, facts, (), build.POLICY)
    assert decision.ask is not None

    shown: Any = {"run_url": "", "run_id": "run-1", "lang": lang, "looks": LOOKS}
    text = question_text(decision.ask, alert=FULL, facts=facts, decision=decision, **shown)

    title, late = {
        "zh": ("您的回答所依据的", "还会再查，最晚到 11:10"),
        "en": ("What your answer rests on", "looks again until 11:10"),
    }[lang]
    assert title in text
    assert late in text


def test_a_login_is_awaited_only_where_the_log_was_read() -> None:
    assert awaited(build.facts(login=NOT_YET)) == NOT_YET.reason
    assert awaited(build.facts(login=REFUSED)) is None
    assert awaited(build.facts()) is None


ASKED = Suspect(principal=ALICE, at=AT, ips=(STRANGER,))


@pytest.mark.parametrize(
    ("changes", "same_question"),
    [
        ({}, True),
        ({"at": AT + timedelta(minutes=2)}, True),
        ({"at": AT + timedelta(minutes=2, seconds=1)}, False),
        ({"at": None}, False),
        ({"principal": BOB}, False),
        ({"principal": None}, False),
        ({"ips": (STRANGER, OFFICE)}, False),
        ({"ips": ()}, False),
    ],
)
def test_an_answer_counts_for_the_same_person_time_and_address_only(
    changes: dict[str, Any], *, same_question: bool
) -> None:
    other = ASKED.model_copy(update=changes)

    assert same(ASKED, other) is same_question
    assert same(other, ASKED) is same_question


def test_it_is_told_by_how_much_a_record_was_late() -> None:
    late = told(FULL, build.facts(), AT + timedelta(minutes=45))

    assert late.en.startswith(
        "The login (alice, at 2026-11-23 10:10 (UTC+8)) appeared in the audit log 45 minutes after"
    )
    assert "45 分钟后" in late.zh
