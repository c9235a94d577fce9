"""The report, where people look: the Prefect UI, the files, the ledger."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from prefect.artifacts import acreate_markdown_artifact

from tasks.config.settings import settings
from tasks.contain.undo import PREFIX
from tasks.context import ledger, utc_now
from tasks.custody.seal import seal_end
from tasks.decide.explain import decided_facts, explain, weighed_impact
from tasks.decide.protections import protections_off
from tasks.decide.undone import amended
from tasks.decide.verdict import DONE, next_step, verdict
from tasks.engine.step import say, step
from tasks.ledger.actions import CLAIMED
from tasks.ledger.kept import outcome_of
from tasks.ledger.off_loop import in_thread
from tasks.ledger.rows import Incident, TimelineRow
from tasks.model.answer import Answer
from tasks.model.base import Value
from tasks.model.explanation import Explanation, Point
from tasks.model.fact import Known
from tasks.model.plan import Outcome
from tasks.model.progress import Assessed, Decided
from tasks.model.record import Impact, InCampaign, Record, RecordedAnswer, Resembling, TimelineEntry
from tasks.reporting.files import write_files
from tasks.reporting.render import draft_ticket, render_markdown
from tasks.reporting.summary import ticket_due
from tasks.runbooks.kept import record_in
from tasks.runbooks.registry import runbook_of
from tasks.steps.awaited import looks_for


class Published(Value):
    """Where the report is, and what it says in short."""

    verdict: str
    folder: str


def _entry(entry: TimelineRow) -> TimelineEntry:
    detail = entry.detail if isinstance(entry.detail, dict) else {"detail": entry.detail}
    return TimelineEntry(seq=entry.seq, at=entry.at, what=entry.what, who=entry.who, detail=detail, hash=entry.hash)


def undone_in(record: Record) -> tuple[Outcome, ...]:
    """What people undid since, by the ledger; what the run itself put back is told apart by when that was."""
    ours = {(one.name, one.at) for one in record.put_back}
    rows = (row for row in ledger().actions(record.incident_id) if row.kind.startswith(PREFIX))
    ended = (outcome_of(row) for row in rows if row.status != CLAIMED)
    return tuple(one for one in ended if one.status in DONE and (one.name, one.at) not in ours)


def complete(record: Record) -> Record:
    """Add what was undone, the timeline, the drafts and, where it has ended, the end to the record."""
    record = amended(record, undone_in(record))
    incident = ledger().incident(record.incident_id)
    timeline = tuple(_entry(entry) for entry in ledger().timeline(record.incident_id))
    found: dict[str, object] = {
        "timeline": timeline,
        "closed_at": incident.closed_at,
        "campaign": _campaign(record.incident_id),
    }
    found |= {"looks": looks_for(record.incident_id)}
    others = {"resembles": resembling(incident)}
    sources = tuple(dict.fromkeys(alert.source for alert in ledger().alerts_of(record.incident_id)))
    explanation = _dated(record.explanation, ledger().evidence_times(record.incident_id))
    whole = record.model_copy(update=found | others | {"reported_by": sources, "explanation": explanation})
    return whole.model_copy(update={"drafts": _drafts(whole)})


def publish_again(incident: Incident) -> None:
    """Write the report of an incident once more, with what the ledger has learnt since it was written."""
    record = record_in(ledger().record(incident.id), incident)
    if record is None:
        return
    record = complete(record)
    if incident.verdict is not None and record.undone:
        by = ", ".join(dict.fromkeys(one.by for one in record.undone))
        ledger().amend_verdict(incident.id, record.verdict, by=by, at=utc_now())
        record = complete(record)
    write_files(record, runbook_of(record.runbook).text, settings().reports / record.incident_id)
    ledger().save_record(record.incident_id, record.model_dump(mode="json"), utc_now())
    seal_end(record.incident_id)


def _dated(explanation: Explanation | None, times: Mapping[str, datetime]) -> Explanation | None:
    """The explanation with the times at which its evidence was read."""
    if explanation is None:
        return None
    return explanation.model_copy(
        update={
            "weighed": tuple(
                each.model_copy(
                    update={side: _with_times(getattr(each, side), times) for side in ("for_yes", "for_no")}
                )
                for each in explanation.weighed
            )
        }
    )


def _with_times(points: tuple[Point, ...], times: Mapping[str, datetime]) -> tuple[Point, ...]:
    return tuple(
        point if point.at else point.model_copy(update={"at": max(read, default=None)})
        for point in points
        for read in ([times[name] for name in point.evidence if name in times],)
    )


def resembling(incident: Incident) -> Resembling | None:
    """The earlier incident that may be about the same, as it stands now; None where there is none."""
    if incident.resembles is None:
        return None
    other = ledger().incident(incident.resembles)
    return Resembling(id=other.id, verdict=other.verdict)


def _campaign(incident_id: str) -> InCampaign | None:
    found = ledger().campaign_of(incident_id)
    return InCampaign(id=found.id, ip=found.ip, incidents=found.incident_ids) if found else None


def _drafts(record: Record) -> dict[str, str | None]:
    text = runbook_of(record.runbook).text
    ticket = draft_ticket(record, text) if ticket_due(record) else None
    return {"support_ticket": ticket, **text.drafts(record)}


@step("report · {headline}", name="publish", distinct=("headline",))
async def publish(progress: Decided, headline: str, *, closed: bool = False) -> Published:
    """Write what is known so far as artifact, files and record; close the incident where it has ended."""
    return await put_out(record_of(progress, closed=closed), headline, closed=closed)


async def put_out(record: Record, headline: str, *, closed: bool) -> Published:
    """Write a record as artifact, files and in the ledger, and close its incident where it has ended; in a step."""
    written = await in_thread(_written)(record, closed=closed)
    await acreate_markdown_artifact(
        markdown=written.markdown,
        key=record.incident_id.lower(),
        description=f"{written.verdict} · {headline}",
    )
    if closed:
        say("%s → %s", written.verdict, written.folder / "report.html")
    return Published(verdict=written.verdict, folder=str(written.folder))


class _Written(NamedTuple):
    """What a record says in short, where its files are, and what the UI shows of it."""

    verdict: str
    folder: Path
    markdown: str


def _written(record: Record, *, closed: bool) -> _Written:
    """Write a record's files and the record itself, and end its incident; what it returns is all that is left to do."""
    record = amended(record, undone_in(record))
    if closed:
        ledger().close_incident(record.incident_id, record.verdict, utc_now())
    record = complete(record)
    folder, text = settings().reports / record.incident_id, runbook_of(record.runbook).text
    write_files(record, text, folder)
    ledger().save_record(record.incident_id, record.model_dump(mode="json"), utc_now())
    if closed:
        seal_end(record.incident_id)
    return _Written(record.verdict, folder, render_markdown(record, text))


