"""Which incident a run works on: one that was opened before, its own, or none where it has one already."""

import hashlib
from datetime import datetime
from uuid import UUID

from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.states import Completed
from prefect.utilities.urls import url_for
from pydantic import TypeAdapter

from tasks.checkin.url import checkin_url
from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.context import ledger, utc_now, with_journeys
from tasks.custody.seal import seal_end
from tasks.engine.identity import is_elsewhere
from tasks.engine.runs import RunGone, view
from tasks.engine.step import say, step
from tasks.errors import EngineError, InputError
from tasks.intake.alerts import text_of
from tasks.ledger.base import MACHINE
from tasks.ledger.errors import UnknownRow
from tasks.ledger.off_loop import in_thread
from tasks.ledger.rows import DUPLICATE, Incident, IncidentStatus
from tasks.model.alert import Alert
from tasks.model.base import Lang, Value
from tasks.model.case import Case
from tasks.model.delivery import Delivery
from tasks.model.facts import Facts
from tasks.model.message import Reported
from tasks.model.policy import Mode, Policy
from tasks.reporting.report_view import resembling_words
from tasks.runbooks.kept import record_in
from tasks.runbooks.registry import correlation_of, runbook_of
from tasks.steps.awaited import await_proof
from tasks.steps.publish import resembling
from tasks.steps.snapshot import head_start_of

_MODE: TypeAdapter[Mode] = TypeAdapter(Mode)

_LANG: TypeAdapter[Lang] = TypeAdapter(Lang)


class _Opened(Value):
    """An incident, and whether another run answers it."""

    incident: Incident
    duplicate: bool = False


async def open_case(
    run_id: str,
    runbook: str,
    alert: str,
    mode: Mode | None,
    lang: Lang | None,
    *,
    incident: str | None,
    again: bool,
) -> Case:
    """Open the case once for all; a run that takes the place of a lost one goes on with that one's, under its own name.

    Args:
        runbook: whose alert it is.
        alert: JSON, or the text as it came.
        incident: the one that it was opened for already; None to open one, or join one.
        again: whether to answer anew what has an incident already.
    """
    case = await _open_case(run_id, runbook, alert, mode, lang, incident=incident, again=again)
    return case if case.run_id == run_id else case.model_copy(update={"run_id": run_id, "run_url": _url(run_id)})


@step("open the case · 立案", name="open_case")
async def _open_case(
    run_id: str,
    runbook: str,
    alert: str,
    mode: Mode | None,
    lang: Lang | None,
    *,
    incident: str | None,
    again: bool,
) -> Case:
    """Read the alert, fix policy, mode, language and time, and open the incident in the ledger, or join one.

    Args:
        runbook: whose alert it is.
        alert: JSON, or the text as it came.
        incident: the one that it was opened for already; None to open one, or join one.
        again: whether to answer anew what has an incident already.
    """
    read = runbook_of(runbook)
    reported = Reported(runbook=runbook, alert=read.intake.read(text_of(alert)))
    policy = await in_thread(_policy)()
    opened = await _opened(run_id, reported, policy, mode, lang, incident=incident, again=again)
    return await in_thread(_begun)(opened, run_id, reported.alert, policy, mode=mode, lang=lang, again=again)


def _policy() -> Policy:
    return with_journeys(load_policy(settings().policy))


def _begun(
    opened: _Opened, run_id: str, alert: Alert, policy: Policy, *, mode: Mode | None, lang: Lang | None, again: bool
) -> Case:
    """The case of an incident that is open, with what the ledger knows of it already."""
    found, head_start = opened.incident, head_start_of(opened.incident)
    case = case_of(
        found,
        run_id=run_id,
        alert=_with_event(found, alert),
        policy=head_start.policy if head_start else policy,
        mode=mode,
        lang=lang,
        again=again,
        now=utc_now(),
    )
    case = case.model_copy(update={"head_start": head_start is not None})
    if opened.duplicate:
        say("%s · %s", found.id, case.pick_words("这件事已在处置", "this is being answered already"))
        return case.model_copy(update={"duplicate_of": found.id})
    say("%s · %s", found.id, case.pick(runbook_of(found.runbook).text.opened))
    if (other := resembling(found)) is not None:
        words = resembling_words(other)
        say("%s", case.pick_words(f"可能是同一件事：{words.zh}", f"may be the same as {words.en}"))
    return case


def _with_event(incident: Incident, alert: Alert) -> Alert:
    """The alert with the id of the event that its incident is known to be about."""
    event_id = alert.event_id or ledger().event_of(incident.id)
    return alert.model_copy(update={"event_id": event_id})


async def _opened(
    run_id: str,
    reported: Reported,
    policy: Policy,
    mode: Mode | None,
    lang: Lang | None,
    *,
    incident: str | None,
    again: bool,
) -> _Opened:
    mine = await in_thread(ledger().incident_of_run)(run_id)
    if mine is not None:  # this step's result was lost, its effect was not
        return _Opened(incident=mine)
    given = await in_thread(_given)(incident)
    if given is not None and given.status is IncidentStatus.OPEN:
        return await _joined(given, run_id)
    (receipt,) = await in_thread(ledger().take_delivery)(
        _delivery(reported),
        correlation_of,
        mode=mode or policy.mode,
        endpoint=settings().endpoint or "",
        lang=lang or settings().lang,
        run_id=run_id,
        again=again or given is not None,
    )
    found = await in_thread(ledger().incident)(receipt.incident_id)
    return _Opened(incident=found) if receipt.new else await _joined(found, run_id)


