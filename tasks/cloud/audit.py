"""The audit log: CloudAudit's events of up to 90 days, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tasks.cloud.api import Answer, Api, Call
from tasks.cloud.limits import EVENTS_BACK, EVENTS_PER_PAGE, EVENTS_SPAN
from tasks.cloud.mask import mask_answer
from tasks.cloud.parse import PlaceOf, parse_event
from tasks.cloud.products import CLOUDAUDIT
from tasks.cloud.values import rows
from tasks.errors import CloudRefused
from tasks.model.audit import AuditEvent

WINDOW = EVENTS_SPAN - timedelta(hours=1)  # the API wants less
BACK = EVENTS_BACK - timedelta(minutes=5)  # the API refuses more; its clock is not ours
ADDRESS = "SourceIPAddress"
"""The newest filter: tccli 3.1.189.1 has it, page tencentcloud.com 1021/42703 has not (read 2026-11-28)."""

Attributes = tuple[tuple[str, str], ...]
"""Pairs of an AttributeKey and its value; different keys are joined by and, the same key by or."""


@dataclass(frozen=True)
class Search:
    """What to read of the audit log.

    Args:
        since: first moment; cut to 90 days back.
        until: last moment.
        attributes: filters, such as `("EventName", "ConsoleLogin")`.
        location: whether the vendor's place of the address is wanted.
        max_pages: where to stop, over all windows together; None reads to the end.
    """

    since: datetime
    until: datetime
    attributes: Attributes = ()
    location: bool = True
    max_pages: int | None = None


@dataclass(frozen=True)
class Page:
    """One page of events.

    Args:
        events: as parsed, those seen on an earlier page left out.
        answer: the answer that they came in.
        last: whether the search ends with it because there is no more.
    """

    events: tuple[AuditEvent, ...]
    answer: Answer
    last: bool


def events(cloud: Api, search: Search, *, place_of: PlaceOf, now: datetime | None = None) -> Iterator[AuditEvent]:
    """Every event that the search finds, each once."""
    for page in pages(cloud, search, place_of=place_of, now=now):
        yield from page.events


def pages(cloud: Api, search: Search, *, place_of: PlaceOf, now: datetime | None = None) -> Iterator[Page]:
    """The search page by page, the newest window first; each event once over all pages.

    Args:
        cloud: whom to ask.
        search: what for.
        place_of: reads the vendor's words for a place.
        now: in place of the clock.
    """
    try:
        yield from _pages(cloud, search, place_of, now or datetime.now(UTC))
    except CloudRefused as exc:
        wanted = tuple(value for key, value in search.attributes if key == ADDRESS)
        if not wanted or not exc.code.startswith("InvalidParameter"):
            raise
        rest = tuple(pair for pair in search.attributes if pair[0] != ADDRESS)
        for page in _pages(cloud, replace(search, attributes=rest), place_of, now or datetime.now(UTC)):
            yield replace(page, events=tuple(event for event in page.events if event.ip in wanted))


def windows(since: datetime, until: datetime, now: datetime) -> list[tuple[datetime, datetime]]:
    """The span in even pieces that the API takes, newest first; none where all of it is too old."""
    start = max(since, now - BACK)
    if start >= until:
        return []
    count = -((start - until) // WINDOW)
    size = (until - start) / count
    return [(until - size * (number + 1), until - size * number) for number in range(count)]


def _pages(cloud: Api, search: Search, place_of: PlaceOf, now: datetime) -> Iterator[Page]:
    seen: set[str] = set()
    spans = windows(search.since, search.until, now)
    left = search.max_pages
    for number, (start, end) in enumerate(spans, start=1):
        for answer, over in _window(cloud, search, start, end):
            found = (parse_event(row, place_of=place_of) for row in rows(answer.body, "Events"))
            fresh = tuple(event for event in found if event.id not in seen and not seen.add(event.id))  # type: ignore[func-returns-value]
            yield Page(fresh, answer, last=over and number == len(spans))
            left = None if left is None else left - 1
            if left is not None and left <= 0:
                return


def _window(cloud: Api, search: Search, start: datetime, end: datetime) -> Iterator[tuple[Answer, bool]]:
    params: dict[str, Any] = {
        "StartTime": int(start.timestamp()),
        "EndTime": int(end.timestamp()),
        "MaxResults": EVENTS_PER_PAGE,
        "IsReturnLocation": int(search.location),
    }
    if search.attributes:
        params["LookupAttributes"] = [
            {"AttributeKey": key, "AttributeValue": value} for key, value in search.attributes
        ]
    call = Call(CLOUDAUDIT, "DescribeEvents", params, require=("Events", "ListOver"))
    token: int | None = None
    while True:
        answer = cloud.call(call if token is None else call.with_params({"NextToken": token}))
        following = answer.body.get("NextToken")
        over = bool(answer.body["ListOver"]) or following in (None, 0, "", token)
        yield mask_answer(answer), over
        if over:
            return
        token = int(following)  # type: ignore[arg-type]  # it passes 2^53, so it is never a float
