"""Approvals: each approver decides once on each plan, and a changed plan is another plan."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from tasks.ledger.base import Connected
from tasks.ledger.rows import ApprovalRow
from tasks.ledger.tables import approvals


class Approvals(Connected):
    """What approvers decided."""

    def add_approval(
        self,
        incident_id: str,
        *,
        plan_hash: str,
        approver: str,
        decision: str,
        actions: Sequence[str],
        at: datetime,
        declared: bool | None = None,
        proof: str = "named",
    ) -> tuple[ApprovalRow, bool]:
        """Keep an approver's decision if it is the first on this plan; the flag tells whether it was.

        Args:
            incident_id: whose plan it is.
            plan_hash: exactly what was shown.
            approver: who decided.
            decision: what was decided.
            actions: the actions of the plan to which it extends.
            at: when.
            declared: whether the approver is a declared one; None where nobody said.
            proof: how far it was proven that it was the approver.
        """
        given = {"plan_hash": plan_hash, "approver": approver, "decision": decision, "actions": list(actions)}
        said = given | {"declared": declared, "proof": proof}
        with self._writing(incident_id) as writer:
            known = writer.found(
                approvals,
                approvals.c.incident_id == incident_id,
                approvals.c.plan_hash == plan_hash,
                approvals.c.approver == approver,
            )
            if known is None:
                row = given | {"incident_id": incident_id, "seq": writer.next_seq, "at": at}
                writer.connection.execute(insert(approvals), row)
                writer.enter("approval_given", who=approver, detail=said, at=at)
                return ApprovalRow.model_validate(row), True
            first = ApprovalRow.model_validate(dict(known))
            if (decision, tuple(actions)) != (first.decision, first.actions):
                writer.enter("approval_ignored", who=approver, detail=said, at=at)
            return first, False

    def refuse_approval(self, incident_id: str, *, plan_hash: str, who: str, why: str, at: datetime) -> None:
        """Note that somebody who may not decide tried to; it counts as no decision.

        Args:
            who: the name that was given.
            why: why it does not count.
        """
        with self._writing(incident_id) as writer:
            writer.enter("approval_refused", who=who, detail={"plan_hash": plan_hash, "why": why}, at=at)

    def approvals(self, incident_id: str, plan_hash: str) -> tuple[ApprovalRow, ...]:
        """List what was decided on exactly this plan, in order."""
        rows = self._rows(approvals, incident_id, approvals.c.plan_hash == plan_hash)
        return tuple(ApprovalRow.model_validate(row) for row in rows)
