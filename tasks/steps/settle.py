"""Walking the runbook's questions, until facts and people have settled what to do."""

from tasks.checkin.links import offered, with_checkins
from tasks.decide.expiry import has_lapsed
from tasks.errors import CloudError
from tasks.lookup.unavailable import fatal
from tasks.model.base import Sentence
from tasks.model.decision import Decision
from tasks.model.progress import Decided, Gathered
from tasks.runbooks.registry import runbook_of
from tasks.steps.ask import ask, question_key
from tasks.steps.catch_up import catch_up
from tasks.steps.late_event import overtaken
from tasks.steps.renew import renew

SETTLED = "settled"
"""The moment at which nothing is left to ask."""


def _nothing_seen(refusal: CloudError) -> Decision:
    """Where the cloud refuses the credential itself nobody is asked: every answer would be blind."""
    why = Sentence(zh=f"云 API 不接受所用凭证：{refusal.message}", en=refusal.message)
    return Decision(course="needs_person", path=(), answers=(), reasons=(why,))


async def settle(gathered: Gathered) -> Decided:
    """Walk the runbook's questions: what facts settle is not asked, what they leave open is.

    What turns up late in the audit log meanwhile is taken in, what is too old is gathered and asked anew, and the walk
    goes on from there.
    """
    while True:
        if (refusal := fatal(gathered.facts)) is not None:
            return gathered.decided(gathered.facts, _nothing_seen(refusal))
        progress = decided(gathered)
        if gathered.duplicate_of:
            return progress
        if progress.decision.course == "ask":
            gathered = await _ask(progress)
        elif await overtaken(progress, SETTLED):
            gathered = await catch_up(progress, SETTLED)
        else:
            return progress


def decided(gathered: Gathered) -> Decided:
    """Where the procedure stands by now."""
    case, runbook = gathered.case, runbook_of(gathered.case.runbook)
    decision = runbook.decide(
        case.alert, gathered.facts, gathered.suspect, gathered.words, case.policy, now=case.begun_at
    )
    return gathered.decided(gathered.facts, decision)


async def _ask(progress: Decided) -> Gathered:
    """Ask the open question, and take in what was said, or what turned up in its place."""
    case, question = progress.case, progress.decision.ask
    assert question is not None  # noqa: S101 - that is what the course says
    links = await offered(case, progress.suspect, progress.facts, progress.decision)
    if (fresh := with_checkins(case.runbook, progress.facts, links.seen)) != progress.facts:
        return progress.model_copy(update={"facts": fresh})  # devices shown to an earlier run
    progress = progress.model_copy(update={"asked": (*progress.asked, question.question)})
    key = question_key(progress, question)
    reply = await ask(progress, question, key, holders=links.people)
    if reply is None:
        return await catch_up(progress, key)
    words = (*progress.words, reply.word) if reply.word else progress.words
    facts = with_checkins(case.runbook, progress.facts, reply.seen)
    progress = progress.model_copy(update={"facts": facts, "words": words, "heard_at": reply.at})
    return await renew(progress, key) if has_lapsed(progress) else progress