def _given(incident: str | None) -> Incident | None:
    """The incident that the run was started for."""
    if incident is None:
        return None
    try:
        return ledger().incident(incident)
    except UnknownRow as exc:
        raise InputError("incident", f"{incident!r} is none of this ledger; leave it out to open one") from exc


async def _joined(incident: Incident, run_id: str) -> _Opened:
    """Work on an incident that nobody works on; leave it to who does, and to the report of who did."""
    if incident.status is IncidentStatus.CLOSED or not await _is_over(incident.flow_run_id, run_id):
        return _Opened(incident=incident, duplicate=True)
    return _Opened(incident=await in_thread(ledger().bind_run)(incident.id, run_id, utc_now()))


async def _is_over(flow_run_id: str | None, mine: str) -> bool:
    """Whether no other run works on it, or will go on to."""
    if flow_run_id is None or flow_run_id == mine:
        return True
    try:
        return (await view(UUID(flow_run_id))).state.is_final
    except RunGone:  # it was deleted, or is another engine's, which may live
        return not await is_elsewhere()


def _delivery(reported: Reported) -> Delivery:
    """The alert that a run was started with, as a message."""
    text = reported.alert.model_dump_json()
    return Delivery(
        source="run",
        road="generic",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        body=reported.alert.model_dump(mode="json"),
        alerts=(reported,),
        at=utc_now(),
    )


async def answered_elsewhere(case: Case, facts: Facts) -> str | None:
    """The other incident that answers this very event; None where this one does.

    It stands outside a step: the first claim is final, so that a replay hears what the first walk heard.
    """
    record = runbook_of(case.runbook).correlation.record(facts)
    first = await in_thread(_claimed_by_another)(case, facts)
    if record is None or first is None or not await give_way(case, first):
        return None
    await in_thread(await_proof)(case, facts, record)
    return first


def _claimed_by_another(case: Case, facts: Facts) -> str | None:
    """The other incident whose this event is, where nothing says that this one is about something else."""
    if case.again or ledger().split_by(case.incident_id) not in (None, MACHINE):  # somebody said that it is another one
        return None
    first = claim(case, facts)
    return None if first == case.incident_id or ledger().event_of(case.incident_id) is not None else first


def claim(case: Case, facts: Facts) -> str | None:
    """Claim the event that facts show, unless the incident has one; the incident whose it is, None for no event."""
    correlation = runbook_of(case.runbook).correlation
    record = correlation.record(facts)
    if record is None:
        return None
    return ledger().claim_event(
        case.incident_id,
        record,
        endpoint=case.endpoint,
        at=utc_now(),
        seen=correlation.event(facts),
        belongs=correlation.belongs,
    )


@step("answered already · {other}", name="give_way", distinct=("other",))
async def give_way(case: Case, other: str) -> bool:
    """Close this incident in favour of the one that answers it, unless nobody does, or it was closed on other facts."""
    first = await in_thread(ledger().incident)(other)
    if first.status is IncidentStatus.OPEN and await _is_over(first.flow_run_id, case.run_id):
        return False
    return await in_thread(_gave_way)(case, first)


def _gave_way(case: Case, first: Incident) -> bool:
    """Close this incident in favour of the first one; false where that was closed on other facts."""
    if first.status is IncidentStatus.CLOSED and not _was_seen(first):
        return False
    ledger().note(first.id, "witness", who="runbooks", detail={"incident_id": case.incident_id}, at=utc_now())
    ledger().close_incident(case.incident_id, DUPLICATE, utc_now())
    for each in (first.id, case.incident_id):
        seal_end(each)
    say("%s = %s", case.incident_id, first.id)
    return True


def _was_seen(closed: Incident) -> bool:
    """Whether what a closed incident was decided by shows the event that it has claimed."""
    record = record_in(ledger().record(closed.id), closed)
    if record is None or record.facts is None:
        return False
    shown = runbook_of(closed.runbook).correlation.record(record.facts)
    return shown is not None and shown == ledger().event_of(closed.id)


def duplicate(other: str) -> State:
    """How a run ends that another incident answers."""
    return Completed(name=DUPLICATE, message=other)


def this_run() -> str:
    """Id of the flow run that this code is in."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise EngineError("a runbook runs only as a Prefect flow run; start it by `runbooks` or a worker")
    return str(context.flow_run.id)


def _url(run_id: str) -> str:
    return (url_for("flow-run", obj_id=run_id) or "") if run_id else ""


def case_of(
    incident: Incident,
    *,
    run_id: str,
    alert: Alert,
    policy: Policy,
    mode: Mode | None,
    lang: Lang | None,
    again: bool,
    now: datetime,
) -> Case:
    """Fix what must not change while the run waits."""
    return Case(
        incident_id=incident.id,
        runbook=incident.runbook,
        run_id=run_id,
        run_url=_url(run_id),
        alert=alert,
        policy=policy,
        mode=mode or _MODE.validate_python(incident.mode),
        lang=lang or _LANG.validate_python(incident.lang),
        site=settings().site,
        endpoint=incident.endpoint,
        opened_at=incident.opened_at,
        again=again,
        begun_at=now,
        checkin_url=checkin_url(),
        answers_lapse=True,
    )
