"""Acting on an approved plan: by the API what it can do, by a guided person what it can't."""

import asyncio
from datetime import datetime

from tasks.contain.execute import contain
from tasks.contain.manual.verify import read_back
from tasks.contain.not_done import declined, not_done, planned
from tasks.contain.responder import Responder
from tasks.contain.undo import undo
from tasks.context import cloud_of, ledger, utc_now
from tasks.decide.verdict import POLICY
from tasks.engine.owner import owner
from tasks.engine.step import say, step
from tasks.ledger.off_loop import in_thread
from tasks.metrics import CONTAINMENT, took
from tasks.model.base import Sentence, Value
from tasks.model.case import Case
from tasks.model.plan import Action, Outcome, Plan
from tasks.model.progress import Decided, Gathered
from tasks.reporting.render import manual_text
from tasks.runbooks.registry import runbook_of
from tasks.steps.approve import approve, runs_alone
from tasks.steps.ask import Filled, form_context, wait_for, waiting_key
from tasks.steps.breaker import held_back
from tasks.steps.forms import DONE, GUIDED, manual_fields, manual_form


@step("contain · {name}", name="act", distinct=("name", "plan_hash"))
async def act(case: Case, name: str, action: Action, plan_hash: str, by: str, *, last: bool) -> Outcome:
    """Do one action once: claim, read, save, act, read back, confirm.

    Args:
        last: whether it ends the round, whose time is measured.
    """
    say("%s", name)
    outcome = await asyncio.to_thread(contain, _responder(case), action, plan_hash=plan_hash, by=by)
    if last:
        took(CONTAINMENT, utc_now() - case.opened_at)
    return told(case, outcome)


@step("read back · guided steps", name="verify", distinct=("plan_hash",))
async def verify(
    case: Case,
    actions: tuple[Action, ...],
    *,
    plan_hash: str,  # noqa: ARG001 - it tells the rounds apart
    since: datetime,
    by: str,
    suspect_ip: str | None,
) -> tuple[Outcome, ...]:
    """Read back what a person says was done of a plan in the web console."""
    outcomes = await asyncio.to_thread(
        read_back, cloud_of(case), actions, since=since, suspect_ip=suspect_ip, by=by, now=utc_now
    )
    return tuple(told(case, outcome) for outcome in outcomes)


@step("guided steps begin", name="begin_guided", distinct=("plan_hash",))
async def begin_guided(plan_hash: str) -> datetime:
    """Note when the guided steps were handed out: what is read back must be later."""
    say("guided steps of plan %s handed out", plan_hash)
    return utc_now()


async def _guide(progress: Decided, plan: Plan, actions: tuple[Action, ...]) -> Decided:
    """Hand out the steps that only a person can do, and read back what was done."""
    case = progress.case
    since = await begin_guided(plan.hash)
    text = manual_text(actions, await in_thread(form_context)(progress), runbook_of(case.runbook).text)
    form = manual_form(actions, case.policy, case.lang)
    key = waiting_key(f"{GUIDED}-{plan.hash}")
    # Who is at it in the console is not cut short.
    filled = await wait_for(progress, key, form, text, by="done_by", about=plan.digest)
    done, left = _split(actions, filled)
    by = filled.fields["done_by"]
    address = next(reversed(progress.suspect.ips), None)  # the audit record's, where it has one
    verified = await verify(case, done, plan_hash=plan.hash, since=since, by=by, suspect_ip=address) if done else ()
    heard = progress.model_copy(update={"heard_at": filled.at})
    return _with(heard, (*verified, *not_done(left, by=by, at=filled.at)))


def _split(actions: tuple[Action, ...], filled: Filled) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    pairs = tuple(zip(manual_fields(actions), actions, strict=True))
    done = tuple(a for field, a in pairs if filled.fields[field] == DONE)
    return done, tuple(a for a in actions if a not in done)


def _with(progress: Decided, outcomes: tuple[Outcome, ...]) -> Decided:
    return progress.model_copy(update={"outcomes": (*progress.outcomes, *outcomes)})


def _approver(progress: Decided, action: Action) -> str:
    names = [a.approver for a in progress.approvals if action.name in a.actions]
    return ", ".join(names) or POLICY


async def _act_on(progress: Decided, plan: Plan, actions: tuple[Action, ...]) -> Decided:
    """Do what was approved, the API's part first, then guide the rest."""
    ours = tuple(a for a in actions if a.how == "api")
    for action in ours:
        by, last = _approver(progress, action), action == ours[-1]
        outcome = await act(progress.case, action.name, action, plan.hash, by, last=last)
        progress = _with(progress, (outcome,))
    guided = tuple(a for a in actions if a.how == "manual")
    return await _guide(progress, plan, guided) if guided else progress


