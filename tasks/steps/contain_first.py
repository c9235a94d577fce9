"""Containment before anybody is asked, and putting it back where the login turns out harmless."""

from typing import NamedTuple

from prefect.context import FlowRunContext

from tasks.context import ledger, utc_now
from tasks.decide.approvals import by_policy
from tasks.decide.sentences import both
from tasks.decide.verdict import POLICY, to_roll_back
from tasks.metrics import DECISION, took
from tasks.model.case import Case
from tasks.model.decision import EarlyContainment
from tasks.model.fact import Known
from tasks.model.facts import Facts
from tasks.model.plan import Action, Plan
from tasks.model.progress import Progress
from tasks.runbooks.unusual_login.early_containment import early_containment
from tasks.steps.contain import _acted, act_alone, new_plan, restore
from tasks.steps.snapshot import HeadStart, keep_head_start

NOTHING_ALONE = both(
    "但计划中没有策略允许自动执行的动作，先询问再处置。",
    "Yet the policy lets no action of this plan run alone, so people are asked first.",
)


async def contain_first(progress: Progress, facts: Facts) -> Progress:
    """Contain before the first question, where the mode is auto and facts rule every harmless explanation out."""
    case = progress.case
    decided = _decide(progress, facts)
    if _first_time() and not case.head_start:
        took(DECISION, utc_now() - case.opened_at)
    if not decided.alone:
        return decided.progress
    outcomes = await act_alone(case, decided.alone, decided.plan_hash)
    return decided.progress.model_copy(update={"plan": Plan(actions=decided.alone), "outcomes": outcomes})


class _Decided(NamedTuple):
    """What is done before anybody is asked; `alone` is empty where nothing is."""

    progress: Progress
    alone: tuple[Action, ...] = ()
    plan_hash: str = ""


def _decide(progress: Progress, facts: Facts) -> _Decided:
    case = progress.case
    first = early_containment(case.alert, facts, case.policy, mode=case.mode)
    progress = progress.model_copy(update={"facts": facts, "at_once": first if case.mode == "auto" else None})
    if not first.go:
        return _Decided(progress)
    plan = new_plan(progress)
    alone = by_policy(plan, case.policy)
    if not alone:
        return _Decided(progress.model_copy(update={"at_once": _but_nothing(first)}))
    return _Decided(progress, alone, plan.hash)


def contain_ahead(case: Case, facts: Facts) -> bool:
    """Do what `contain_first` will do, before the run begins; the run then finds it done in the ledger.

    It blocks. The caller drives the incident, by the ledger's lease.

    Returns:
        Whether anything was done.
    """
    event = facts.login.value.event if isinstance(facts.login, Known) else None
    book, endpoint = ledger(), case.endpoint
    if (
        event is None
        or book.claim_login(case.incident_id, event.id, endpoint=endpoint, at=utc_now()) != case.incident_id
    ):
        return False
    decided = _decide(Progress(case=case), facts)
    if not decided.alone:
        return False
    took(DECISION, utc_now() - case.opened_at)
    keep_head_start(case.incident_id, HeadStart(facts=facts, policy=case.policy))
    _acted(case, decided.alone, decided.plan_hash)
    return True


async def put_back(progress: Progress) -> Progress:
    """Undo what was done at once, last first; nothing where nothing was."""
    wanted = to_roll_back(progress.outcomes)
    if not wanted:
        return progress
    return progress.model_copy(update={"put_back": await restore(progress.case, wanted, _who_said_so(progress))})


def _but_nothing(first: EarlyContainment) -> EarlyContainment:
    return first.model_copy(update={"go": False, "reasons": (*first.signs, NOTHING_ALONE)})


def _who_said_so(progress: Progress) -> str:
    """Whose word came last: where signs speak against it, that of the second person."""
    answers = progress.decision.answers if progress.decision else ()
    return next((one.by for one in reversed(answers) if one.source == "person"), POLICY)


def _first_time() -> bool:
    """Whether this is the run's first pass: it has neither waited nor died yet, for then it begins at its top again."""
    context = FlowRunContext.get()
    run = context.flow_run if context is not None else None
    return run is not None and run.run_count <= 1 and not (run.empirical_policy and run.empirical_policy.pause_keys)
