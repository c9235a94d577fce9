import json
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import LedgerError
from tasks.ledger.canonical import canonical, digest, plain, short_id
from tasks.ledger.hash_chain import FIRST, entry_hash, link
from tasks.ledger.rows import ChainBroken, ChainOk, Incident
from tasks.ledger.store import Ledger
from tests import incidents

GUARDS = ("timeline_refuses_UPDATE", "timeline_refuses_DELETE")

any_text = st.text(st.characters(), max_size=8)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture
def told(ledger: Ledger, incident: Incident, at: datetime) -> Incident:
    for number in range(4):
        ledger.note(incident.id, "looked", who="alice", detail={"n": number, "地": ["甲"]}, at=at)
    return incident


def tamper(file: Path, *statements: str) -> None:
    with sqlite3.connect(file) as connection:
        for guard in GUARDS:
            connection.execute(f"DROP TRIGGER {guard}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_note_is_an_entry_that_follows_the_one_before(ledger: Ledger, incident: Incident, at: datetime) -> None:
    noted = ledger.note(incident.id, "looked", who="alice", detail={"at": (1, 2)}, at=at)
    opened, last = ledger.timeline(incident.id)

    assert noted == last
    assert (noted.seq, noted.what, noted.who, noted.detail, noted.at) == (2, "looked", "alice", {"at": [1, 2]}, at)
    assert (opened.seq, opened.prev_hash, noted.prev_hash) == (1, FIRST, opened.hash)


def test_an_entry_hash_can_be_computed_with_nothing_but_the_standard_library(at: datetime) -> None:
    entry = link("inc-1", 1, FIRST, at=at, what="opened", who="某人", detail={"b": None, "a": 1.5})
    spelled = (
        '{"at":"2026-11-23T02:10:00.000000Z","detail":{"a":1.5,"b":null},"incident_id":"inc-1","prev_hash":"'
        + "0" * 64
        + '","seq":1,"what":"opened","who":"\\u67d0\\u4eba"}'
    )

    assert canonical(json.loads(spelled)) == spelled
    assert entry.hash == digest(json.loads(spelled))


def test_an_untouched_timeline_verifies(ledger: Ledger, told: Incident) -> None:
    assert ledger.verify_chain(told.id) == ChainOk(length=5, head=ledger.timeline(told.id)[-1].hash)


@pytest.mark.parametrize(
    ("change", "seq", "why"),
    [
        ("UPDATE timeline SET detail = '{\"n\":9}' WHERE seq = 3", 3, "content is not what was written"),
        ("UPDATE timeline SET who = 'mallory' WHERE seq = 2", 2, "content is not what was written"),
        ("UPDATE timeline SET what = 'slept' WHERE seq = 5", 5, "content is not what was written"),
        ("UPDATE timeline SET at = '2026-11-23T02:10:00.000001Z' WHERE seq = 4", 4, "content is not what was"),
        ("UPDATE timeline SET at = 'never' WHERE seq = 4", 4, "content is not what was written"),
        ("UPDATE timeline SET hash = prev_hash WHERE seq = 4", 4, "content is not what was written"),
        ("UPDATE timeline SET prev_hash = hash WHERE seq = 4", 4, "does not follow the entry before it"),
        ("UPDATE timeline SET detail = 'no json' WHERE seq = 3", 3, "no JSON any more"),
        ("UPDATE timeline SET who = x'00' WHERE seq = 3", 3, "what is no text"),
        ("DELETE FROM timeline WHERE seq = 1", 1, "entry 1 is missing"),
        ("DELETE FROM timeline WHERE seq = 3", 3, "entry 3 is missing"),
        ("DELETE FROM timeline WHERE seq = 5", 5, "ends after 4 entries and had 5"),
        ("DELETE FROM timeline", 1, "ends after 0 entries and had 5"),
        ("DELETE FROM chains", 1, "end of the timeline is not kept any more"),
        ("UPDATE timeline SET seq = 9 WHERE seq = 5", 5, "entry 5 is missing"),
        ("UPDATE chains SET hash = 'x'", 6, "its last entry is not the one that was written"),
    ],
)
def test_a_timeline_changed_from_outside_is_found(
    ledger: Ledger, ledger_file: Path, told: Incident, change: str, seq: int, why: str
) -> None:
    tamper(ledger_file, change)

    found = ledger.verify_chain(told.id)

    assert isinstance(found, ChainBroken)
    assert found.seq == seq
    assert why in found.why


def test_a_changed_timeline_leaves_other_incidents_whole(
    ledger: Ledger, ledger_file: Path, told: Incident, at: datetime
) -> None:
    other = incidents.opened(ledger, at, mode="auto")
    tamper(ledger_file, f"DELETE FROM timeline WHERE incident_id = '{told.id}' AND seq = 2")

    assert isinstance(ledger.verify_chain(told.id), ChainBroken)
    assert isinstance(ledger.verify_chain(other.id), ChainOk)


@pytest.mark.parametrize("statement", ["UPDATE timeline SET who = 'mallory'", "DELETE FROM timeline"])
def test_the_database_itself_refuses_to_rewrite_the_timeline(
    ledger: Ledger, ledger_file: Path, told: Incident, statement: str
) -> None:
    connection = sqlite3.connect(ledger_file)

    with pytest.raises(sqlite3.IntegrityError, match="the timeline is append-only"):
        connection.execute(statement)
    connection.close()
    assert isinstance(ledger.verify_chain(told.id), ChainOk)


@given(any_json)
def test_canonical_json_says_the_same_after_any_round_trip(value: Any) -> None:
    spelled = canonical(value)

    assert spelled.isascii()
    assert canonical(json.loads(spelled)) == spelled
    assert json.loads(spelled) == plain(value)


@given(st.dictionaries(any_text, any_json, min_size=2, max_size=5))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: dict[str, Any]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(any_json, any_json)
def test_different_details_have_different_hashes(one: Any, other: Any) -> None:
    def hashed(detail: Any) -> str:
        return entry_hash("inc-1", 1, FIRST, at="t", what="w", who="x", detail=detail)

    assert (hashed(one) == hashed(other)) == (canonical(one) == canonical(other))


@given(st.datetimes(timezones=st.timezones() | st.just(UTC), min_value=datetime(1970, 1, 3)))  # noqa: DTZ001 - bounds have no zone there
def test_an_entry_hash_does_not_depend_on_the_zone_of_its_time(moment: datetime) -> None:
    east = moment.astimezone(timezone(timedelta(hours=8)))

    hashes = {link("inc-1", 1, FIRST, at=each, what="w", who="x", detail=None).hash for each in (moment, east)}

    assert len(hashes) == 1


def test_keys_that_are_numbers_are_sorted_as_the_text_they_become() -> None:
    value: Any = {10: "a", 9: "b", "x": "c"}

    assert canonical(value) == '{"10":"a","9":"b","x":"c"}'


def test_nesting_without_end_is_no_json() -> None:
    endless: list[Any] = []
    endless.append(endless)

    with pytest.raises(LedgerError, match="only JSON values"):
        canonical(endless)


def test_ids_differ_when_the_same_letters_are_cut_differently() -> None:
    assert short_id("ev", "ab", "c") != short_id("ev", "a", "bc")
    assert short_id("ev", "ab", "c") == short_id("ev", "ab", "c")
