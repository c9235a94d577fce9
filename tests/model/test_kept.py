"""What was kept by another version is read as far as this one knows it, and what can't be is named."""

import pickle
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tasks.errors import Unreadable
from tasks.model.base import Sentence, Value
from tasks.model.fact import Known, Unknown
from tasks.model.kept import read_kept, read_kept_json


class Person(Value):
    name: str


class Found(Value):
    people: Known[tuple[Person, ...]] | Unknown


NEWER: dict[str, Any] = {
    "people": {
        "state": "known",
        "value": [{"name": "alice", "colour": "red"}],
        "evidence": [],
        "gaps": [{"zh": "缺", "en": "gap", "fr": "lacune"}],
        "since": 3,
    },
    "more": {"of": ["it"]},
}
READ = Found(people=Known(value=(Person(name="alice"),), gaps=(Sentence(zh="缺", en="gap"),)))


def test_fields_that_a_newer_version_added_are_left_out_at_every_depth() -> None:
    assert read_kept(Found, NEWER, what="a row") == READ


def test_json_is_read_alike() -> None:
    assert read_kept_json(TypeAdapter(Found), TypeAdapter(Any).dump_json(NEWER).decode(), what="a step") == READ


def test_what_enters_from_outside_still_admits_no_unknown_field() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Found.model_validate(NEWER)


@pytest.mark.parametrize(
    ("kept", "field", "problem"),
    [
        ({"people": {"state": "known", "value": [{}]}}, "people.Known[tuple[Person, ...]].value.0.name", "required"),
        ({}, "people", "required"),
        (None, "", "dictionary"),
    ],
    ids=["deep", "shallow", "the whole"],
)
def test_what_cannot_be_read_is_named_with_its_row_and_field(kept: object, field: str, problem: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read_kept(Found, kept, what="record of incident INC-1")

    assert (raised.value.what, raised.value.field) == ("record of incident INC-1", field)
    assert problem in raised.value.problem
    assert "runbooks respond --again" in str(raised.value)


def test_no_value_is_in_the_message_for_it_may_be_a_secret() -> None:
    with pytest.raises(Unreadable) as raised:
        read_kept(Person, {"name": ["hunter2"]}, what="a row")

    assert "hunter2" not in str(raised.value)


def test_prefect_can_pickle_it() -> None:
    error = Unreadable("a row", "name", "Field required")

    assert str(pickle.loads(pickle.dumps(error))) == str(error)
