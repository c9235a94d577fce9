"""Approval: nothing is contained that the approver did not see."""

from tasks.asking import Filled, fill
from tasks.case import Case
from tasks.decide.verdict import Approved, Declined, approval_state, automatic, may_approve
from tasks.forms import ALL, NONE, approval_form
from tasks.model.facts import Facts
from tasks.model.plan import Action, Approval, Plan
from tasks.progress import Progress
from tasks.render import approval_text
from tasks.steps import say


def approval_of(filled: Filled, plan: Plan) -> Approval:
    """What the filled form approves of this plan; anything but a plain approval is none."""
    decision, only = filled.fields["decision"], filled.fields.get("only", [])
    names = tuple(
        a.name for a in plan.actions if decision == ALL or (decision not in (ALL, NONE) and str(a.kind) in only)
    )
    return Approval(plan_hash=plan.hash, approver=filled.fields["approved_by"], actions=names, at=filled.at)


async def _approval(progress: Progress, plan: Plan, attempt: int) -> Approval:
    case = progress.case
    assert progress.facts is not None and progress.decision is not None  # noqa: S101, PT018 - a plan comes after both
    text = approval_text(
        plan,
        alert=case.alert,
        facts=progress.facts,
        decision=progress.decision,
        run_url=case.run_url,
        run_id=case.run_id,
        lang=case.lang,
    )
    form = approval_form(plan, case.policy, case.lang)
    filled = await fill(progress, f"containment-{plan.hash}-{attempt}", form, text, by="approved_by")
    return approval_of(filled, plan)


def _valid(approval: Approval, case: Case, facts: Facts, earlier: tuple[Approval, ...]) -> bool:
    objection = may_approve(approval.approver, case.policy, facts, earlier)
    if objection is not None:
        say("%s", case.pick(objection))
    return objection is None


async def approve(progress: Progress, plan: Plan) -> tuple[Progress, tuple[Action, ...]]:
    """Have the plan approved; returns the actions that may run.

    In `auto` what the policy names runs at once and only the rest is asked. In `observe` nothing runs.
    """
    case, facts, decision = progress.case, progress.facts, progress.decision
    if case.mode == "observe" or facts is None or decision is None:
        return progress, ()
    at_once = automatic(plan, case.policy, decision) if case.mode == "auto" else ()
    rest = Plan(actions=tuple(a for a in plan.actions if a not in at_once))
    approvals: tuple[Approval, ...] = ()
    attempt = 0
    while rest.actions:
        state = approval_state(rest, approvals, case.policy)
        if isinstance(state, Approved):
            return progress, (*at_once, *state.actions)
        if isinstance(state, Declined):
            return progress, at_once
        attempt += 1
        approval = await _approval(progress, rest, attempt)
        if _valid(approval, case, facts, approvals):
            approvals = (*approvals, approval)
            progress = progress.model_copy(update={"approvals": (*progress.approvals, approval)})
    return progress, at_once
