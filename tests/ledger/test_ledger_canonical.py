"""The quick way to spell a value gives what the careful way gives."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import LedgerError
from tasks.ledger.canonical import canonical

keys = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.tuples(inner), st.dictionaries(keys, inner)),
    max_leaves=20,
)


def carefully(value: Any) -> str:
    """In two passes, as the format is defined."""
    read = json.loads(json.dumps(value, allow_nan=False))
    return json.dumps(read, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


class Colour(StrEnum):
    """A key that is text of a kind of its own."""

    RED = "red"


class Number(IntEnum):
    """A number of a kind of its own."""

    ONE = 1


@dataclass
class Thing:
    """What the quick way could spell, and the careful way refuses."""

    name: str = "x"


@given(values)
def test_both_ways_spell_alike(value: Any) -> None:
    assert canonical(value) == carefully(value)


@pytest.mark.parametrize(
    "value",
    [
        {10: "a", 9: "b", "x": "c"},
        {"ü": 1, "\U0001f600": 2, "\uffff": 3, "z": 4},
        {"half": "\ud800"},
        {"\ud800": 1, "a": 2},
        {"long": 2**70, "small": 1e-7, "big": 1e22, "minus": -0.0},
        {Colour.RED: Number.ONE, "blue": Colour.RED},
        {"deep": json.loads("[" * 300 + "]" * 300)},
        {True: 1, None: 2, 1.5: 3},
    ],
)
def test_what_the_quick_way_can_not_do_is_done_carefully(value: Any) -> None:
    assert canonical(value) == carefully(value)


@pytest.mark.parametrize(
    "value",
    [
        {"n": float("nan")},
        {"n": float("inf")},
        {"at": datetime(2026, 11, 23, tzinfo=UTC)},
        {"id": UUID(int=1)},
        {"thing": Thing()},
        {"raw": b"x"},
        {("a", "b"): 1},
    ],
)
def test_what_is_no_json_is_refused_either_way(value: Any) -> None:
    with pytest.raises(LedgerError):
        canonical(value)
