"""Who acts on an incident."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.cloud.api import Api
from tasks.decide.tries import TRIES_AFTER
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
            drives=isinstance(request, Action),
        )

    def try_later(self, action: Action, *, plan_hash: str, by: str) -> None:
        """Note that what failed is tried again."""
        at = self.now()
        self.ledger.await_try(
            self.incident_id,
            kind=action.kind,
            target=action.target,
            plan_hash=plan_hash,
            request=action.model_dump(mode="json"),
            by=by,
            at=at,
            due_at=at + TRIES_AFTER[0],
        )

    def before(self, action: Action, *, plan_hash: str) -> dict[str, Any] | None:
        """The state that the first try under this plan kept, or a later one if none was; None where none did."""
        mine = (action.kind, action.target)
        rows = (row for row in self.ledger.actions(self.incident_id) if (row.kind, row.target) == mine)
        tries = (row for row in rows if row.plan_hash.split(".")[0] == plan_hash)
        return next((row.before for row in tries if isinstance(row.before, dict) and row.before), None)

    def confirm(self, row: ActionRow, outcome: Outcome) -> Outcome:
        """Write into the ledger what came of a claim, and return that."""
        self.ledger.confirm_action(row.id, outcome.status, outcome.model_dump(mode="json"), self.now())
        return outcome
