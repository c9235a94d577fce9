"""The audit log: what was done, by whom, from where; newest first."""

import bisect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any

from pydantic import BaseModel, Field, PrivateAttr

TICKS = 10**7  # room for this many events a second; puts a page's token above 2^53, as real ones are
INDEXED = ("name", "who", "ip", "secret_id")  # fields of an event that searches go by
BULK_FROM = TICKS // 2  # ordinals of generated events start here, so that the two kinds never collide


@dataclass(slots=True, kw_only=True)
class Event:
    """One record; a dataclass, for a search of a big log makes a hundred thousand of them.

    Args:
        seq: its ordinal; with `at` it makes the record's place in the log.
        at: unix seconds.
        service: the audit log's resource type, such as `cam` or `account`.
        who: uin, or a role's id.
        identity: `Root`, `CAMUser` or `AssumedRole`.
        made: what the answer names; CloudAudit's responseElements.
        denied: the code with which CAM refused it; failed: the code with which the product did.
        token: of the web console's session; empty for a call signed with a key.
        visible_at: unix seconds before which no search finds it, for the log is late; 0 for at once.
    """

    seq: int
    at: int
    service: str
    name: str
    title: str = ""
    who: str
    user: str
    identity: str
    secret_id: str = ""
    ip: str
    region: str = "ap-guangzhou"
    console: bool = False
    write: bool = False
    sensitive: bool = False
    params: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)
    resource: str = ""
    denied: str = ""
    failed: str = ""
    message: str = ""
    mfa: bool = False
    token: str = ""
    request_id: str = ""
    agent: str = ""
    visible_at: int = 0

    @property
    def key(self) -> int:
        """Its place in the log, which is also what a page's token holds."""
        return self.at * TICKS + self.seq


class Bulk(BaseModel):
    """Many plain events spread evenly over a time, made when they are looked at.

    Args:
        count: how many.
        newest: unix seconds of the last.
        span_s: over how many seconds.
    """

    count: int
    newest: int
    span_s: int

    def event(self, index: int) -> Event:
        """Make one; the same index gives the same event."""
        name, write = _BULK_CALLS[index % len(_BULK_CALLS)]
        user = index % 7
        return Event(
            seq=BULK_FROM + index,
            at=self.at(index),
            service="cvm",
            name=name,
            title="",
            who=str(100000009000 + user),
            user=f"worker-{user}",
            identity="CAMUser",
            secret_id=f"AKIDexampleworker{user}",
            ip=f"198.51.100.{200 + user}",
            write=write,
            params={"InstanceIds": [f"ins-bulk{index:07d}"]},
            resource=f"ins-bulk{index:07d}",
            request_id=f"bulk-{index:012d}",
            agent="SDK_PYTHON",
        )

    def at(self, index: int) -> int:
        """Tell the time of one."""
        return self.newest - self.span_s + (index + 1) * self.span_s // self.count

    def key(self, index: int) -> int:
        """Tell the place of one in the log."""
        return self.at(index) * TICKS + BULK_FROM + index

    def newest_first(self, low: int, high: int) -> Iterator[Event]:
        """Make those whose key is at least `low` and below `high`."""
        first = bisect.bisect_left(range(self.count), low, key=self.key)
        last = bisect.bisect_left(range(self.count), high, key=self.key)
        return (self.event(index) for index in range(last - 1, first - 1, -1))


_BULK_CALLS = (("DescribeInstances", False), ("DescribeInstancesStatus", False), ("StartInstances", True))


class AuditLog(BaseModel):
    """All records of the account.

    Args:
        lag_s: how long a record takes to show up.
        events: in order of their keys, oldest first.
    """

    lag_s: float = 0.0
    events: list[Event] = Field(default_factory=list)
    bulk: list[Bulk] = Field(default_factory=list)
    last: int = 0
    _index: dict[tuple[str, str], list[Event]] = PrivateAttr(default_factory=dict)
    _indexed: list[Event] | None = PrivateAttr(default=None)
    _lines: dict[tuple[int, bool], dict[str, Any]] = PrivateAttr(default_factory=dict)

    def ordinal(self) -> int:
        """Draw the next event's ordinal."""
        self.last += 1
        return self.last

    def add(self, event: Event) -> None:
        """Put a record in its place."""
        _put(self.events, event)
        if self._indexed is self.events:
            for field in INDEXED:
                _put(self._index.setdefault((field, getattr(event, field)), []), event)

    def newest_first(self, low: int, high: int, narrow: Iterable[tuple[str, str]] = ()) -> Iterator[Event]:
        """List the records whose key is at least `low` and below `high`.

        Args:
            narrow: fields, and what they must be: the shortest list of these is read, and the rest is for the reader
                to check.
        """
        events = min((self._having(field, value) for field, value in narrow), key=len, default=self.events)
        first = bisect.bisect_left(events, low, key=_key)
        last = bisect.bisect_left(events, high, key=_key)
        kept = (events[index] for index in range(last - 1, first - 1, -1))
        made = (bulk.newest_first(low, high) for bulk in self.bulk)
        return merge(kept, *made, key=_key, reverse=True)

    def page(  # a search's own parts
        self,
        *,
        start: int,
        end: int,
        before: int | None,
        now: float,
        limit: int,
        match: Callable[[Event], bool],
        narrow: Iterable[tuple[str, str]] = (),
    ) -> tuple[list[Event], bool]:
        """Read one page, and tell whether another follows.

        Args:
            start, end: unix seconds, both included.
            before: the key of the last event of the page before.
            narrow: see `newest_first`; what it leaves out, `match` would too.
        """
        visible = int(now - self.lag_s)
        high = (min(end, visible) + 1) * TICKS
        every = self.newest_first(start * TICKS, min(high, before or high), narrow)
        found = (event for event in every if event.visible_at <= now and match(event))
        page = list(islice(found, limit + 1))
        return page[:limit], len(page) > limit

    def line(self, event: Event, *, place: bool, write: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Write a record as an answer carries it, once: many ask for the same; what is made in bulk is not kept."""
        if event.seq >= BULK_FROM:
            return write()
        key = (event.key, place)
        if key not in self._lines:
            self._lines[key] = write()
        return self._lines[key]

    def _having(self, field: str, value: str) -> list[Event]:
        """List the events whose field has this value; the index is made anew where somebody put another list there."""
        if self._indexed is not self.events:
            self._index, self._indexed = {}, self.events
            for event in self.events:
                for name in INDEXED:
                    self._index.setdefault((name, getattr(event, name)), []).append(event)
        return self._index.get((field, value), [])


def _key(event: Event) -> int:
    return event.key


def _put(events: list[Event], event: Event) -> None:
    """Put an event in its place; nearly always that is the end."""
    if not events or events[-1].key < event.key:
        events.append(event)
    else:
        bisect.insort(events, event, key=_key)
