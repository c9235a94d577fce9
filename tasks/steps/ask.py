"""Asking people: the run is suspended until somebody answers, for days if need be."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from prefect.input import RunInput

from tasks.checkin.links import CHECKIN, Seen, read_checkins, spoke_for
from tasks.context import ledger, utc_now
from tasks.decide.approvers import approvers_of, nobody_left
from tasks.decide.identity import everybody
from tasks.decide.sentences import holder
from tasks.engine.binding import ABOUT
from tasks.engine.questions import ANEW
from tasks.engine.step import goes_on, say, step
from tasks.engine.suspension import suspended_until
from tasks.ledger.off_loop import in_thread
from tasks.ledger.rows import AnswerRow
from tasks.model.answer import Ask, Statement
from tasks.model.base import Sentence, Value
from tasks.model.progress import Decided, Gathered
from tasks.model.runbook import AnyRunbook
from tasks.reporting.form_view import FormContext, LinksOffered
from tasks.reporting.render import question_text
from tasks.runbooks.registry import runbook_of
from tasks.steps.awaited import awaits, looks_for
from tasks.steps.forms import question_form
from tasks.steps.late_event import overtaken
from tasks.steps.publish import publish


class Filled(Value):
    """A form as it was filled.

    Args:
        by_checkin: whether it was filled because a device checked in, and not by a person.
        seen: the check-ins until then.
    """

    fields: dict[str, Any]
    at: datetime
    by_checkin: bool = False
    seen: Seen = Seen(value=())


class Reply(NamedTuple):
    """What came back from a question: a person's word, unless a check-in answered, and the check-ins until then."""

    word: Statement | None
    seen: Seen
    at: datetime


@step("answer kept · {key}", name="keep_form", distinct=("key",))
@in_thread
def keep_form(incident_id: str, key: str, fields: dict[str, Any], by: str) -> Filled:
    """Write a filled form into the ledger; the first answer to a key is final."""
    answer = write_answer(incident_id, key, fields, by)
    say("%s: %s (%s)", key, ", ".join(f"{name}={value}" for name, value in fields.items()), by)
    seen = read_checkins(incident_id)
    return Filled(fields=answer.value, at=answer.at, by_checkin=answer.source == CHECKIN, seen=seen)


def write_answer(incident_id: str, key: str, fields: dict[str, Any], by: str) -> AnswerRow:
    """Keep a filled form; returns the first one to this key, which may be another."""
    source = CHECKIN if spoke_for(incident_id, key, by) else "person"
    answer, _ = ledger().add_answer(
        incident_id,
        question=key.rsplit("-", 1)[0].removesuffix(ANEW),
        key=key,
        value=fields,
        by=by,
        source=source,
        at=utc_now(),
    )
    return answer


def waiting_key(name: str) -> str:
    """The name of a waiting as Prefect takes it: lower case, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


async def fill(
    progress: Decided, key: str, form: type[RunInput], text: str, *, by: str, about: str = ""
) -> Filled | None:
    """Suspend the run until the form is filled, and keep what was filled in; None where something turned up meanwhile.

    Args:
        progress: what a reader of the report should see while it waits.
        key: the name of this waiting, of `waiting_key`; it never changes.
        form: the form.
        text: its description, Markdown.
        by: the field that says who filled it.
        about: what is shown, to which the answer is bound; by default the key.
    """
    if await overtaken(progress, key):
        return None
    return await wait_for(progress, key, form, text, by=by, about=about)


async def wait_for(progress: Decided, key: str, form: type[RunInput], text: str, *, by: str, about: str = "") -> Filled:
    """Suspend the run until the form is filled, whatever turns up meanwhile.

    What was answered in a run that is lost is not asked again: the key says that it is the same question, on the facts
    that are kept, and an approval's key holds its plan.
    """
    known = await in_thread(ledger().answer)(progress.case.incident_id, key) if goes_on() else None
    if known is not None:
        return await keep_form(progress.case.incident_id, key, _fields(known), known.by)
    again = f" · {progress.case.run_id[:8]}" if goes_on() else ""
    await publish(progress, f"waiting: {key}{again}")
    model = form.with_initial_data(description=text)
    filled = await suspended_until(model, key, about=about)
    fields = filled.model_dump(mode="json", exclude={ABOUT})
    return await keep_form(progress.case.incident_id, key, fields, str(fields[by]))


def _fields(known: AnswerRow) -> dict[str, Any]:
    """The form as it was filled."""
    return dict(known.value) if isinstance(known.value, dict) else {}


def question_key(progress: Decided, question: Ask) -> str:
    """The name of the wait for a question, as often as it was asked; a late event begins the count anew."""
    anew = ANEW if progress.rests_on else ""
    return waiting_key(f"{question.key}{anew}-{progress.asked.count(question.question)}")


async def ask(progress: Decided, question: Ask, key: str, *, holders: tuple[str, ...] = ()) -> Reply | None:
    """Ask one question of the runbook; None where something turned up before anybody answered.

    Args:
        holders: who was given a check-in link.
    """
    case, runbook = progress.case, runbook_of(progress.case.runbook)
    text = question_text(
        question,
        await in_thread(form_context)(progress),
        progress.decision,
        runbook.text,
        offer=links_offered(runbook, case.incident_id, holders),
        notes=nobody_to_approve(progress),
    )
    form = question_form(question, case.policy, case.lang)
    filled = await fill(progress, key, form, text, by="answered_by")
    if filled is None:
        return None
    said, by = filled.fields["answer"], filled.fields["answered_by"]
    word = None if filled.by_checkin else Statement(question=question.question, value=said, by=by, at=filled.at)
    return Reply(word=word, seen=filled.seen, at=filled.at)


def nobody_to_approve(progress: Gathered) -> tuple[Sentence, ...]:
    """What whoever is asked should know before: that what may have to be contained can be approved by nobody."""
    case, suspect = progress.case, progress.suspect.principal
    plan = runbook_of(case.runbook).plan(suspect, progress.facts, case.policy, case.site)
    approvers = approvers_of(plan, case.policy, suspect=suspect, known=everybody(progress.facts))
    if case.mode == "observe" or not plan.actions or approvers.enough:
        return ()
    return (nobody_left(approvers),)


def links_offered(runbook: AnyRunbook, incident_id: str, holders: tuple[str, ...]) -> LinksOffered | None:
    """The check-in links that people were given, as the question tells of them."""
    if runbook.checkins is None or not holders:
        return None
    named = tuple(holder(person) for person in holders)
    return LinksOffered(words=runbook.checkins.words.offer, holders=named, command=f"runbooks links {incident_id}")


def form_context(progress: Gathered) -> FormContext:
    """What a form is about, and where it is answered; it blocks."""
    case = progress.case
    return FormContext(
        alert=case.alert,
        facts=progress.facts,
        run_url=case.run_url,
        run_id=case.run_id,
        lang=case.lang,
        done=progress.outcomes,
        held=progress.held,
        renewed=progress.renewed,
        looks=looks_for(case.incident_id) if awaits(progress) else None,
    )
