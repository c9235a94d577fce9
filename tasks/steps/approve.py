"""Approval: nothing is contained that the approver did not see."""

from tasks.context import ledger
from tasks.decide.approvals import Approved, AwaitingApprovals, approval_state, automatic, may_approve, suspect_names
from tasks.engine.step import say, step
from tasks.model.case import Case
from tasks.model.plan import Action, Approval, Plan
from tasks.model.principal import Principal
from tasks.model.progress import Decided
from tasks.reporting.render import approval_text
from tasks.runbooks.registry import runbook_of
from tasks.steps.ask import Filled, fill, form_context, waiting_key
from tasks.steps.forms import ALL, NONE, approval_form


def approval_of(filled: Filled, plan: Plan) -> Approval:
    """What the filled form approves of this plan; anything but a plain approval is none."""
    decision, only = filled.fields["decision"], filled.fields.get("only", [])
    names = tuple(
        a.name for a in plan.actions if decision == ALL or (decision not in (ALL, NONE) and str(a.kind) in only)
    )
    return Approval(plan_hash=plan.hash, approver=filled.fields["approved_by"], actions=names, at=filled.at)


async def _approval(progress: Decided, plan: Plan, key: str) -> Approval | None:
    case = progress.case
    text = approval_text(plan, form_context(progress), progress.decision, runbook_of(case.runbook).text)
    form = approval_form(plan, case.policy, case.lang)
    filled = await fill(progress, key, form, text, by="approved_by")
    return approval_of(filled, plan) if filled else None


@step("approval kept", name="keep_approval", distinct=("plan_hash", "approver"))
async def keep_approval(case: Case, approval: Approval, plan_hash: str, approver: str) -> Approval:
    """Write an approval into the ledger, bound to the plan's hash."""
    decision = "approve" if approval.actions else "decline"
    ledger().add_approval(
        case.incident_id,
        plan_hash=plan_hash,
        approver=approver,
        decision=decision,
        actions=list(approval.actions),
        at=approval.at,
    )
    say("plan %s: %s by %s: %s", plan_hash, decision, approver, ", ".join(approval.actions))
    return approval


def _objection(approval: Approval, case: Case, person: Principal | None, earlier: tuple[Approval, ...]) -> bool:
    names = suspect_names(person, case.policy)
    why = may_approve(approval.approver, case.policy, names, tuple(one.approver for one in earlier))
    if why is not None:
        say("%s", case.pick(why))
    return why is not None


def runs_alone(progress: Decided, plan: Plan) -> tuple[Action, ...]:
    """The actions that the policy lets run before anybody is asked; none but in mode `auto`."""
    if progress.case.mode != "auto":
        return ()
    return automatic(plan, progress.case.policy, progress.decision)


async def approve(progress: Decided, plan: Plan) -> tuple[Decided, tuple[Action, ...]]:
    """Ask until the plan is approved or declined; returns the approved actions.

    Where something turns up meanwhile the progress says at which wait, and nothing is approved.
    """
    case, person = progress.case, progress.suspect.principal
    approvals: tuple[Approval, ...] = ()
    attempt = 0
    while isinstance(state := approval_state(plan, approvals, case.policy, suspect=person), AwaitingApprovals):
        attempt += 1
        key = waiting_key(f"containment-{plan.hash}-{attempt}")
        approval = await _approval(progress, plan, key)
        if approval is None:
            return progress.model_copy(update={"overtaken_at": key}), ()
        if not _objection(approval, case, person, approvals):
            await keep_approval(case, approval, plan.hash, approval.approver)
            approvals = (*approvals, approval)
            progress = progress.model_copy(update={"approvals": (*progress.approvals, approval)})
    return progress, state.actions if isinstance(state, Approved) else ()
