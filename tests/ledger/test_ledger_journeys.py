"""Journeys that people announced."""

from datetime import datetime, timedelta

import pytest

from tasks.ledger.errors import AlreadySettled, UnknownRow
from tasks.ledger.store import Ledger
from tasks.model.policy import Travel

DAY = timedelta(days=1)


def journey(at: datetime, *, days: float = 5) -> Travel:
    return Travel(principal="alice", place="新加坡", since=at, until=at + days * DAY, why="a fair")


def test_a_journey_is_kept_with_who_announced_it_and_when(ledger: Ledger, at: datetime) -> None:
    row = ledger.add_journey(journey(at), by="Li", at=at)

    assert ledger.journeys() == (row,)
    assert (row.principal, row.place, row.since, row.until, row.why) == ("alice", "新加坡", at, at + 5 * DAY, "a fair")
    assert (row.added_by, row.added_at, row.ended_at) == ("Li", at, None)


def test_a_journey_is_ended_once_and_by_name(ledger: Ledger, at: datetime) -> None:
    row = ledger.add_journey(journey(at), by="Li", at=at)

    ended = ledger.end_journey(row.id, by="Wang", at=at + DAY)

    assert (ended.ended_by, ended.ended_at, ended.until) == ("Wang", at + DAY, row.until)
    assert ledger.journeys() == (ended,)
    with pytest.raises(AlreadySettled, match="Wang"):
        ledger.end_journey(row.id, by="Li", at=at + DAY)


def test_a_journey_that_there_is_not_can_not_be_ended(ledger: Ledger, at: datetime) -> None:
    with pytest.raises(UnknownRow, match="trip-0"):
        ledger.end_journey("trip-0", by="Li", at=at)


def test_those_that_were_over_by_a_time_are_left_out(ledger: Ledger, at: datetime) -> None:
    short, long = (ledger.add_journey(journey(at, days=days), by="Li", at=at) for days in (1, 9))

    assert ledger.journeys(since=at + 2 * DAY) == (long,)
    assert ledger.journeys() == tuple(sorted((short, long), key=lambda row: row.id))
