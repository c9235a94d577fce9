"""Forms are filled out of their schema alone: whatever is required gets a value that the schema takes."""

from typing import Any

import pytest
from jsonschema import validate

from tasks.chaos.form import approves, fill
from tasks.chaos.plan import Course

WHO = {"type": "string", "enum": ["owner", "security-lead"]}
QUESTION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "answer": {"type": "string", "enum": ["yes", "no", "unknown"]},
        "answered_by": WHO,
        "asked": {"type": "string", "const": "own-login-0"},
        "shown": {"type": "string", "enum": ["own-login-0"]},
    },
    "required": ["answer", "answered_by", "asked", "shown"],
}
APPROVAL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "decision": {"type": "string", "enum": ["approve", "decline", "only_these"]},
        "approved_by": {"type": "string", "enum": ["security-lead", "second-lead"]},
        "only": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["decision", "approved_by"],
}


@pytest.mark.parametrize(
    ("course", "answer", "decision"),
    [(Course.STOLEN, "no", "approve"), (Course.HARMLESS, "yes", "decline"), (Course.DECLINED, "no", "decline")],
)
def test_each_course_says_its_words(course: Course, answer: str, decision: str) -> None:
    asked, approval = fill(QUESTION, course, key="own-login-0"), fill(APPROVAL, course, key="containment-1")

    validate(asked, QUESTION)
    validate(approval, APPROVAL)
    assert (asked["answer"], approval["decision"]) == (answer, decision)
    assert approves(approval) is (decision == "approve")
    assert not approves(asked)


def test_what_binds_an_answer_to_what_was_shown_is_sent_back() -> None:
    filled = fill(QUESTION, Course.STOLEN, key="own-login-0")

    assert (filled["asked"], filled["shown"]) == ("own-login-0", "own-login-0")


def test_a_confirmation_is_somebody_else_s() -> None:
    first, second = (fill(QUESTION, Course.HARMLESS, key=key) for key in ("own-login-0", "confirm-0"))

    assert (first["answered_by"], second["answered_by"]) == ("owner", "security-lead")


@pytest.mark.parametrize(
    "field",
    [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
        {"type": "boolean"},
        {"type": "integer"},
        {"type": "object"},
        {"enum": ["only this"]},
        {"const": 7},
    ],
)
def test_a_field_that_nobody_foresaw_gets_a_value_that_its_schema_takes(field: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"new": field}, "required": ["new"]}

    validate(fill(schema, Course.STOLEN, key="x"), schema)


def test_what_is_not_required_is_left_out() -> None:
    assert "only" not in fill(APPROVAL, Course.STOLEN, key="containment-1")
