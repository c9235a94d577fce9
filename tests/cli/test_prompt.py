"""The question in the terminal."""

import asyncio
import os
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tasks.cli.prompt import chosen, prompt
from tasks.cli.stdin import Lines
from tasks.engine.questions import Waiting

FORM = {
    "required": ["decision", "approved_by", "about"],
    "properties": {
        "decision": {"title": "decision", "enum": ["approve", "decline", "only_these"]},
        "approved_by": {"title": "who"},
        "about": {"title": "about", "enum": ["k-1"], "default": "k-1"},
        "only": {"title": "only", "items": {"enum": ["quarantine", "reset_password"]}},
    },
}


def typed(text: str) -> dict[str, Any] | None:
    """What the form becomes when this is typed."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    waiting = Waiting(
        flow_run_id=UUID(int=1), key="k-1", form=FORM, description="# Plan", since=datetime(2026, 11, 23, tzinfo=UTC)
    )
    try:
        return asyncio.run(prompt(waiting, Lines(reader)))
    finally:
        os.close(reader)


def test_a_choice_is_named_by_number_or_word() -> None:
    assert (chosen("2", ["yes", "no"]), chosen("no", ["yes", "no"])) == ("no", "no")


def test_a_name_in_another_spelling_is_the_one_that_it_is_of() -> None:
    assert [chosen(line, ["Wang", "李雷"]) for line in (" wang", "ＷＡＮＧ", "李雷\u200d")] == ["Wang", "Wang", "李雷"]
    assert chosen("W\u0430ng", ["Wang"]) is None
    assert chosen("NO", ["no", "No"]) is None


@pytest.mark.parametrize("line", ["", "3", "0", "-1", "maybe", "yes no", "²"])
def test_anything_else_is_no_choice(line: str) -> None:
    assert chosen(line, ["yes", "no"]) is None


def test_a_form_is_filled_line_by_line() -> None:
    assert typed("1\nLi Lei\n") == {"decision": "approve", "approved_by": "Li Lei"}


def test_an_empty_line_approves_nothing() -> None:
    assert typed("\n\n\n") is None


def test_a_wrong_line_is_asked_again() -> None:
    assert typed("perhaps\ndecline\n\nLi\n") == {"decision": "decline", "approved_by": "Li"}


def test_some_actions_are_picked_by_number() -> None:
    assert typed("3\nLi\n2,1\n") == {
        "decision": "only_these",
        "approved_by": "Li",
        "only": ["reset_password", "quarantine"],
    }


def test_the_end_of_input_leaves_the_question_open() -> None:
    assert typed("1\n") is None
