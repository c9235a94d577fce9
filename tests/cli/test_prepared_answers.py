"""Answers from a file, as forms."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from tasks.cli.prepared_answers import answers_file, answers_type, filled
from tasks.config.yaml_file import load_yaml
from tasks.engine.questions import Waiting
from tasks.errors import InputError
from tasks.model.answers_file import AnyAnswers, Tri
from tasks.model.base import Value

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


@pytest.mark.parametrize(("people", "by"), [(["Lead", "Wu"], "Lead"), (["Wu"], "lead"), (None, "lead")])
def test_who_signs_is_spelled_as_the_form_has_it(people: list[str] | None, by: str) -> None:
    asked = waiting("containment-0123456789ab-1")
    asked.form["properties"]["approved_by"] = {"enum": people} if people else {}
    form = filled(asked, given(approvals={"containment": "approve"}))

    assert form is not None
    assert form["approved_by"] == by


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


class Keys(Value):
    """What a runbook for keys asks."""

    cut: Tri | None = None
    confirm: Tri | None = None


class Logins(Value):
    """What a runbook for logins asks."""

    own: Tri | None = None
    away: Tri | None = None
    confirm: Tri | None = None


BOTH = answers_file({"keys": Keys, "logins": Logins})


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"cut": "yes"}, Keys),
        ({"own": "no"}, Logins),
        ({"own": "no", "confirm": "yes"}, Logins),
        ({"confirm": "yes"}, Keys),
        ({}, Keys),
    ],
)
def test_of_several_runbooks_it_answers_the_one_that_has_most_of_its_questions(
    answers: dict[str, str], kind: type[Value]
) -> None:
    read = BOTH.model_validate({"answers": answers}).answers

    assert (type(read), read.model_dump(exclude_none=True)) == (kind, answers)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("answers:\n  own: perhaps\n", "--answers answers.own: FILE line 2: Input should be"),
        ("answers:\n  own: no\n  cout: yes\n", "--answers answers.cout: FILE line 3: Extra inputs are not permitted"),
        ("answers: no\n", "--answers answers: FILE line 1: Input should be a valid dictionary"),
        ("manual_steps: soon\n", "--answers manual_steps: FILE line 1: Input should be"),
    ],
)
def test_what_is_wrong_is_said_for_the_runbook_that_was_meant(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as told:
        load_yaml(file, BOTH, what="--answers")

    assert str(told.value).startswith(says.replace("FILE", str(file)))


def test_the_schema_holds_the_answers_of_every_runbook() -> None:
    shown = json.dumps(TypeAdapter(BOTH).json_schema())

    assert all(f'"{name}"' in shown for name in (*Keys.model_fields, *Logins.model_fields))
