"""Read the audit log by every lead there is, until the chain closes or time is out."""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from tasks.decide.hunt.attack_chain import Lead
from tasks.decide.hunt.trail import extend, first_leads, trail_of
from tasks.errors import CloudError
from tasks.lookup.unavailable import reason
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.facts import Trail
from tasks.model.principal import Principal

# Events handed over at once: a page of the API is 50; more would only wait longer for the first.
_BATCH = 50
# Batches that may wait: bounds the memory while classification is behind the reads.
_WAITING = 32
# How long a reader waits for room before it looks whether the hunt is over.
_ROOM_S = 0.2

Reader = Callable[[Lead], Iterable[AuditEvent]]
Clock = Callable[[], float]
_Item = list[AuditEvent] | BaseException | None


def hunt(
    read: Reader,
    *,
    suspect: Principal,
    ip: str | None,
    since: datetime,
    until: datetime,
    keys: tuple[str, ...] = (),
    own_addresses: tuple[str, ...] = (),
    runner_uin: str = "",
    people: tuple[Principal, ...] = (),
    budget_s: float = 20.0,
    workers: int = 8,
    clock: Clock = time.monotonic,
) -> Trail:
    """What the suspect, the address, the keys and all that they lead to did.

    A read that the cloud refuses, or that time does not allow, leaves the trail open and is named in its gaps.

    Args:
        read: gives the events of one lead within the window; it is called in threads.
        own_addresses: addresses or networks of the account itself; they lead to nobody.
        runner_uin: the runbook's own identity; it never becomes an actor.
        people: principals that are known, so that a name in a request leads to an id.
        clock: what the budget is measured by, in seconds.
    """
    deadline = clock() + budget_s
    chain, leads = first_leads(suspect, ip, keys, own_addresses=own_addresses, runner_uin=runner_uin, people=people)
    while leads:
        reads = _Round(read, leads, lambda: deadline - clock(), workers)
        chain, leads = extend(chain, reads.events())
        for gap in reads.gaps():
            chain = chain.with_gap(gap)
        if reads.late:
            break
    return trail_of(chain, since, until)


class _Round:
    """Reads several leads at once and gives their events as they come, until no time is left."""

    def __init__(self, read: Reader, leads: tuple[Lead, ...], left: Clock, workers: int) -> None:
        self._read = read
        self._open = deque(leads)
        self._unread = dict.fromkeys(leads)
        self._left = left
        self._workers = min(workers, len(leads))
        self._items = queue.Queue[tuple[Lead, _Item]](_WAITING)
        self._over = threading.Event()
        self._failures = list[tuple[Lead, CloudError]]()

    @property
    def late(self) -> bool:
        """Whether time was out before every lead was read."""
        return bool(self._unread)

    def events(self) -> Iterator[AuditEvent]:
        """All events of the leads, mixed."""
        for _ in range(self._workers):
            # A daemon: a call that hangs must not hold up the hunt, nor the end of the program.
            threading.Thread(target=self._work, name="hunt", daemon=True).start()
        try:
            while self._unread and (found := self._next()) is not None:
                yield from self._sorted_out(*found)
        finally:
            self._over.set()

    def gaps(self) -> Iterator[Sentence]:
        """Which leads were not read to the end, and why."""
        for lead, error in sorted(self._failures, key=lambda failure: str(failure[0])):
            yield _failed_text(lead, error)
        for lead in self._unread:
            yield _late_text(lead)

    def _next(self) -> tuple[Lead, _Item] | None:
        left = self._left()
        if left <= 0:
            return None
        try:
            return self._items.get(timeout=left)
        except queue.Empty:
            return None

    def _sorted_out(self, lead: Lead, item: _Item) -> list[AuditEvent]:
        if isinstance(item, list):
            return item
        self._unread.pop(lead, None)
        if isinstance(item, CloudError):
            self._failures.append((lead, item))
        elif item is not None:
            raise item
        return []

    def _work(self) -> None:
        while not self._over.is_set():
            try:
                lead = self._open.popleft()
            except IndexError:
                return
            self._put(lead, self._follow(lead))

    def _follow(self, lead: Lead) -> BaseException | None:
        """Hand over a lead's events; what went wrong is handed over too, to be judged where the hunt is."""
        try:
            events = iter(self._read(lead))
            while batch := list(islice(events, _BATCH)):
                if not self._put(lead, batch):
                    return None
        except Exception as error:  # noqa: BLE001 - it is raised again in the hunt's own thread
            return error
        return None

    def _put(self, lead: Lead, item: _Item) -> bool:
        while not self._over.is_set():
            try:
                self._items.put((lead, item), timeout=_ROOM_S)
            except queue.Full:
                continue
            return True
        return False


def _failed_text(lead: Lead, error: CloudError) -> Sentence:
    return Sentence(
        zh=f"按 {lead.kind} {lead.value} 读取操作审计失败：{reason(error).zh}",
        en=f"Reading the audit log by {lead.kind} {lead.value} failed: {reason(error).en}",
    )


def _late_text(lead: Lead) -> Sentence:
    return Sentence(
        zh=f"时间用完，未读完 {lead.kind} {lead.value} 的操作记录。",
        en=f"Time was out before the audit log was read by {lead.kind} {lead.value}.",
    )