def _impact(progress: Decided) -> Impact:
    affected: Literal["yes", "no", "unknown"] = "unknown"
    if isinstance(progress, Assessed) and progress.impact.value in ("yes", "no"):
        affected = "yes" if progress.impact.yes else "no"
    trail = progress.facts.trail
    if not isinstance(trail, Known):
        return Impact(affected=affected)
    seen = trail.value
    return Impact(affected=affected, sensitive_events=seen.sensitive, resources=seen.resources, actors=seen.actors)


def _recorded(answer: Answer) -> RecordedAnswer:
    return RecordedAnswer(**{name: getattr(answer, name) for name in RecordedAnswer.model_fields})


def record_of(progress: Decided, *, closed: bool) -> Record:
    """Build the record of what is known and done so far; the timeline is added where it is published.

    Args:
        closed: whether the procedure has come to its end.
    """
    case, decision = progress.case, progress.decision
    found, reasons = verdict(
        decision,
        progress.plan,
        progress.approvals,
        progress.outcomes,
        case.mode,
        put_back=progress.put_back,
        closed=closed,
    )
    first = progress.at_once.reasons if progress.at_once else ()
    late = tuple(told for told in (progress.late, progress.renewed) if told)
    nobody = (progress.unapprovable,) if progress.unapprovable else ()
    last = (progress.impact,) if isinstance(progress, Assessed) else ()
    caller, impact = progress.facts.caller, _impact(progress)
    return Record(
        incident_id=case.incident_id,
        flow_run_id=case.run_id,
        mode=case.mode,
        lang=case.lang,
        opened_at=case.opened_at,
        runbook=case.runbook,
        alert=case.alert,
        facts=progress.facts,
        answers={answer.question: _recorded(answer) for answer in (*decision.answers, *last)},
        path=(*decision.path, *(answer.question for answer in last)),
        contradictions=decision.contradictions,
        verdict=found,
        reasons=tuple(dict.fromkeys((*late, *first, *progress.held, *reasons, *nobody))),
        plan=progress.plan,
        approvals=progress.approvals,
        actions=progress.outcomes,
        put_back=progress.put_back,
        impact=impact,
        next=next_step(found, impact.affected),
        protections_off=protections_off(progress.facts, progress.suspect.principal),
        permissions_missing=caller.value.lacks if isinstance(caller, Known) else (),
        basis=progress.basis,
        explanation=_explained(progress),
    )


def _explained(progress: Decided) -> Explanation | None:
    """Why it was decided so; None where the procedure was not begun, for nothing could be seen."""
    if not progress.decision.path:
        return None
    runbook, basis = runbook_of(progress.case.runbook), progress.basis
    found = explain(runbook, progress.case.alert, decided_facts(progress.facts, basis), basis)
    last = (weighed_impact(progress.impact),) if isinstance(progress, Assessed) else ()
    return found.model_copy(update={"weighed": (*found.weighed, *last)})
