"""Identities that were contained unasked are counted before it is done, over all processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tests import incidents

HOUR = timedelta(hours=1)


def reserve(ledger: Ledger, incident: Incident, uin: str, at: datetime, *, most: int = 1, account: str = "1") -> Any:
    return ledger.reserve_unasked(
        incident.id,
        [uin],
        account=account,
        at=at,
        within=HOUR,
        why_not=lambda others: "too many" if len(others | {uin}) > most else None,
    )


def test_one_more_than_allowed_is_told_and_not_counted(ledger: Ledger, incident: Incident, at: datetime) -> None:
    other = incidents.opened(ledger, at, endpoint=incident.endpoint)

    assert reserve(ledger, incident, "a", at) is None
    assert reserve(ledger, other, "b", at) == "too many"
    assert [entry.what for entry in ledger.timeline(other.id)] == ["incident_opened"]
    assert reserve(ledger, incident, "a", at) is None
    assert [entry.what for entry in ledger.timeline(incident.id)].count("unasked") == 1


@pytest.mark.parametrize(
    ("later", "account", "endpoint"),
    [(HOUR, "1", None), (timedelta(0), "2", None), (timedelta(0), "1", "http://127.0.0.1:1")],
)
def test_an_hour_ago_another_account_and_another_cloud_count_for_nothing(
    ledger: Ledger, incident: Incident, at: datetime, later: timedelta, account: str, endpoint: str | None
) -> None:
    other = incidents.opened(ledger, at, endpoint=endpoint or incident.endpoint)
    reserve(ledger, incident, "a", at)

    assert reserve(ledger, other, "b", at + later, account=account) is None


def test_of_many_at_once_no_more_pass_than_may(ledger: Ledger, incident: Incident, at: datetime) -> None:
    many = [incidents.opened(ledger, at, endpoint=incident.endpoint) for _ in range(12)]
    with ThreadPoolExecutor(12) as threads:
        told = list(threads.map(lambda one: reserve(ledger, one, one.id, at, most=5), many))

    assert told.count(None) == 5
