"""The report, where people look: the Prefect UI, the files, the ledger."""

from prefect.artifacts import acreate_markdown_artifact

from tasks.case import ledger, utc_now
from tasks.config.settings import settings
from tasks.engine.step import say, step
from tasks.ledger.rows import Entry
from tasks.model.base import Value
from tasks.model.progress import Progress, record_of
from tasks.model.record import Drafts, InCampaign, Record, TimelineEntry
from tasks.reporting.files import write_files
from tasks.reporting.render import draft_correction, draft_ticket, render_markdown
from tasks.reporting.summary import correction_due, ticket_due


class Published(Value):
    """Where the report is, and what it says in short."""

    verdict: str
    folder: str


def _entry(entry: Entry) -> TimelineEntry:
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


@step("report · {headline}")
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
