"""Asking people: the run is suspended until somebody answers, for days if need be."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from prefect.flow_runs import asuspend_flow_run
from prefect.input import RunInput

from tasks.checkin.links import CHECKIN, Seen, offered, read_checkins, spoke_for, with_checkins
from tasks.context import ledger, utc_now
from tasks.decide.sentences import holder
from tasks.engine.step import say, step
from tasks.errors import CloudError
from tasks.lookup.unavailable import fatal
from tasks.model.answer import Ask, Statement
from tasks.model.base import Sentence, Value
from tasks.model.decision import Decision
from tasks.model.progress import Decided, Gathered
from tasks.model.runbook import AnyRunbook
from tasks.reporting.form_view import FormContext, LinksOffered
from tasks.reporting.render import question_text
from tasks.runbooks.registry import runbook_of
from tasks.steps.forms import question_form
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


@step("answer kept · {key}", name="keep_form", distinct=("key",))
async def keep_form(incident_id: str, key: str, fields: dict[str, Any], by: str) -> Filled:
    """Write a filled form into the ledger; the first answer to a key is final."""
    source = CHECKIN if spoke_for(incident_id, key, by) else "person"
    answer, _ = ledger().add_answer(
        incident_id, question=key.rsplit("-", 1)[0], key=key, value=fields, by=by, source=source, at=utc_now()
    )
    say("%s: %s (%s)", key, ", ".join(f"{name}={value}" for name, value in fields.items()), by)
    seen = read_checkins(incident_id)
    return Filled(fields=answer.value, at=answer.at, by_checkin=answer.source == CHECKIN, seen=seen)


def waiting_key(name: str) -> str:
    """The name of a waiting as Prefect takes it: lower case, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


async def fill(progress: Decided, key: str, form: type[RunInput], text: str, *, by: str) -> Filled:
    """Suspend the run until the form is filled, and keep what was filled in.

    Args:
        progress: what a reader of the report should see while it waits.
        key: the stable name of this waiting.
        form: the form.
        text: its description, Markdown.
        by: the field that says who filled it.
    """
    key = waiting_key(key)
    await publish(progress, f"waiting: {key}")
    model = form.with_initial_data(description=text)
    filled = await asuspend_flow_run(wait_for_input=model, key=key, timeout=None)
    fields = filled.model_dump(mode="json")
    return await keep_form(progress.case.incident_id, key, fields, str(fields[by]))


async def ask(progress: Decided, question: Ask, *, attempt: int, holders: tuple[str, ...] = ()) -> Reply:
    """Ask one question of the runbook.

    Args:
        holders: who was given a check-in link.
    """
    case, runbook = progress.case, runbook_of(progress.case.runbook)
    text = question_text(
        question,
        form_context(progress),
        progress.decision,
        runbook.text,
        offer=links_offered(runbook, case.incident_id, holders),
    )
    form = question_form(question, case.policy, case.lang)
    filled = await fill(progress, f"{question.key}-{attempt}", form, text, by="answered_by")
    said, by = filled.fields["answer"], filled.fields["answered_by"]
    word = None if filled.by_checkin else Statement(question=question.question, value=said, by=by, at=filled.at)
    return Reply(word=word, seen=filled.seen)


def links_offered(runbook: AnyRunbook, incident_id: str, holders: tuple[str, ...]) -> LinksOffered | None:
    """The check-in links that people were given, as the question tells of them."""
    if runbook.checkins is None or not holders:
        return None
    named = tuple(holder(person) for person in holders)
    return LinksOffered(words=runbook.checkins.words.offer, holders=named, command=f"runbooks links {incident_id}")


def form_context(progress: Gathered) -> FormContext:
    """What a form is about, and where it is answered."""
    case = progress.case
    return FormContext(
        alert=case.alert,
        facts=progress.facts,
        run_url=case.run_url,
        run_id=case.run_id,
        lang=case.lang,
        done=progress.outcomes,
    )


def _nothing_seen(refusal: CloudError) -> Decision:
    """Where the cloud refuses the credential itself nobody is asked: every answer would be blind."""
    why = Sentence(zh=f"云 API 不接受所用凭证：{refusal.message}", en=refusal.message)
    return Decision(course="needs_person", path=(), answers=(), reasons=(why,))


async def settle(gathered: Gathered) -> Decided:
    """Walk the runbook's questions: what facts settle is not asked, what they leave open is."""
    case, facts, runbook = gathered.case, gathered.facts, runbook_of(gathered.case.runbook)
    words: tuple[Statement, ...] = ()
    asked: tuple[str, ...] = ()
    if (refusal := fatal(facts)) is not None:
        return gathered.decided(facts, _nothing_seen(refusal))
    while True:
        decision = runbook.decide(case.alert, facts, gathered.suspect, words, case.policy, now=case.begun_at)
        progress = gathered.decided(facts, decision, words)
        if decision.course != "ask" or decision.ask is None:
            return progress
        links = await offered(case, gathered.suspect, facts, decision)
        if (fresh := with_checkins(case.runbook, facts, links.seen)) != facts:  # devices shown to an earlier run
            facts = fresh
            continue
        asked = (*asked, decision.ask.question)
        attempt = asked.count(decision.ask.question)
        reply = await ask(progress, decision.ask, attempt=attempt, holders=links.people)
        facts = with_checkins(case.runbook, facts, reply.seen)
        words = (*words, reply.word) if reply.word else words
