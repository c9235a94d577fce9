"""Taking alerts in: first the ledger, then the sender's answer, then everything else."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.ledger.errors import LedgerBusy
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

    async def take(self, delivery: Delivery) -> tuple[Receipt, ...]:
        """Keep a delivery; once this returns it survives whatever happens.

        Raises:
            LedgerBusy: it was not kept, or not soon enough; the sender should try again.
        """
        receipts = await self._in_ledger(self._taken, delivery)
        for receipt, reported in zip(receipts, delivery.alerts, strict=True):
            if receipt.new:
                self._came(receipt.incident_id, reported, utc_now())
        return receipts

    async def keep(self, message: Unread) -> Kept:
        """Keep a message that nobody understood, and tell a person of it; nothing of it is logged.

        Raises:
            LedgerBusy: it was not kept, or not soon enough; the sender should try again.
        """
        kept = await self._in_ledger(ledger().keep_message, message)
        if kept.new:
            log.warning(
                "a message of %s was not understood, and is kept: runbooks messages %s", message.source, kept.id
            )
        if kept.dropped:
            DROPPED.inc(kept.dropped)
            log.warning("%d older messages that nobody had handled were dropped to make room", kept.dropped)
        return kept

    async def _in_ledger(self, write: Callable[[V], T], value: V) -> T:
        """Write to the ledger, unless this process ends or the ledger keeps its writers waiting for too long."""
        if self.closed:
            raise LedgerBusy("This process is ending; try again in a moment.")
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await asyncio.to_thread(write, value)
        except TimeoutError as exc:
            raise LedgerBusy("The ledger is locked; try again in a moment.") from exc

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


def _job(incident_id: str, reported: Reported, since: datetime) -> Job:
    urgency = runbook_of(reported.runbook).urgency(reported.alert, None)
    return Job(since, urgency, flow=reported.runbook, incident_id=incident_id, alert=reported.alert)
