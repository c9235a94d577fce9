"""The report, where people look: the Prefect UI, the files, the ledger."""

from typing import Literal

from prefect.artifacts import acreate_markdown_artifact

from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.decide.protections import protections_off
from tasks.decide.verdict import next_step, verdict
from tasks.engine.step import say, step
from tasks.ledger.rows import TimelineRow
from tasks.model.answer import Answer, Question
from tasks.model.base import Value
from tasks.model.fact import Known
from tasks.model.facts import Facts, Trail
from tasks.model.progress import Progress
from tasks.model.record import Drafts, Impact, InCampaign, Record, RecordedAnswer, TimelineEntry
from tasks.reporting.files import write_files
from tasks.reporting.render import draft_correction, draft_ticket, render_markdown
from tasks.reporting.summary import correction_due, ticket_due


class Published(Value):
    """Where the report is, and what it says in short."""

    verdict: str
    folder: str


def _entry(entry: TimelineRow) -> TimelineEntry:
    detail = entry.detail if isinstance(entry.detail, dict) else {"detail": entry.detail}
    return TimelineEntry(seq=entry.seq, at=entry.at, what=entry.what, who=entry.who, detail=detail, hash=entry.hash)


def complete(record: Record) -> Record:
    """Add the timeline, the drafts and, where it has ended, the end to the record."""
    incident = ledger().incident(record.incident_id)
    timeline = tuple(_entry(entry) for entry in ledger().timeline(record.incident_id))
    found = {"timeline": timeline, "closed_at": incident.closed_at, "campaign": _campaign(record.incident_id)}
    sources = tuple(dict.fromkeys(alert.source for alert in ledger().alerts_of(record.incident_id)))
    whole = record.model_copy(update=found | {"reported_by": sources})
    return whole.model_copy(update={"drafts": _drafts(whole)})


def _campaign(incident_id: str) -> InCampaign | None:
    found = ledger().campaign_of(incident_id)
    return InCampaign(id=found.id, ip=found.ip, incidents=found.incident_ids) if found else None


def _drafts(record: Record) -> Drafts:
    return Drafts(
        support_ticket=draft_ticket(record) if ticket_due(record) else None,
        ip_correction=draft_correction(record) if correction_due(record) else None,
    )


@step("report · {headline}", name="publish", distinct=("headline",))
async def publish(progress: Progress, headline: str) -> Published:
    """Write what is known so far as artifact, files and record; close the incident where it has ended."""
    record = record_of(progress)
    if progress.closed:
        ledger().close_incident(record.incident_id, record.verdict, utc_now())
    record = complete(record)
    folder = settings().reports / record.incident_id
    write_files(record, folder)
    ledger().save_record(record.incident_id, record.model_dump(mode="json"), utc_now())
    await acreate_markdown_artifact(
        markdown=render_markdown(record), key=record.incident_id.lower(), description=f"{record.verdict} · {headline}"
    )
    if progress.closed:
        say("%s → %s", record.verdict, folder / "report.html")
    return Published(verdict=record.verdict, folder=str(folder))


def _trail(facts: Facts | None) -> Trail | None:
    return facts.trail.value if facts is not None and isinstance(facts.trail, Known) else None


def _impact(progress: Progress) -> Impact:
    trail = _trail(progress.facts)
    affected: Literal["yes", "no", "unknown"] = "unknown"
    if progress.impact is not None and progress.impact.value in ("yes", "no"):
        affected = "yes" if progress.impact.yes else "no"
    if trail is None:
        return Impact(affected=affected)
    return Impact(affected=affected, sensitive_events=trail.sensitive, resources=trail.resources, actors=trail.actors)


def _answers(progress: Progress) -> tuple[Answer, ...]:
    given = progress.decision.answers if progress.decision else ()
    return (*given, progress.impact) if progress.impact else given


def _path(progress: Progress) -> tuple[str, ...]:
    walked = progress.decision.path if progress.decision else ()
    end = (Question.RESOURCES_AFFECTED,) if progress.impact else ()
    return tuple(str(question) for question in (*walked, *end))


def _recorded(answer: Answer) -> RecordedAnswer:
    return RecordedAnswer(**{name: getattr(answer, name) for name in RecordedAnswer.model_fields})


def record_of(progress: Progress) -> Record:
    """Build the record of what is known and done so far; the timeline is added where it is published."""
    case = progress.case
    found, reasons = verdict(
        progress.decision,
        progress.plan,
        progress.approvals,
        progress.outcomes,
        case.mode,
        put_back=progress.put_back,
        closed=progress.closed,
    )
    first = progress.at_once.reasons if progress.at_once else ()
    caller = progress.facts.caller if progress.facts else None
    impact = _impact(progress)
    return Record(
        incident_id=case.incident_id,
        flow_run_id=case.run_id,
        mode=case.mode,
        lang=case.lang,
        opened_at=case.opened_at,
        alert=case.alert,
        facts=progress.facts,
        answers={str(answer.question): _recorded(answer) for answer in _answers(progress)},
        path=_path(progress),
        contradictions=progress.decision.contradictions if progress.decision else (),
        verdict=found,
        reasons=(*first, *reasons),
        plan=progress.plan,
        approvals=progress.approvals,
        actions=progress.outcomes,
        put_back=progress.put_back,
        impact=impact,
        next=next_step(found, impact.affected),
        protections_off=protections_off(progress.facts) if progress.facts else (),
        permissions_missing=caller.value.lacks if isinstance(caller, Known) else (),
    )