async def carry_out(progress: Decided, plan: Plan) -> Decided:
    """Act on a plan: at once what the policy lets, the rest when it is approved; nothing where we only observe.

    Where something turns up before the plan is approved, what was not begun is as if it had never been planned.
    """
    before = progress
    progress = progress.model_copy(update={"plan": Plan(actions=(*progress.plan.actions, *plan.actions))})
    if progress.case.mode == "observe":
        return _with(progress, planned(plan.actions))
    first = runs_alone(progress, plan)
    if first:
        passed = await pass_breaker(progress, first, plan.hash)
        progress = progress.model_copy(update={"held": (*progress.held, *passed.held)})
        first = () if passed.held else first
    if first:
        progress = _with(progress, await act_alone(progress.case, first, plan.hash))
    rest = plan.model_copy(update={"actions": tuple(a for a in plan.actions if a not in first)})
    if not rest.actions:
        return progress
    progress, approved = await approve(progress, rest)
    if progress.overtaken_at:
        kept = {"plan": Plan(actions=(*before.plan.actions, *first)), "approvals": before.approvals}
        return progress.model_copy(update=kept)
    if progress.unapprovable:
        return _with(progress, planned(rest.actions))
    refused = tuple(a for a in rest.actions if a not in approved)
    progress = _with(progress, declined(refused, by=_deciders(progress)))
    return await _act_on(progress, rest, approved)


def _deciders(progress: Decided) -> str:
    return ", ".join(dict.fromkeys(a.approver for a in progress.approvals))


def told(case: Case, outcome: Outcome) -> Outcome:
    """Log what came of an act."""
    say("%s %s → %s: %s", outcome.kind, outcome.target, outcome.status, case.pick(outcome.detail))
    return outcome


class Passed(Value):
    """Whether what the policy lets run alone may run now."""

    held: tuple[Sentence, ...] = ()


@step("contain unasked?", name="pass_breaker", distinct=("plan_hash",))
@in_thread
def pass_breaker(progress: Decided, actions: tuple[Action, ...], plan_hash: str) -> Passed:  # noqa: ARG001 - it tells the plans apart
    """Decide once whether these actions run before anybody is asked."""
    why = held_back(progress, actions)
    return Passed(held=(why,) if why else ())


@step("contain · at once", name="act_alone", distinct=("plan_hash",))
async def act_alone(case: Case, actions: tuple[Action, ...], plan_hash: str) -> tuple[Outcome, ...]:
    """Do what the policy lets run alone, in the plan's order; after a crash it goes on where the ledger ends."""
    outcomes = await asyncio.to_thread(_acted, case, actions, plan_hash)
    for outcome in outcomes:
        told(case, outcome)
    took(CONTAINMENT, max(one.at or case.begun_at for one in outcomes) - case.opened_at)
    return outcomes


def _acted(case: Case, actions: tuple[Action, ...], plan_hash: str) -> tuple[Outcome, ...]:
    responder = _responder(case)
    return tuple(contain(responder, one, plan_hash=plan_hash, by=POLICY) for one in actions)


def _responder(case: Case) -> Responder:
    return Responder(cloud_of(case), ledger(), case.incident_id, owner(), utc_now)


@step("put back · what was done at once", name="restore")
async def restore(case: Case, outcomes: tuple[Outcome, ...], by: str) -> tuple[Outcome, ...]:
    """Undo what was done at once, in the order given; what fails is said and does not stop the rest."""

    def each() -> tuple[Outcome, ...]:
        responder = _responder(case)
        return tuple(told(case, undo(responder, one, by=by)) for one in outcomes)

    say("put back: %s", ", ".join(one.name for one in outcomes))
    return await asyncio.to_thread(each)


@step("plan · round {number}", name="keep_plan", distinct=("number",))
async def keep_plan(plan: Plan, number: int) -> Plan:  # noqa: ARG001 - it tells the rounds apart
    """Fix the plan of a round: what is approved and done is what was shown, whatever a later version would plan."""
    return plan


def new_plan(progress: Gathered) -> Plan:
    """The plan for what is known now, without what was already carried out or declined."""
    case = progress.case
    known = {action.name for action in progress.plan.actions}
    plan = runbook_of(case.runbook).plan(progress.suspect.principal, progress.facts, case.policy, case.site)
    wanted = tuple(_linked(case, a) for a in plan.actions if a.name not in known)
    return Plan(actions=wanted, rests_on=" ".join(filter(None, (progress.rests_on, progress.as_of))))


def _linked(case: Case, action: Action) -> Action:
    """Point a guided step at the stand-in's console, where the case is against one."""
    if action.link is None or not case.endpoint:
        return action
    return action.model_copy(update={"link": f"{case.endpoint}/console"})
