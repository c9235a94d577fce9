"""One span of the audit log, as short as the API takes it, page by page."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple

from tasks.cloud.api import Answer, Api, Call
from tasks.cloud.limits import EVENTS_PER_PAGE
from tasks.cloud.mask import mask_answer
from tasks.cloud.products import CLOUDAUDIT
from tasks.cloud.values import rows, text

IDLE_PAGES = 10
"""Pages in a row that bring nothing new, after which no end is expected any more: a filter may leave some empty."""

_OVER = frozenset({"1", "true"})


class After(Enum):
    """What follows a page."""

    MORE = auto()
    END = auto()
    NO_END = auto()


class Turned(NamedTuple):
    """One answer, masked, and what follows it."""

    answer: Answer
    after: After


def read_window(
    cloud: Api, start: datetime, end: datetime, attributes: Sequence[tuple[str, str]], *, location: bool
) -> Iterator[Turned]:
    """The pages of the span; the last one says whether it is the end, or whether there should be more.

    Args:
        location: whether the vendor's place of the address is wanted.
    """
    params: dict[str, Any] = {
        "StartTime": int(start.timestamp()),
        "EndTime": int(end.timestamp()),
        "MaxResults": EVENTS_PER_PAGE,
        "IsReturnLocation": int(location),
    }
    if attributes:
        params["LookupAttributes"] = [{"AttributeKey": key, "AttributeValue": value} for key, value in attributes]
    call, book = Call(CLOUDAUDIT, "DescribeEvents", params, require=("Events", "ListOver")), _Book()
    following = call
    while True:
        answer = cloud.call(following)
        after = book.after(answer.body)
        yield Turned(mask_answer(answer), after)
        if after is not After.MORE:
            return
        following = call.with_params({"NextToken": answer.body["NextToken"]})


class _Book:
    """Remembers what came, so that a log that goes in a circle, or nowhere, is left.

    A token alone tells no circle: that of LookUpEvents names a scroll, and may stay while the pages change.
    """

    def __init__(self) -> None:
        self._tokens = set[int | str]()
        self._events = set[str]()
        self._idle = 0

    def after(self, body: dict[str, Any]) -> After:
        """What follows this page."""
        fresh = {text(row.get("EventId")) or repr(row) for row in rows(body, "Events")} - self._events
        self._events |= fresh
        self._idle = 0 if fresh else self._idle + 1
        if text(body.get("ListOver")).lower() in _OVER:
            return After.END
        token = _token(body.get("NextToken"))
        if token is None or self._idle >= IDLE_PAGES or (not fresh and token in self._tokens):
            return After.NO_END
        self._tokens.add(token)
        return After.MORE


def _token(found: Any) -> int | str | None:
    """What leads on, a number, which passes 2^53, or text; it is sent back as it came. None where nothing leads on."""
    leads = isinstance(found, int | str) and not isinstance(found, bool) and found not in (0, "")
    return found if leads else None
