"""Lists that the vendor gives page by page."""

from collections.abc import Iterator, Mapping
from typing import Any

from tasks.cloud.api import Api, Call
from tasks.cloud.values import digits, rows
from tasks.errors import Endless

Rows = Iterator[dict[str, Any]]


def by_offset(cloud: Api, call: Call, field: str, *, size: int, pages_max: int, total: str = "TotalCount") -> Rows:
    """The rows of a list that is asked for by `Limit` and `Offset`.

    Args:
        field: of the answer, where the rows are.
        size: rows of a page.
        total: field of the answer that says how many rows there are in all.

    Raises:
        Endless: after the rows that came, where the pages repeat themselves or never end.
    """
    read = _List(cloud, call, field, size=size, total=total)
    for _ in range(pages_max):
        yield from read.page({"Limit": size, "Offset": read.seen})
        if read.over:
            return
    raise Endless(call.name, "TooManyPages")


def by_page(cloud: Api, call: Call, field: str, *, size: int, pages_max: int, total: str = "TotalNum") -> Rows:
    """The rows of a list that is asked for by `Rp` and `Page`, which counts from one, as CAM's policies are.

    Args:
        field: of the answer, where the rows are.
        size: rows of a page.
        total: field of the answer that says how many rows there are in all.

    Raises:
        Endless: after the rows that came, where the pages repeat themselves or never end.
    """
    read = _List(cloud, call, field, size=size, total=total)
    for number in range(1, pages_max + 1):
        yield from read.page({"Rp": size, "Page": number})
        if read.over:
            return
    raise Endless(call.name, "TooManyPages")


class _List:
    """A list, as far as it was read."""

    def __init__(self, cloud: Api, call: Call, field: str, *, size: int, total: str) -> None:
        self._cloud, self._call, self._field = cloud, call.requiring(field), field
        self._size, self._total = size, total
        self._pages = set[str]()
        self.seen = 0
        self.over = False

    def page(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of one page; of a page that was there before, none."""
        body = self._cloud.call(self._call.with_params(params)).body
        found = rows(body, self._field)
        known = repr(found)
        if found and known in self._pages:
            raise Endless(self._call.name, "RepeatedPage")
        self._pages.add(known)
        self.seen += len(found)
        self.over = self._is_last(len(found), body.get(self._total))
        return found

    def _is_last(self, found: int, total: object) -> bool:
        """Whether no page follows: by the total, or where that is not said or too small, because the page is not full.

        A total that is too big is not believed either: it may count what the credential does not see.
        """
        count = int(digits(total) or 0)
        return not found or (self.seen == count if self.seen <= count else found < self._size)
