"""Reading the audit log: windows, pages, each event once."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tasks.cloud.audit import BACK, WINDOW, Search, events, pages, windows
from tasks.cloud.client import Cloud
from tasks.cloud.limits import EVENTS_PER_PAGE
from tasks.errors import Denied, Silent
from tasks.model.place import Place
from tasks.sandbox.server import Sandbox
from tests.cloud.scripted import Scripted, book

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BIG = 16805138109322956


def place(raw: str) -> Place:
    return Place(raw=raw)


def record(number: int, **more: Any) -> dict[str, Any]:
    return {
        "EventId": f"id-{number}",
        "EventTime": str(int(NOW.timestamp()) - number),
        "EventName": "ConsoleLogin",
    } | more


def test_pages_are_turned_by_a_token_that_no_float_could_hold() -> None:
    cloud = Scripted(
        book(
            {"Events": [record(1)], "ListOver": False, "NextToken": BIG},
            {"Events": [record(2)], "ListOver": False, "NextToken": BIG + 1},
            {"Events": [], "ListOver": True},
        )
    )
    found = list(events(cloud, Search(NOW - timedelta(days=1), NOW), place_of=place, now=NOW))

    assert [event.id for event in found] == ["id-1", "id-2"]
    assert [asked.get("NextToken") for asked in cloud.asked] == [None, BIG, BIG + 1]
    assert {asked["MaxResults"] for asked in cloud.asked} == {EVENTS_PER_PAGE}


def test_an_event_that_shows_on_two_pages_counts_once() -> None:
    cloud = Scripted(
        book(
            {"Events": [record(1), record(2), record(1)], "ListOver": False, "NextToken": 5},
            {"Events": [record(2), record(3)], "ListOver": True},
        )
    )

    found = events(cloud, Search(NOW - timedelta(days=1), NOW), place_of=place, now=NOW)
    assert [event.id for event in found] == ["id-1", "id-2", "id-3"]


@pytest.mark.parametrize("token", [None, 0, "", 7])
def test_a_token_that_leads_nowhere_ends_the_reading(token: object) -> None:
    cloud = Scripted(lambda asked: {"Events": [], "ListOver": False, "NextToken": token})

    assert list(events(cloud, Search(NOW - timedelta(days=1), NOW), place_of=place, now=NOW)) == []
    assert len(cloud.asked) == (2 if token == 7 else 1)


def test_ninety_days_are_read_in_pieces_that_the_api_takes() -> None:
    found = windows(NOW - timedelta(days=400), NOW, NOW)

    assert found[0][1] == NOW
    assert found[-1][0] == NOW - BACK
    assert all(end - start <= WINDOW < timedelta(days=30) for start, end in found)
    assert all(later[0] == earlier[1] for later, earlier in pairwise(found))
    assert len(found) == 4


@pytest.mark.parametrize("since", [NOW, NOW + timedelta(days=1)])
def test_a_span_that_is_none_asks_nothing(since: datetime) -> None:
    cloud = Scripted(book())

    assert list(events(cloud, Search(since, NOW), place_of=place, now=NOW)) == []


def test_a_span_that_is_too_old_asks_nothing() -> None:
    old = NOW - timedelta(days=200)

    assert windows(old, old + timedelta(days=3), NOW) == []


def test_a_limit_of_pages_holds_over_all_windows_and_says_so() -> None:
    cloud = Scripted(
        lambda asked: {
            "Events": [record(len(cloud.asked))],
            "ListOver": len(cloud.asked) % 2 == 0,
            "NextToken": len(cloud.asked),
        }
    )
    found = list(pages(cloud, Search(NOW - BACK, NOW, max_pages=3), place_of=place, now=NOW))

    assert len(found) == len(cloud.asked) == 3
    assert not any(page.last for page in found)


def test_the_last_page_says_that_there_is_no_more() -> None:
    cloud = Scripted(lambda asked: {"Events": [record(asked["StartTime"])], "ListOver": True})
    found = list(pages(cloud, Search(NOW - BACK, NOW), place_of=place, now=NOW))

    assert [page.last for page in found] == [False, False, False, True]


def test_filters_and_places_are_asked_for() -> None:
    cloud = Scripted(book({"Events": [], "ListOver": True}, {"Events": [], "ListOver": True}))
    attributes = (("EventName", "ConsoleLogin"), ("PrincipalId", "100000000011"))
    list(events(cloud, Search(NOW - timedelta(days=1), NOW, attributes), place_of=place, now=NOW))
    list(events(cloud, Search(NOW - timedelta(days=1), NOW, location=False), place_of=place, now=NOW))

    assert cloud.asked[0]["LookupAttributes"] == [
        {"AttributeKey": "EventName", "AttributeValue": "ConsoleLogin"},
        {"AttributeKey": "PrincipalId", "AttributeValue": "100000000011"},
    ]
    assert [asked["IsReturnLocation"] for asked in cloud.asked] == [1, 0]
    assert "LookupAttributes" not in cloud.asked[1]


def test_the_real_clock_is_taken_where_none_is_given() -> None:
    cloud = Scripted(book({"Events": [record(1)], "ListOver": True}))
    since = datetime.now(UTC) - timedelta(hours=1)

    assert len(list(events(cloud, Search(since, datetime.now(UTC)), place_of=place))) == 1


def test_odd_rows_are_left_out_and_what_they_hide_is_masked() -> None:
    token = "Zq7dXvw3EBEXWNcJljzbZeJeoIrQx9gafWtHV1Lg9zu7h"
    inner = json.dumps({"userIdentity": {"sessionContext": json.dumps({"token": token})}})
    cloud = Scripted(book({"Events": [None, "odd", record(1, CloudAuditEvent=inner)], "ListOver": True}))
    (page,) = pages(cloud, Search(NOW - timedelta(days=1), NOW), place_of=place, now=NOW)

    assert len(page.events) == 1
    assert token not in json.dumps(page.answer.body)
    assert page.answer.masked


def test_the_sandboxs_log_is_read_page_by_page_to_its_end(sandbox: Sandbox, cloud: Cloud) -> None:
    now = datetime.now(UTC)
    found = list(events(cloud, Search(now - BACK, now, (("EventName", "ConsoleLogin"),)), place_of=place, now=now))

    assert len(found) > 2 * EVENTS_PER_PAGE
    assert {event.name for event in found} == {"ConsoleLogin"}
    assert all(event.parsed and event.place for event in found)


def test_a_refused_log_names_the_permission(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults.set(deny=["cloudaudit:DescribeEvents"])

    with pytest.raises(Denied, match="cloudaudit:DescribeEvents"):
        list(events(cloud, Search(NOW - timedelta(days=1), NOW), place_of=place, now=NOW))


def test_a_silent_log_is_silence(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults.set(break_off=["cloudaudit:DescribeEvents"])

    with pytest.raises(Silent):
        list(events(cloud, Search(NOW - timedelta(days=1), NOW), place_of=place, now=NOW))
