"""Lists that the vendor gives page by page."""

from collections.abc import Iterator
from typing import Any

from tasks.cloud.api import Api, Call
from tasks.cloud.values import digits, rows

Rows = Iterator[dict[str, Any]]


def by_offset(cloud: Api, call: Call, field: str, *, size: int, pages_max: int, total: str = "TotalCount") -> Rows:
    """The rows of a list that is asked for by `Limit` and `Offset`.

    Args:
        field: of the answer, where the rows are.
        size: rows of a page.
        total: field of the answer that says how many rows there are in all.
    """
    call, seen = call.requiring(field), 0
    for _ in range(pages_max):
        body = cloud.call(call.with_params({"Limit": size, "Offset": seen})).body
        found = rows(body, field)
        yield from found
        seen += len(found)
        if _is_last(len(found), seen, size=size, total=body.get(total)):
            return


def by_page(cloud: Api, call: Call, field: str, *, size: int, pages_max: int, total: str = "TotalNum") -> Rows:
    """The rows of a list that is asked for by `Rp` and `Page`, which counts from one, as CAM's policies are.

    Args:
        field: of the answer, where the rows are.
        size: rows of a page.
        total: field of the answer that says how many rows there are in all.
    """
    call, seen = call.requiring(field), 0
    for number in range(1, pages_max + 1):
        body = cloud.call(call.with_params({"Rp": size, "Page": number})).body
        found = rows(body, field)
        yield from found
        seen += len(found)
        if _is_last(len(found), seen, size=size, total=body.get(total)):
            return


def _is_last(found: int, seen: int, *, size: int, total: object) -> bool:
    """Whether no page follows: by the total, or where that is not said, because the page is not full."""
    if not found:
        return True
    count = digits(total)
    return seen >= int(count) if count else found < size
