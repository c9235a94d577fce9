"""Answers from a file, as forms."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tasks.cli.prepared_answers import answers_type, filled
from tasks.engine.questions import Waiting
from tasks.model.answers_file import AnyAnswers

RUN = UUID(int=7)


def waiting(key: str, *fields: str) -> Waiting:
    form: dict[str, Any] = {"properties": {name: {"enum": ["done", "not_done"]} for name in fields}}
    return Waiting(flow_run_id=RUN, key=key, form=form, description="", since=datetime(2026, 11, 23, tzinfo=UTC))


def given(**values: Any) -> AnyAnswers:
    return answers_type().model_validate({"answered_by": "owner", "approved_by": "lead", **values})


def test_a_question_is_answered_in_the_answerers_name() -> None:
    assert filled(waiting("own-login-1"), given(answers={"own_login": "no"})) == {
        "answer": "no",
        "answered_by": "owner",
    }


def test_a_question_without_an_answer_is_left_to_a_person() -> None:
    assert filled(waiting("co-user-1"), given(answers={"own_login": "no"})) is None


def test_an_answer_that_was_not_accepted_is_not_given_again() -> None:
    assert filled(waiting("own-login-2"), given(answers={"own_login": "no"})) is None


def test_a_confirmation_is_given_in_another_name() -> None:
    answers = given(answers={"confirm": "yes"}, confirmed_by="third")

    assert filled(waiting("confirm-own-login-1"), answers) == {"answer": "yes", "answered_by": "third"}


@pytest.mark.parametrize(
    ("wanted", "form"),
    [
        ("approve", {"decision": "approve", "approved_by": "lead", "only": []}),
        ("decline", {"decision": "decline", "approved_by": "lead", "only": []}),
        (["quarantine"], {"decision": "only_these", "approved_by": "lead", "only": ["quarantine"]}),
    ],
)
def test_an_approval_says_all_none_or_some(wanted: Any, form: dict[str, Any]) -> None:
    assert filled(waiting("containment-0123456789ab-1"), given(approvals={"containment": wanted})) == form


def test_a_second_approval_needs_a_second_approver() -> None:
    one = given(approvals={"containment": "approve"})
    two = given(approvals={"containment": "approve"}, second_approver="deputy")
    asked = waiting("containment-0123456789ab-2")

    assert filled(asked, one) is None
    assert filled(asked, two) == {"decision": "approve", "approved_by": "deputy", "only": []}


def test_guided_steps_are_all_done_or_all_not() -> None:
    asked = waiting("manual-steps-0123456789ab", "step_1_change_password", "step_2_log_out_sessions", "done_by")

    assert filled(asked, given(manual_steps="not_done")) == {
        "step_1_change_password": "not_done",
        "step_2_log_out_sessions": "not_done",
        "done_by": "owner",
    }


def test_guided_steps_without_a_word_are_left_to_a_person() -> None:
    assert filled(waiting("manual-steps-0123456789ab", "step_1_change_password"), given()) is None
