"""Looking again after containment, until nothing new appears."""

from tasks.context import cloud_of, utc_now
from tasks.decide.expiry import has_lapsed
from tasks.decide.impact import resources_affected
from tasks.engine.step import say, step
from tasks.lookup.collector import Collector
from tasks.lookup.trail import trail_now
from tasks.model.case import Case
from tasks.model.facts import AnyFacts
from tasks.model.progress import Assessed, Decided
from tasks.runbooks.registry import runbook_of
from tasks.steps.catch_up import catch_up
from tasks.steps.contain import carry_out, keep_plan, new_plan
from tasks.steps.evidence import keeping
from tasks.steps.late_event import overtaken
from tasks.steps.renew import renew
from tasks.steps.settle import settle
from tasks.steps.tries import finish_tries

MAX_ROUNDS = 3  # of containment; an intruder who is still making identities by then needs more than a runbook


@step("look again · audit log {number}", name="look_again", distinct=("number",))
async def look_again(case: Case, facts: AnyFacts, number: int) -> AnyFacts:
    """Read the audit log from before it began until now, once more."""
    start = runbook_of(case.runbook).hunt_from(case.alert, facts)
    async with keeping(case.incident_id) as keep:
        collector = Collector(cloud_of(case), now=utc_now(), keep=keep, lang=case.lang)
        trail = await trail_now(collector, start)
    say("audit log read again (%s)", number)
    return facts.model_copy(update={"trail": trail})


async def contain_all(progress: Decided) -> Decided:
    """Contain, look again, and contain what had come up since, until the chain is closed.

    What turns up late in the audit log meanwhile is taken in, and what is too old to act on is gathered and asked anew:
    it may change what is to be done, and whether at all.
    """
    while progress.decision.course == "contain" and not progress.duplicate_of:
        progress = await _rounds(progress)
        if not progress.overtaken_at:
            progress = await _finished(progress)
        if not progress.overtaken_at:
            break
        go_on = renew if has_lapsed(progress) else catch_up
        progress = await settle(await go_on(progress, progress.overtaken_at))
    return progress


async def _finished(progress: Decided) -> Decided:
    """What failed is tried again; what turned up late meanwhile is taken in."""
    tried = await finish_tries(progress)
    if tried is progress:
        return progress
    point = f"tries {progress.rounds}"
    return tried.model_copy(update={"overtaken_at": point}) if await overtaken(tried, point) else tried


async def _rounds(progress: Decided) -> Decided:
    """Rounds of containment until nothing new appears in the chain, or something turned up late."""
    for number in range(1, MAX_ROUNDS + 1):
        progress = progress.model_copy(update={"rounds": progress.rounds + 1})
        plan = await keep_plan(new_plan(progress), progress.rounds)
        if plan.actions and has_lapsed(progress):
            return progress.model_copy(update={"overtaken_at": f"plan {progress.rounds}"})
        if plan.actions:
            progress = await carry_out(progress, plan)
        elif number > 1 or not progress.outcomes:
            break  # the first time it is looked again even so, where all was done at once
        if progress.overtaken_at:
            break
        facts = await look_again(progress.case, progress.facts, progress.rounds)
        then = progress.facts.trail if progress.trail_then is None else progress.trail_then
        progress = progress.model_copy(update={"facts": facts, "trail_then": then})
        point = f"round {progress.rounds}"
        if await overtaken(progress, point):
            return progress.model_copy(update={"overtaken_at": point})
    return progress


def assess(progress: Decided) -> Assessed:
    """Answer the last question from the trail: were resources affected?"""
    return progress.assessed(resources_affected(progress.facts.trail))
