"""What is decided on when containment is to be undone: the record, the plan of it, and who may."""

from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.contain.undo_plan import Undoing, done_and_active, undoing_of
from tasks.context import ledger
from tasks.decide.approvals import ApprovalState, approval_state
from tasks.decide.approvers import Approvers, approvers_of, nobody_left
from tasks.decide.identity import everybody
from tasks.errors import InputError
from tasks.ledger.rows import Incident
from tasks.model.base import Sentence, Value
from tasks.model.plan import Approval, Plan
from tasks.model.policy import Policy
from tasks.model.principal import Principal
from tasks.model.record import Record
from tasks.runbooks.kept import record_in
from tasks.runbooks.registry import runbook_of
from tasks.steps.publish import complete


class UndoCase(Value):
    """An undoing that is to be decided.

    Args:
        suspect: who was under suspicion.
        known: the account's identities.
    """

    incident: Incident
    record: Record
    undoing: Undoing
    policy: Policy
    suspect: Principal | None
    known: tuple[Principal, ...]

    @property
    def plan(self) -> Plan:
        """What would be undone."""
        return self.undoing.plan

    @property
    def approvers(self) -> Approvers:
        """Who may decide: nobody who owns an identity that the incident is about, undone or not."""
        return approvers_of(self.plan, self.policy, suspect=self.suspect, known=self.known, also=self._also)

    def nobody_left(self) -> Sentence:
        """Why it can't be decided by those who are declared."""
        return nobody_left(self.approvers)

    def state(self) -> ApprovalState:
        """What the decisions on exactly this come to, by the rules of approvals."""
        rows = ledger().approvals(self.incident.id, self.plan.digest)
        given = tuple(
            Approval(plan_hash=self.plan.hash, approver=row.approver, actions=row.actions, at=row.at) for row in rows
        )
        return approval_state(self.plan, given, self.policy, suspect=self.suspect, known=self.known, also=self._also)

    @property
    def _also(self) -> tuple[Principal, ...]:
        planned = (action.principal for action in self.record.plan.actions)
        return (*planned, *(outcome.principal for outcome in self.record.actions))


def undo_case(incident: Incident, names: tuple[str, ...]) -> UndoCase:
    """The undoing of what an incident did, by the ledger as it is now.

    Raises:
        InputError: nothing was done, a name is none of what holds, or nothing of it can be undone.
    """
    saved = record_in(ledger().record(incident.id), incident)
    if saved is None:
        raise InputError("INCIDENT", f"{incident.id} has no report yet, so nothing was done that could be undone")
    record, runbook = complete(saved), runbook_of(saved.runbook)
    suspect = runbook.suspect(record.alert, record.facts).principal
    case = UndoCase(
        incident=incident,
        record=record,
        undoing=undoing_of(record, suspect, names),
        policy=_policy(record),
        suspect=suspect,
        known=everybody(record.facts) if record.facts is not None else (),
    )
    _check(case, names)
    return case


def _policy(record: Record) -> Policy:
    """The policy in force, for who was declared since may decide; where it declares no approver, the incident's own."""
    now = load_policy(settings().policy)
    if any(one.approver for one in now.people) or record.basis is None:
        return now
    return record.basis.policy


def _check(case: UndoCase, names: tuple[str, ...]) -> None:
    active = {one.name for one in done_and_active(case.record)}
    unknown = [name for name in names if name not in active]
    if unknown:
        known = ", ".join(sorted(active)) or "none"
        raise InputError("ACTION", f"{unknown[0]!r} is nothing that was done and still holds; that is: {known}")
    if not case.plan.actions:
        left = "; ".join(f"{one.name}: {one.why.en}" for one in case.undoing.left_out) or "all of it was undone"
        raise InputError("ACTION", f"nothing of {case.incident.id} would be undone ({left}); name what to undo")
