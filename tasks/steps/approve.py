"""Approval: nothing is contained that the approver did not see."""

from tasks.context import ledger
from tasks.decide.approvals import Approved, AwaitingApprovals, NobodyLeft, approval_state, automatic
from tasks.decide.approvers import approval_notes, nobody_left
from tasks.decide.expiry import has_lapsed
from tasks.decide.identity import everybody
from tasks.decide.proof_of_person import Presented, Recognised, identity_words, proof_of_person
from tasks.engine.step import say, step
from tasks.ledger.off_loop import in_thread
from tasks.model.base import Sentence
from tasks.model.case import Case
from tasks.model.plan import Action, Approval, Plan
from tasks.model.progress import Decided
from tasks.reporting.render import approval_text
from tasks.runbooks.registry import runbook_of
from tasks.steps.ask import Filled, fill, form_context, waiting_key
from tasks.steps.forms import ALL, NONE, approval_form


def approval_of(filled: Filled, plan: Plan, who: Recognised) -> Approval:
    """What the filled form approves of this plan; anything but a plain approval is none."""
    decision, only = filled.fields["decision"], filled.fields.get("only", [])
    names = tuple(
        a.name for a in plan.actions if decision == ALL or (decision not in (ALL, NONE) and str(a.kind) in only)
    )
    return Approval(
        plan_hash=plan.hash,
        approver=who.name,
        actions=names,
        at=filled.at,
        declared=who.declared,
        proof=who.proof,
    )


async def _asked(
    progress: Decided, plan: Plan, key: str, state: AwaitingApprovals, objection: Sentence | None
) -> Filled | None:
    """Ask those who may still decide; beside the plan it says who may not, and why the last answer did not count."""
    case = progress.case
    text = approval_text(
        plan,
        await in_thread(form_context)(progress),
        progress.decision,
        runbook_of(case.runbook).text,
        notes=(*((objection,) if objection else ()), *approval_notes(state.of, state.missing)),
    )
    form = approval_form(plan, state.of.names, case.lang)
    attempt = key.rsplit("-", 1)[-1]
    return await fill(progress, key, form, text, by="approved_by", about=f"{plan.digest}-{attempt}")


@step("approval kept", name="keep_approval", distinct=("plan_hash", "approver"))
@in_thread
def keep_approval(case: Case, approval: Approval, plan_hash: str, approver: str) -> Approval:
    """Write an approval into the ledger, bound to the plan's hash, with how far it is known who gave it."""
    decision = "approve" if approval.actions else "decline"
    ledger().add_approval(
        case.incident_id,
        plan_hash=plan_hash,
        approver=approver,
        decision=decision,
        actions=list(approval.actions),
        at=approval.at,
        declared=approval.declared,
        proof=approval.proof,
    )
    known = case.pick(identity_words(declared=approval.declared, proof=approval.proof))
    say("plan %s: %s by %s (%s): %s", plan_hash, decision, approver, known, ", ".join(approval.actions))
    return approval


def runs_alone(progress: Decided, plan: Plan) -> tuple[Action, ...]:
    """The actions that the policy lets run before anybody is asked; none but in mode `auto`."""
    if progress.case.mode != "auto":
        return ()
    return automatic(plan, progress.case.policy, progress.decision)


async def approve(progress: Decided, plan: Plan) -> tuple[Decided, tuple[Action, ...]]:
    """Ask until the plan is approved or declined; returns the approved actions.

    Where something turns up meanwhile, or an answer comes too late, the progress says at which wait, and nothing is
    approved. Where nobody may approve it is not asked at all: the progress says why.
    """
    case, person, known = progress.case, progress.suspect.principal, everybody(progress.facts)
    approvals: tuple[Approval, ...] = ()
    objection: Sentence | None = None
    attempt = 0
    while isinstance(
        state := approval_state(plan, approvals, case.policy, suspect=person, known=known), AwaitingApprovals
    ):
        attempt += 1
        key = waiting_key(f"containment-{plan.hash}-{attempt}")
        filled = await _asked(progress, plan, key, state, objection)
        if filled is None:
            return progress.model_copy(update={"overtaken_at": key}), ()
        if filled.fields["decision"] != NONE:  # nothing is done on a no, however late it is
            progress = progress.model_copy(update={"heard_at": filled.at})
        if has_lapsed(progress):
            return progress.model_copy(update={"overtaken_at": key}), ()
        who = proof_of_person(Presented(name=filled.fields["approved_by"]), state.of)
        objection = who if isinstance(who, Sentence) else None
        if isinstance(who, Sentence):
            say("%s", case.pick(who))
            continue
        approval = await keep_approval(case, given := approval_of(filled, plan, who), plan.hash, given.approver)
        approvals = (*approvals, approval)
        progress = progress.model_copy(update={"approvals": (*progress.approvals, approval)})
    if isinstance(state, NobodyLeft):
        say("%s", case.pick(nobody_left(state.of)))
        return progress.model_copy(update={"unapprovable": nobody_left(state.of)}), ()
    return progress, state.actions if isinstance(state, Approved) else ()
