"""Which announced journeys count for a login, and what is said of those that came too late."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.decide.journeys import counts, is_theirs, statements
from tasks.model.policy import Person, Policy, Travel
from tests.people import ALICE, BOB
from tests.scene import AT

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


def journey(**changes: Any) -> Travel:
    given = {"principal": "alice", "place": "新加坡", "since": AT - DAY, "until": AT + DAY}
    return Travel.model_validate(given | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"since": AT}, True),
        ({"since": AT + MOMENT}, False),
        ({"until": AT}, True),
        ({"until": AT - MOMENT}, False),
        ({"added_at": AT, "added_by": "Li"}, True),
        ({"added_at": AT + MOMENT, "added_by": "Li"}, False),
        ({"added_at": AT - 9 * DAY, "added_by": "Li", "until": AT - DAY / 2}, False),
    ],
)
def test_a_journey_counts_while_it_lasts_if_it_was_announced_by_then(
    changes: dict[str, Any],
    expected: bool,  # noqa: FBT001 - a column
) -> None:
    assert counts(journey(**changes), AT) is expected


def test_a_journey_is_of_the_identity_or_of_the_declared_person() -> None:
    policy = Policy(people=(Person(name="Li", principals=("alice",)),))

    assert [is_theirs(journey(principal=name), ALICE, policy) for name in ("Alice", ALICE.uin, "Li", "bob")] == [
        True,
        True,
        True,
        False,
    ]
    assert not is_theirs(journey(principal="Li"), BOB, policy)


def test_what_was_announced_too_late_is_a_statement() -> None:
    late = journey(added_at=AT + DAY, added_by="Wang", why="I forgot")

    (said,) = statements((late, journey(principal="bob"), journey(until=AT - MOMENT)), ALICE, AT, Policy())

    assert "announced by Wang at 2026-11-24 10:10 (UTC+8), because: I forgot" in said.en
    assert "announced after this login: a statement, which settles nothing" in said.en
    assert "Wang 2026-11-24 10:10 (UTC+8) 登记，理由：I forgot" in said.zh
    assert "不作为依据" in said.zh


def test_what_was_announced_in_time_says_by_whom() -> None:
    (told, declared) = statements((journey(added_at=AT - DAY, added_by="Wang"), journey()), ALICE, AT, Policy())

    assert "announced by Wang" in told.en
    assert "announced" not in declared.en
    assert "settles nothing" not in told.en + declared.en
