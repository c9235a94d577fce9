"""Who acts on an incident."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tasks.cloud.api import Api
from tasks.ledger.rows import ActionRow, Claim
from tasks.ledger.store import Ledger
from tasks.model.plan import Action, Outcome


@dataclass(frozen=True)
class Responder:
    """Acts on one incident: in a cloud, with a ledger in which each act is claimed before and confirmed after.

    Args:
        owner: the run that acts, as the ledger knows it.
    """

    cloud: Api
    ledger: Ledger
    incident_id: str
    owner: str
    now: Callable[[], datetime]

    def claim(self, kind: str, request: Action | Outcome, *, plan_hash: str) -> Claim:
        """Ask the ledger whether to act, on an action's target or to undo an outcome."""
        return self.ledger.claim_action(
            self.incident_id,
            kind=kind,
            target=request.target,
            plan_hash=plan_hash,
            request=request.model_dump(mode="json"),
            at=self.now(),
            owner=self.owner,
        )

    def confirm(self, row: ActionRow, outcome: Outcome) -> Outcome:
        """Write into the ledger what came of a claim, and return that."""
        self.ledger.confirm_action(row.id, outcome.status, outcome.model_dump(mode="json"), self.now())
        return outcome
