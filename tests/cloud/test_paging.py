"""Lists that come page by page, and totals that lie."""

from collections.abc import Mapping
from typing import Any

import pytest

from tasks.cloud.api import Call
from tasks.cloud.paging import by_offset, by_page
from tasks.cloud.products import CAM
from tasks.errors import Endless
from tests.cloud.scripted import Scripted

SIZE, PAGES_MAX = 2, 5
CALL = Call(CAM, "ListPolicies")


def rows(number: int) -> list[dict[str, Any]]:
    return [{"Id": each} for each in range(number)]


def listing(number: int, total: object) -> Scripted:
    """A list of so many rows, which may say that there are more or fewer."""

    def answer(asked: Mapping[str, Any]) -> dict[str, Any]:
        start = asked["Offset"] if "Offset" in asked else (asked["Page"] - 1) * SIZE
        return {"List": rows(number)[start : start + SIZE], "Total": total}

    return Scripted(answer)


@pytest.mark.parametrize("turned", [by_offset, by_page])
@pytest.mark.parametrize(
    ("number", "total", "calls"),
    [
        (0, 0, 1),
        (2, 2, 1),
        (3, 3, 2),
        (4, 4, 2),
        (3, "3", 2),
        (3, None, 2),
        (4, None, 3),
        (5, 0, 3),  # a total that is too small is not believed while pages are full
        (5, 1, 3),
        (5, -1, 3),
        (5, "many", 3),
        (3, 9, 3),  # nor one that is too big: an empty page is the end
        (0, 9, 1),
    ],
)
def test_a_list_is_read_to_its_end_whatever_its_total_says(turned: Any, number: int, total: object, calls: int) -> None:
    cloud = listing(number, total)
    found = list(turned(cloud, CALL, "List", size=SIZE, pages_max=PAGES_MAX, total="Total"))

    assert found == rows(number)
    assert len(cloud.asked) == calls


@pytest.mark.parametrize("turned", [by_offset, by_page])
def test_a_list_that_repeats_a_page_is_not_taken_for_whole(turned: Any) -> None:
    pages = [rows(2), [{"Id": 7}, {"Id": 8}]]
    cloud = Scripted(lambda _: {"List": pages[(len(cloud.asked) - 1) % 2], "Total": 100})
    found = turned(cloud, CALL, "List", size=SIZE, pages_max=PAGES_MAX, total="Total")

    assert [next(found)["Id"] for _ in range(4)] == [0, 1, 7, 8]
    with pytest.raises(Endless, match="cam:ListPolicies: RepeatedPage"):
        next(found)


@pytest.mark.parametrize("turned", [by_offset, by_page])
def test_a_list_of_more_pages_than_are_read_is_not_taken_for_whole(turned: Any) -> None:
    found = turned(listing(100, 100), CALL, "List", size=SIZE, pages_max=PAGES_MAX, total="Total")

    assert len([next(found) for _ in range(SIZE * PAGES_MAX)]) == SIZE * PAGES_MAX
    with pytest.raises(Endless, match="cam:ListPolicies: TooManyPages"):
        next(found)


@pytest.mark.parametrize("turned", [by_offset, by_page])
def test_a_list_of_just_so_many_pages_is_whole(turned: Any) -> None:
    number = SIZE * PAGES_MAX
    found = turned(listing(number, number), CALL, "List", size=SIZE, pages_max=PAGES_MAX, total="Total")

    assert len(list(found)) == number
