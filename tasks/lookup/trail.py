"""The hunt through the audit log, started from what is known of the suspect."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, islice

from tasks.cloud.audit import Search, events
from tasks.cloud.parse import PlaceOf
from tasks.decide.hunt.attack_chain import Lead
from tasks.errors import RunbookError
from tasks.ipinfo.places import place_of
from tasks.lookup.collector import Collector
from tasks.lookup.hunt import hunt
from tasks.lookup.labels import TRAIL
from tasks.lookup.unavailable import NOBODY
from tasks.model.address import parse_address, spellings_of
from tasks.model.audit import AuditEvent
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Trail
from tasks.model.hunt import HuntStart
from tasks.model.principal import Principal

MARGIN = timedelta(minutes=10)  # before it began: clocks differ, and tries come first; more would be the owner's work
UNDATED = timedelta(hours=24)  # how far back where nobody knows when it began
SPARE_S = 0.5  # kept back, so that the hunt ends by itself and says what it did not read
AHEAD_MAX = 200  # events read of a lead before the hunt asks: enough for most, and no burden for the memory
ATTRIBUTE = {"principal": "PrincipalId", "address": "SourceIPAddress", "key": "AccessKeyId"}

Hunted = Known[Trail] | Unknown


class Hunt:
    """Reads of the audit log by leads, from before it began until now."""

    def __init__(self, collector: Collector, began_at: datetime | None, place_of: PlaceOf) -> None:
        self._collector = collector
        self._source = collector.source()
        self._place_of = place_of
        self._since = began_at - MARGIN if began_at else collector.now - UNDATED
        self._begun: dict[Lead, _Head] = {}

    def begin(self, suspect: Principal | None, ip: str | None) -> None:
        """Read the first leads already, while what the hunt needs besides is still being looked up."""
        leads = [Lead(kind="principal", value=suspect.uin)] if suspect and suspect.uin else []
        leads += [Lead(kind="address", value=ip)] if suspect and ip and parse_address(ip) else []
        self._begun = {lead: _Head(self._events(lead)) for lead in leads}

    async def follow(self, start: HuntStart) -> Hunted:
        """What the suspect, the address and all that they lead to did."""
        if start.suspect is None:
            return Unknown(reason=NOBODY)
        trail = await self._collector.run(
            hunt,
            self._read,
            suspect=start.suspect,
            ip=start.ip,
            since=self._since,
            until=self._collector.now,
            keys=start.keys,
            own_addresses=tuple(address.network for address in start.own),
            runner_uin=start.runner_uin,
            people=start.people,
            budget_s=max(0.0, self._collector.left() - SPARE_S),
        )
        return Known[Trail](value=trail, evidence=self._source.evidence, gaps=trail.gaps)

    def _read(self, lead: Lead) -> Iterator[AuditEvent]:
        head = self._begun.pop(lead, None)
        return head.events() if head else self._events(lead)

    def _events(self, lead: Lead) -> Iterator[AuditEvent]:
        """The lead's events; an address's other spelling is asked for beside it, for the filter compares text."""
        plain, *others = spellings_of(lead.value) if lead.kind == "address" else (lead.value,)
        heads = [_Head(self._search(lead, spelled, past_filter=False)) for spelled in others]
        return chain(self._search(lead, plain), *(head.events() for head in heads))

    def _search(self, lead: Lead, value: str, *, past_filter: bool = True) -> Iterator[AuditEvent]:
        pair = ATTRIBUTE[lead.kind], value
        search = Search(self._since, self._collector.now, (pair,), past_filter=past_filter)
        return events(self._source, search, place_of=self._place_of, now=self._collector.now)


class _Head:
    """The first events of a lead, read on a thread of their own; the rest is read when it is asked for."""

    def __init__(self, found: Iterator[AuditEvent]) -> None:
        self._found = found
        self._first: list[AuditEvent] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._work, daemon=True, name="look-ahead")
        self._thread.start()

    def events(self) -> Iterator[AuditEvent]:
        """All events of the lead, as if nothing had been read before."""
        self._thread.join()
        yield from self._first
        if self._error:
            raise self._error
        yield from self._found

    def _work(self) -> None:
        try:
            self._first.extend(islice(self._found, AHEAD_MAX))
        except RunbookError as exc:
            self._error = exc


async def trail_now(collector: Collector, start: HuntStart) -> Known[Trail] | Unknown:
    """Hunt once more, from before it began until now, with all that is known by then."""
    places = lru_cache(maxsize=4096)(place_of)
    return await collector.fact(TRAIL, 1.0, Hunt(collector, start.at, places).follow(start))
