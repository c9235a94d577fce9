"""A run that a person cancelled: asked once why, and whether it stays so; until then nothing more is done."""

from uuid import UUID

from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.context import ledger, utc_now
from tasks.decide.approvers import Approvers, approvers_of
from tasks.decide.identity import everybody
from tasks.decide.proof_of_person import Presented, Recognised, proof_of_person
from tasks.decide.sentences import both
from tasks.decide.stopped import stays_stopped
from tasks.engine.binding import ABOUT
from tasks.engine.recovery import was_retried_by_hand
from tasks.engine.step import say, step
from tasks.engine.suspension import suspended_until
from tasks.ledger.off_loop import in_thread
from tasks.ledger.troubles import STAYS_STOPPED, WENT_ON
from tasks.model.base import Value
from tasks.model.case import Case
from tasks.model.record import Record
from tasks.reporting.render import stopped_text
from tasks.runbooks.registry import runbook_of
from tasks.steps.forms import STAY_STOPPED, stopped_form
from tasks.steps.publish import Published, put_out
from tasks.steps.so_far import so_far

KEY = "stopped"
RETRY = "Retry"
"""Who let it go on, where somebody pressed the button: Prefect does not say who."""
BEFORE_ANY_REPORT = both("运行在第一份报告之前被取消。", "The run was cancelled before its first report.")


class Word(Value):
    """What somebody said of the cancelled run."""

    stays: bool
    by: str
    why: str


async def stopped(case: Case) -> State | None:
    """Ask what is to become of an incident whose run a person cancelled; its end, or None where it goes on.

    The ledger says whether there is something to ask, outside a step, and keeps the first word on each cancel.
    """
    trouble = await in_thread(ledger().trouble)(case.incident_id)
    if trouble.cancelled_at is None:
        return None
    word = await _word(case, trouble.cancels)
    if not word.stays:
        await go_on(case, trouble.cancels, word)
        return None
    report = await close_stopped(case, trouble.cancels, word)
    return Completed(name=report.verdict, message=report.folder)


async def _word(case: Case, number: int) -> Word:
    """What is said of this cancel: by the button, or in a form; that it ends here only somebody says who may decide."""
    if await was_retried_by_hand(UUID(case.run_id)):
        return Word(stays=False, by=RETRY, why="")
    attempt = 0
    while True:
        attempt += 1
        may, text = await in_thread(_asked_of)(case)
        model = stopped_form(may.names, case.lang).with_initial_data(description=text)
        filled = (await suspended_until(model, f"{KEY}-{number}-{attempt}")).model_dump(mode="json", exclude={ABOUT})
        said = {"stays": filled["answer"] == STAY_STOPPED, "why": filled["why"]}
        who = proof_of_person(Presented(name=filled["answered_by"]), may)
        if isinstance(who, Recognised):
            return Word(by=who.name, **said)
        if not said["stays"]:
            return Word(by=filled["answered_by"], **said)
        say("%s", case.pick(who))


@step("goes on after a cancel · {number}", name="go_on", distinct=("number",))
@in_thread
def go_on(case: Case, number: int, word: Word) -> Word:
    """Keep that it goes on."""
    ledger().settle_cancel(case.incident_id, WENT_ON, by=word.by, why=word.why, at=utc_now())
    say("cancel %s: it goes on (%s) %s", number, word.by, word.why)
    return word


@step("stays stopped · {number}", name="close_stopped", distinct=("number",))
async def close_stopped(case: Case, number: int, word: Word) -> Published:  # noqa: ARG001 - it tells cancels apart
    """Keep it as declined, with what was done so far."""
    return await put_out(await in_thread(_declined)(case, word), "stopped", closed=True)


def _declined(case: Case, word: Word) -> Record:
    """What was done so far, as it stays."""
    ledger().settle_cancel(case.incident_id, STAYS_STOPPED, by=word.by, why=word.why, at=utc_now())
    record = _so_far(case)
    ended = {
        "verdict": "declined",
        "reasons": stays_stopped(record.actions, record.put_back, by=word.by, why=word.why),
        "flow_run_id": case.run_id,
        "next": "none",
    }
    return record.model_copy(update=ended)


def _so_far(case: Case) -> Record:
    return so_far(ledger().incident(case.incident_id), case.run_id, BEFORE_ANY_REPORT)


def _asked_of(case: Case) -> tuple[Approvers, str]:
    """Who may decide, and what they are told."""
    return _approvers(case), _text(case)


def _approvers(case: Case) -> Approvers:
    """Who may decide, as far as facts and plan were known by the cancel."""
    record = _so_far(case)
    facts = record.facts
    suspect = runbook_of(case.runbook).suspect(case.alert, facts).principal if facts is not None else None
    known = everybody(facts) if facts is not None else ()
    return approvers_of(record.plan, case.policy, suspect=suspect, known=known)


def _text(case: Case) -> str:
    trouble = ledger().trouble(case.incident_id)
    return stopped_text(_so_far(case), trouble.cancelled_at or utc_now(), case.lang)
