"""Containment before anybody is asked, and putting it back where it proves harmless."""

from typing import TypeVar

from prefect.context import FlowRunContext

from tasks.context import ledger, utc_now
from tasks.decide.approvals import by_policy
from tasks.decide.sentences import both
from tasks.decide.verdict import POLICY, to_roll_back
from tasks.engine.step import step
from tasks.ledger.off_loop import in_thread
from tasks.metrics import DECISION, took
from tasks.model.base import Sentence
from tasks.model.case import Case
from tasks.model.decision import EarlyContainment
from tasks.model.facts import Facts
from tasks.model.plan import Plan
from tasks.model.progress import Decided, Gathered
from tasks.runbooks.registry import runbook_of
from tasks.steps.breaker import held_back
from tasks.steps.contain import _acted, act_alone, new_plan, restore
from tasks.steps.open_case import claim
from tasks.steps.snapshot import Early, HeadStart, head_start_of, keep_head_start
from tasks.steps.tries import with_later_tries

G = TypeVar("G", bound=Gathered)

NOTHING_ALONE = both(
    "但计划中没有策略允许自动执行的动作，先询问再处置。",
    "Yet the policy lets no action of this plan run alone, so people are asked first.",
)


async def contain_first(case: Case, facts: Facts) -> Gathered:
    """Contain before the first question, where the mode is auto and facts rule every harmless explanation out."""
    gathered, first_time = _gathered(case, facts), _first_time()
    early = await decide_early(case, facts) if case.mode == "auto" else None
    if first_time and not case.head_start:
        took(DECISION, utc_now() - case.opened_at)
    if early is None or not early.alone:
        return gathered.model_copy(update={"at_once": early.at_once if early else None, "held": _held(early)})
    outcomes = await act_alone(case, early.alone, early.plan_hash)
    done = {"at_once": early.at_once, "plan": Plan(actions=early.alone), "outcomes": outcomes}
    return gathered.model_copy(update=done)


async def contain_late(gathered: G, point: str) -> G:
    """In mode auto, contain by what turned up late, as it would have been contained before the first question."""
    if gathered.case.mode != "auto":
        return gathered
    early = await decide_late(gathered, point)
    if not early.alone:
        return gathered.model_copy(update={"at_once": early.at_once, "held": (*gathered.held, *_held(early))})
    outcomes = await act_alone(gathered.case, early.alone, early.plan_hash)
    plan = Plan(actions=(*gathered.plan.actions, *early.alone))
    done = {"at_once": early.at_once, "plan": plan, "outcomes": (*gathered.outcomes, *outcomes)}
    return gathered.model_copy(update=done)


@step("contain now? · {point}", name="decide_late", distinct=("point",))
@in_thread
def decide_late(gathered: Gathered, point: str) -> Early:  # noqa: ARG001 - it tells the moments apart
    """Decide it once, as `decide_early` does."""
    return _decided(gathered)


@step("contain first? · 先行遏制", name="decide_early")
@in_thread
def decide_early(case: Case, facts: Facts) -> Early:
    """Decide it once: a version that decides otherwise must find what was done by it, and perhaps undo it."""
    head_start = head_start_of(ledger().incident(case.incident_id)) if case.head_start else None
    if head_start is not None and head_start.early is not None:
        return head_start.early
    return _decide(case, facts)


def _gathered(case: Case, facts: Facts) -> Gathered:
    return Gathered(case=case, facts=facts, suspect=runbook_of(case.runbook).suspect(case.alert, facts))


def _decide(case: Case, facts: Facts) -> Early:
    return _decided(_gathered(case, facts))


def _decided(gathered: Gathered) -> Early:
    case = gathered.case
    first = runbook_of(case.runbook).contain_first(case.alert, gathered.facts, gathered.suspect, case.policy, case.mode)
    if not first.go:
        return Early(at_once=first)
    plan = new_plan(gathered)
    alone = by_policy(plan, case.policy)
    if not alone:
        return Early(at_once=_but_nothing(first))
    if (why := held_back(gathered, alone)) is not None:
        return Early(at_once=first.model_copy(update={"go": False, "reasons": (*first.signs, why)}), held=why)
    return Early(at_once=first, alone=alone, plan_hash=plan.hash)


def _held(early: Early | None) -> tuple[Sentence, ...]:
    return (early.held,) if early and early.held else ()


def contain_ahead(case: Case, facts: Facts) -> bool:
    """Do what `contain_first` will do, before the run begins; the run then finds it done in the ledger.

    It blocks. The caller drives the incident, by the ledger's lease.

    Returns:
        Whether anything was done.
    """
    if claim(case, facts) not in (None, case.incident_id):
        return False
    early = _decide(case, facts)
    if not early.alone:
        return False
    took(DECISION, utc_now() - case.opened_at)
    keep_head_start(case.incident_id, HeadStart(facts=facts, policy=case.policy, early=early))
    _acted(case, early.alone, early.plan_hash)
    return True


async def put_back(progress: Decided) -> Decided:
    """Undo what was done at once, last first; nothing where nothing was."""
    progress = await with_later_tries(progress, "put back")
    wanted = to_roll_back(progress.outcomes)
    if not wanted:
        return progress
    return progress.model_copy(update={"put_back": await restore(progress.case, wanted, _who_said_so(progress))})


def _but_nothing(first: EarlyContainment) -> EarlyContainment:
    return first.model_copy(update={"go": False, "reasons": (*first.signs, NOTHING_ALONE)})


def _who_said_so(progress: Decided) -> str:
    """Whose word came last: where signs speak against it, that of the second person."""
    return next((one.by for one in reversed(progress.decision.answers) if one.source == "person"), POLICY)


def _first_time() -> bool:
    """Whether this is the run's first pass: it has neither waited nor died yet, for then it begins at its top again."""
    context = FlowRunContext.get()
    run = context.flow_run if context is not None else None
    return run is not None and run.run_count <= 1 and not (run.empirical_policy and run.empirical_policy.pause_keys)
