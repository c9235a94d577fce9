"""The audit log: CloudAudit's events of up to 90 days, page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from tasks.cloud.api import Answer, Api
from tasks.cloud.audit_window import After, read_window
from tasks.cloud.limits import EVENTS_BACK, EVENTS_SPAN
from tasks.cloud.parse import PlaceOf, parse_event
from tasks.cloud.products import CLOUDAUDIT
from tasks.cloud.values import rows
from tasks.errors import CloudRefused, Endless
from tasks.model.address import same_address
from tasks.model.audit import AuditEvent

WINDOW = EVENTS_SPAN - timedelta(hours=1)  # the API wants less
BACK = EVENTS_BACK - timedelta(minutes=5)  # the API refuses more; its clock is not ours
ADDRESS = "SourceIPAddress"
"""The newest filter: tccli 3.1.189.1 has it, page tencentcloud.com 1021/42703 has not (read 2026-11-28). It compares
text, so it finds no other spelling of the address."""

Attributes = tuple[tuple[str, str], ...]
"""Pairs of an AttributeKey and its value; different keys are joined by and, the same key by or."""

PAST_THE_FILTER = 20
"""Pages read without that filter where it finds nothing: a thousand records, among them one with `:port` or a list."""


@dataclass(frozen=True)
class Search:
    """What to read of the audit log.

    Args:
        since: first moment; cut to 90 days back.
        until: last moment.
        attributes: filters, such as `("EventName", "ConsoleLogin")`.
        location: whether the vendor's place of the address is wanted.
        max_pages: where to stop, over all windows together; None reads to the end.
        past_filter: whether everything is read for an address alone, where the API knows no filter by address.
    """

    since: datetime
    until: datetime
    attributes: Attributes = ()
    location: bool = True
    max_pages: int | None = None
    past_filter: bool = True


@dataclass(frozen=True)
class Page:
    """One page of events.

    Args:
        events: as parsed, those seen on an earlier page left out.
        answer: the answer that they came in.
        last: whether the search ends with it because there is no more, in this window or in one before.
        stalled: whether there should be more after it, and nothing came.
    """

    events: tuple[AuditEvent, ...]
    answer: Answer
    last: bool
    stalled: bool = False


@dataclass(frozen=True)
class Reading:
    """What a search found.

    Args:
        whole: whether that is all there is; not where a limit cut it off, or the log had no end.
    """

    events: tuple[AuditEvent, ...]
    whole: bool


def events(cloud: Api, search: Search, *, place_of: PlaceOf, now: datetime | None = None) -> Iterator[AuditEvent]:
    """Every event that the search finds, each once.

    Raises:
        Endless: after all events that came, where there should be more.
    """
    stalled = False
    for page in pages(cloud, search, place_of=place_of, now=now):
        stalled = stalled or page.stalled
        yield from page.events
    if stalled:
        raise Endless(f"{CLOUDAUDIT.service}:DescribeEvents", "NoEnd")


def read(cloud: Api, search: Search, *, place_of: PlaceOf, now: datetime | None = None) -> Reading:
    """The search at once, and whether it was read to its end."""
    found = list(pages(cloud, search, place_of=place_of, now=now))
    return Reading(tuple(event for page in found for event in page.events), not found or found[-1].last)


def pages(cloud: Api, search: Search, *, place_of: PlaceOf, now: datetime | None = None) -> Iterator[Page]:
    """The search page by page, the newest window first; each event once over all pages.

    An address finds its records in whatever spelling they are, if the search has another filter beside it.

    Args:
        cloud: whom to ask.
        search: what for.
        place_of: reads the vendor's words for a place.
        now: in place of the clock.
    """
    addresses = tuple(value for key, value in search.attributes if key == ADDRESS)
    others = tuple(pair for pair in search.attributes if pair[0] != ADDRESS)
    reader = _Reader(cloud, search, place_of, now or datetime.now(UTC), addresses)
    if not addresses:
        yield from reader.pages(search.attributes)
    elif others:
        yield from _beside_others(reader, search, others)
    else:
        yield from _by_itself(reader, search)


def windows(since: datetime, until: datetime, now: datetime) -> list[tuple[datetime, datetime]]:
    """The span in even pieces that the API takes, newest first; none where all of it is too old."""
    start = max(since, now - BACK)
    if start >= until:
        return []
    count = -((start - until) // WINDOW)
    size = (until - start) / count
    return [(until - size * (number + 1), until - size * number) for number in range(count)]


class _Reader:
    """Reads a search with one set of filters or another; gives each event once, however often it comes."""

    def __init__(self, cloud: Api, search: Search, place_of: PlaceOf, now: datetime, addresses: Sequence[str]) -> None:
        self._cloud, self._search, self._place_of, self._addresses = cloud, search, place_of, addresses
        self._spans = windows(search.since, search.until, now)
        self._seen = set[str]()

    def pages(self, attributes: Attributes, *, most: int | None = None) -> Iterator[Page]:
        """The pages; those of the search's addresses alone, where it names any.

        Args:
            most: where to stop if the search does not say it.
        """
        left, whole = self._search.max_pages or most, True
        for number, (start, end) in enumerate(self._spans, start=1):
            for answer, after in read_window(self._cloud, start, end, attributes, location=self._search.location):
                found = (parse_event(row, place_of=self._place_of) for row in rows(answer.body, "Events"))
                fresh = tuple(event for event in found if self._is_wanted(event))
                whole = whole and after is not After.NO_END
                over = after is After.END and number == len(self._spans)
                yield Page(fresh, answer, last=over and whole, stalled=after is After.NO_END)
                left = None if left is None else left - 1
                if left is not None and left <= 0:
                    return

    def _is_wanted(self, event: AuditEvent) -> bool:
        """Whether it is from the addresses and was not there before; remembers it."""
        if event.id in self._seen or not self._is_from(event.ip):
            return False
        self._seen.add(event.id)
        return True

    def _is_from(self, ip: str) -> bool:
        return not self._addresses or any(ip == one or same_address(ip, one) for one in self._addresses)


def _beside_others(reader: _Reader, search: Search, others: Attributes) -> Iterator[Page]:
    """An address with other filters: few records, so that often one page shows them all, however it is spelled."""
    unfiltered = reader.pages(others, most=PAST_THE_FILTER)
    found = False
    for page in islice(unfiltered, 1):
        yield page
        if page.last:
            return
        found = bool(page.events)
    try:
        for page in reader.pages(search.attributes):
            yield page
            found = found or bool(page.events)
    except CloudRefused as exc:
        _reraise_unless_filter(exc)
        found = False
    if not found:
        yield from unfiltered


def _by_itself(reader: _Reader, search: Search) -> Iterator[Page]:
    """An address alone, in the one spelling that is asked for; in every spelling where the API has no such filter."""
    try:
        yield from reader.pages(search.attributes)
    except CloudRefused as exc:
        _reraise_unless_filter(exc)
        if search.past_filter:
            yield from reader.pages(())


def _reraise_unless_filter(exc: CloudRefused) -> None:
    if not exc.code.startswith("InvalidParameter"):
        raise exc
