"""Reading the audit log: windows, pages, each event once."""

import json
from datetime import UTC, datetime, timedelta
from itertools import cycle, pairwise
from typing import Any

import pytest

from tasks.cloud.audit import BACK, WINDOW, Reading, Search, events, pages, read, windows
from tasks.cloud.audit_window import IDLE_PAGES
from tasks.cloud.client import Cloud
from tasks.cloud.limits import EVENTS_PER_PAGE
from tasks.errors import Denied, Endless, Silent
from tasks.model.place import Place
from tasks.sandbox.server import Sandbox
from tests.cloud.scripted import Scripted, book

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BIG = 16805138109322956
DAY = Search(NOW - timedelta(days=1), NOW)


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


@pytest.mark.parametrize(
    "token", [BIG, "7", "opaque+/==", "DnF1ZXJ5VGhlbkZldGNoDwAAAAAAACBuFjNo", "下一页", " padded "], ids=repr
)
def test_a_token_is_sent_back_as_it_came(token: object) -> None:
    cloud = Scripted(
        book(
            {"Events": [record(1)], "ListOver": False, "NextToken": token},
            {"Events": [record(2)], "ListOver": False, "NextToken": token},
            {"Events": [record(3)], "ListOver": True, "NextToken": token},
        )
    )
    found = read(cloud, DAY, place_of=place, now=NOW)

    assert [event.id for event in found.events] == ["id-1", "id-2", "id-3"]
    assert found.whole
    assert [asked.get("NextToken") for asked in cloud.asked] == [None, token, token]


@pytest.mark.parametrize(
    ("tokens", "calls"),
    [
        ([None], 1),
        ([0], 1),
        ([""], 1),
        ([{}], 1),
        ([[7]], 1),
        ([True], 1),
        ([7], 2),
        (["same"], 2),
        (["a", "b"], 3),
        ([str(number) for number in range(100)], IDLE_PAGES),
    ],
)
@pytest.mark.parametrize("shown", [[], [record(1)]])
def test_a_log_without_an_end_is_left_and_not_taken_for_whole(
    tokens: list[object], calls: int, shown: list[dict[str, Any]]
) -> None:
    turn = cycle(tokens)
    cloud = Scripted(lambda _: {"Events": shown, "ListOver": False, "NextToken": next(turn)})
    found = read(cloud, DAY, place_of=place, now=NOW)

    assert [event.id for event in found.events] == ["id-1"] * len(shown)
    assert not found.whole
    assert len(cloud.asked) == calls + (1 if shown and calls == IDLE_PAGES else 0)


def test_who_reads_event_by_event_learns_at_the_end_that_there_was_none() -> None:
    cloud = Scripted(lambda _: {"Events": [record(1)], "ListOver": False, "NextToken": 7})
    reading = events(cloud, DAY, place_of=place, now=NOW)

    assert next(reading).id == "id-1"
    with pytest.raises(Endless, match="cloudaudit:DescribeEvents"):
        next(reading)


def test_empty_pages_among_others_are_passed() -> None:
    empty = [{"Events": [], "ListOver": False, "NextToken": number} for number in range(1, IDLE_PAGES)]
    cloud = Scripted(book(*empty, {"Events": [record(1)], "ListOver": True}))
    found = read(cloud, DAY, place_of=place, now=NOW)

    assert [event.id for event in found.events] == ["id-1"]
    assert found.whole


def test_a_window_without_an_end_is_told_though_the_windows_before_it_are_read_to_theirs() -> None:
    newest = int((NOW - timedelta(days=1)).timestamp())
    cloud = Scripted(lambda asked: {"Events": [record(asked["EndTime"])], "ListOver": asked["EndTime"] < newest})
    found = read(cloud, Search(NOW - BACK, NOW), place_of=place, now=NOW)

    assert len(found.events) == 4
    assert not found.whole


@pytest.mark.parametrize("over", [True, 1, "1", "true", "True"])
def test_a_log_is_over_however_that_is_said(over: object) -> None:
    cloud = Scripted(lambda _: {"Events": [record(1)], "ListOver": over, "NextToken": 7})

    assert read(cloud, DAY, place_of=place, now=NOW).whole
    assert len(cloud.asked) == 1


@pytest.mark.parametrize("over", [False, 0, "0", "false", "False"])
def test_a_log_goes_on_however_that_is_said(over: object) -> None:
    cloud = Scripted(
        book(
            {"Events": [record(1)], "ListOver": over, "NextToken": 7},
            {"Events": [record(2)], "ListOver": True},
        )
    )

    assert len(read(cloud, DAY, place_of=place, now=NOW).events) == 2


def test_a_limit_of_pages_is_no_end() -> None:
    cloud = Scripted(lambda asked: {"Events": [record(len(cloud.asked))], "ListOver": False, "NextToken": 7})

    assert not read(cloud, Search(NOW - timedelta(days=1), NOW, max_pages=3), place_of=place, now=NOW).whole
    assert len(list(events(cloud, Search(NOW - timedelta(days=1), NOW, max_pages=3), place_of=place, now=NOW))) == 3


def test_a_time_that_is_too_long_ago_is_read_wholly_for_there_is_nothing() -> None:
    old = Search(NOW - timedelta(days=200), NOW - timedelta(days=190))

    assert read(Scripted(book()), old, place_of=place, now=NOW) == Reading((), whole=True)


def test_records_without_an_id_are_not_taken_for_one_another() -> None:
    nameless = [record(number, EventId=None) for number in (1, 2)]
    cloud = Scripted(
        book(
            {"Events": nameless, "ListOver": False, "NextToken": 7},
            {"Events": nameless, "ListOver": True},
        )
    )
    found = read(cloud, DAY, place_of=place, now=NOW)

    assert len(found.events) == len({event.id for event in found.events}) == 2
    assert all(event.id for event in found.events)


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
