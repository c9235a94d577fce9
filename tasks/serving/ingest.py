"""Taking alerts in: first the ledger, then the sender's answer, then everything else."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.decide.priority import urgency
from tasks.ipinfo.reputation import reputation_of
from tasks.ledger.errors import LedgerBusy
from tasks.ledger.kept import alert_of
from tasks.ledger.rows import Incident
from tasks.model.alert import Alert
from tasks.model.delivery import Delivery, Receipt
from tasks.model.policy import Policy
from tasks.serving.queue import Job, Roster

log = logging.getLogger("runbooks.serve")

PATIENCE_S = 4.0
"""How long a sender is kept waiting for the ledger: Cloud Monitor hangs up after five seconds and tries again."""
RUNBOOK = "unusual_login"


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
        if self.closed:
            raise LedgerBusy("This process is ending; try again in a moment.")
        try:
            async with asyncio.timeout(PATIENCE_S):
                receipts = await asyncio.to_thread(self._kept, delivery)
        except TimeoutError as exc:
            raise LedgerBusy("The ledger is locked; try again in a moment.") from exc
        for receipt, alert in zip(receipts, delivery.alerts, strict=True):
            if receipt.new:
                self.came(receipt.incident_id, alert)
        return receipts

    def _kept(self, delivery: Delivery) -> tuple[Receipt, ...]:
        return ledger().take_delivery(
            delivery, mode=self._policy().mode, endpoint=settings().endpoint or "", lang=settings().lang
        )

    def found(self, incident: Incident) -> None:
        """An open incident without a run was found in the ledger."""
        self.came(incident.id, alert_of(incident))

    def came(self, incident_id: str, alert: Alert) -> None:
        """Let a new incident wait for its place, the worst first."""
        if self._roster.add(_job(incident_id, alert, utc_now())):
            self._hurry()

    def left(self, incident: Incident, run_id: UUID) -> None:
        """Let the run of an incident that another process left wait for a place."""
        job = _job(incident.id, alert_of(incident), incident.opened_at)
        job.register(run_id)
        if self._roster.add(job):
            log.warning("%s was left by another process, and goes on here", incident.id)


def _job(incident_id: str, alert: Alert, since: datetime) -> Job:
    known = reputation_of(str(alert.ip)) if alert.ip else None
    return Job(since=since, urgency=urgency(alert, known), flow=RUNBOOK, incident_id=incident_id, alert=alert)
