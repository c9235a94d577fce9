"""Taking alerts in: first the ledger, then the sender's answer, then everything else."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.ledger.errors import LedgerBusy
from tasks.ledger.off_loop import in_thread
from tasks.ledger.rows import Incident
from tasks.metrics import DROPPED
from tasks.model.delivery import Delivery, Kept, Receipt, Unread
from tasks.model.message import Reported
from tasks.model.policy import Policy
from tasks.runbooks.kept import alert_of
from tasks.runbooks.registry import correlation_of, runbook_of
from tasks.serving.queue import Job, Roster

log = logging.getLogger("runbooks.serve")

T = TypeVar("T")
V = TypeVar("V")

PATIENCE_S = 4.0
"""How long a sender is kept waiting for the ledger: Cloud Monitor hangs up after five seconds and tries again."""
AT_ONCE = 16
"""Messages at the ledger at once: one that hangs keeps so many threads, and leaves the others to checks and runs."""


class Reception:
    """Puts deliveries into the ledger, and what they open onto the roster.

    Args:
        policy: the policy in force.
        hurry: tells the registrar that there is something to do.
    """

    def __init__(self, roster: Roster, policy: Callable[[], Policy], hurry: Callable[[], None]) -> None:
        self._roster = roster
        self._policy = policy
        self._hurry = hurry
        self.closed = False
        self._room = asyncio.Semaphore(AT_ONCE)

    async def take(self, delivery: Delivery) -> tuple[Receipt, ...]:
        """Keep a delivery; once this returns it survives whatever happens.

        Raises:
            LedgerBusy: it was not kept, or not soon enough; the sender should try again.
        """
        return await self._in_ledger(self._take, delivery)

    async def _take(self, delivery: Delivery) -> tuple[Receipt, ...]:
        receipts = await in_thread(self._taken)(delivery)
        for receipt, reported in zip(receipts, delivery.alerts, strict=True):
            if receipt.new:
                self._came(receipt.incident_id, reported, utc_now())
        return receipts

    async def keep(self, message: Unread) -> Kept:
        """Keep a message that nobody understood, and tell a person of it; nothing of it is logged.

        Raises:
            LedgerBusy: it was not kept, or not soon enough; the sender should try again.
        """
        return await self._in_ledger(self._keep, message)

    async def _keep(self, message: Unread) -> Kept:
        kept = await in_thread(_stored)(message)
        if kept.new:
            log.warning(
                "a message of %s was not understood, and is kept: runbooks messages %s", message.source, kept.id
            )
        if kept.dropped:
            DROPPED.inc(kept.dropped)
            log.warning("%d older messages that nobody had handled were dropped to make room", kept.dropped)
        return kept

    async def _in_ledger(self, write: Callable[[V], Coroutine[Any, Any, T]], value: V) -> T:
        """Write to the ledger, unless this process ends or the ledger keeps its writers waiting for too long.

        What has begun by then comes to its end, and what it opens is seen to: its sender comes again, and joins it.
        """
        if self.closed:
            raise LedgerBusy("This process is ending; try again in a moment.")
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._room.acquire()
                work = asyncio.ensure_future(write(value))
                work.add_done_callback(self._ended)
                return await asyncio.shield(work)
        except TimeoutError as exc:
            raise LedgerBusy("The ledger is locked; try again in a moment.") from exc

    def _ended(self, work: "asyncio.Future[Any]") -> None:
        self._room.release()
        if not work.cancelled():
            work.exception()  # its sender has heard it, or was told before to try again

    def _taken(self, delivery: Delivery) -> tuple[Receipt, ...]:
        return ledger().take_delivery(
            delivery, correlation_of, mode=self._policy().mode, endpoint=settings().endpoint or "", lang=settings().lang
        )

    def found(self, incident: Incident, *, begun: bool = False) -> None:
        """An open incident without a run was found in the ledger.

        Args:
            begun: whether it had one that is lost; what that one gathered is kept.
        """
        self._came(incident.id, Reported(runbook=incident.runbook, alert=alert_of(incident)), utc_now(), begun=begun)

    def _came(self, incident_id: str, reported: Reported, since: datetime, *, begun: bool = False) -> None:
        """Let a new incident wait for its place, the worst first."""
        job = _job(incident_id, reported, since)
        job.ahead = begun
        if self._roster.add(job):
            self._hurry()

    def left(self, incident: Incident, run_id: UUID) -> None:
        """Let the run of an incident that nobody drives wait for a place."""
        job = _job(incident.id, Reported(runbook=incident.runbook, alert=alert_of(incident)), incident.opened_at)
        job.register(run_id)
        job.ahead = True
        self._roster.add(job)


def _stored(message: Unread) -> Kept:
    return ledger().keep_message(message)  # a ledger that was away at the start is opened in the thread, too


def _job(incident_id: str, reported: Reported, since: datetime) -> Job:
    urgency = runbook_of(reported.runbook).urgency(reported.alert, None)
    return Job(since, urgency, flow=reported.runbook, incident_id=incident_id, alert=reported.alert)
