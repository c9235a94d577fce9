"""One look for an event that the audit log is late with; what it finds is in the ledger before anybody is told."""

import asyncio
from datetime import datetime

from tasks.config.settings import settings
from tasks.context import check_endpoint, cloud_at, ledger, utc_now
from tasks.decide.late_looks import looks_due, next_look, try_again
from tasks.decide.sentences import both
from tasks.ledger.rows import Incident, LateEvent
from tasks.lookup.collector import Collector, silent
from tasks.model.alert import Alert
from tasks.model.base import Lang, Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Facts
from tasks.model.kept import read_kept
from tasks.model.late_event import Found
from tasks.model.message import Reported
from tasks.model.policy import Policy
from tasks.model.runbook import Late
from tasks.runbooks.kept import alert_of
from tasks.runbooks.registry import runbook_of
from tasks.steps.evidence import keeping
from tasks.steps.gather import _gather

LOOK_S = 10.0
"""How long one look may take; the cloud answers in a second, and the next look is never far."""


OTHERS_MISSING = both(
    "操作审计里已有这次登录的记录，但其余事实没能查到，很快会再查。",
    "CloudAudit has the record by now, but the other facts could not be gathered; that is tried again soon.",
)


ANOTHER = both(
    "操作审计里现在有一次更符合这条提醒的登录。",
    "By now the audit log shows another login, which fits the alert better.",
)


async def look_if_due(incident_id: str) -> None:
    """Look for an incident's event, if that is due by now."""
    late = await asyncio.to_thread(ledger().late_event, incident_id)
    if late is not None and late.due_at is not None and late.due_at <= utc_now():
        await look(late)


async def look(late: LateEvent) -> bool:
    """Look for the record alone, and where it is there, gather all facts anew; true where this look changed anything.

    Its calls are in the background: containment overtakes them. Two processes may look at the same time; the ledger
    takes the word of the first.
    """
    incident = await asyncio.to_thread(ledger().incident, late.incident_id)
    check_endpoint(incident.id, incident.endpoint)
    found, at = await _found(incident, late), utc_now()
    if late.event_id is not None:
        return await asyncio.to_thread(_believe_or_doubt, late, found, at)
    if isinstance(found, Unknown):
        return await asyncio.to_thread(_note, late, found.reason, at, next_look(late.first_at, at))
    return await _gather_anew(incident, late, found.value.alert)


def _believe_or_doubt(late: LateEvent, found: Known[Found] | Unknown, at: datetime) -> bool:
    """Whether an incident was rightly taken for a duplicate: the log still shows that very event for its alert."""
    refused = isinstance(found, Unknown) and not found.not_yet
    if refused or (isinstance(found, Known) and found.value.event_id == late.event_id):
        said = found.reason if isinstance(found, Unknown) else None
        return _note(late, said, at, next_look(late.first_at, at))
    said = found.reason if isinstance(found, Unknown) else ANOTHER
    return ledger().doubt_event(late, said=said.model_dump(mode="json"), looks=looks_due(late.first_at, at), at=at)


async def _found(incident: Incident, late: LateEvent) -> Known[Found] | Unknown:
    """The record, or why it is still not there.

    What happened after an alert without a time was known is not what it means, however well it fits.
    """
    alert = alert_of(incident)
    said_when = runbook_of(incident.runbook).correlation.sighting(alert, "", late.first_at).happened_at
    now = utc_now() if said_when else late.first_at
    cloud = await asyncio.to_thread(cloud_at, incident.endpoint, settings().site)
    async with keeping(incident.id) as keep:
        collector = Collector(cloud.in_background(), now=now, deadline_s=LOOK_S, keep=keep)
        return await collector.quietly(1.0, _way(incident).look(collector, alert))


async def _gather_anew(incident: Incident, late: LateEvent, alert: Alert) -> bool:
    """Gather all facts with the record, and keep them; where the record went away meanwhile, try again soon."""
    cloud = await asyncio.to_thread(cloud_at, incident.endpoint, settings().site)
    policy = read_kept(Policy, late.policy, what=f"policy of incident {incident.id}")
    reported, lang = Reported(runbook=incident.runbook, alert=alert), _lang(incident)
    facts = await _gather(cloud, incident.id, reported, policy, lang=lang, progress=silent)
    at = utc_now()
    if runbook_of(incident.runbook).correlation.record(facts) is None:
        return await asyncio.to_thread(_note, late, OTHERS_MISSING, at, try_again(late.first_at, at))
    return await asyncio.to_thread(_keep, incident, late, facts, at)


def _keep(incident: Incident, late: LateEvent, facts: Facts, at: datetime) -> bool:
    event_id = runbook_of(incident.runbook).correlation.record(facts) or ""
    told = _way(incident).told(alert_of(incident), facts, at).model_dump(mode="json")
    body, looks = facts.model_dump(mode="json"), looks_due(late.first_at, at)
    return ledger().event_found(late, event_id=event_id, facts=body, looks=looks, at=at, late=told)


def _note(late: LateEvent, said: Sentence | None, at: datetime, due_at: datetime | None) -> bool:
    told, looks = said.model_dump(mode="json") if said else None, max(late.looks, looks_due(late.first_at, at))
    return ledger().note_look(late, looks=looks, at=at, due_at=due_at, said=told, fresh=told != late.said)


def _way(incident: Incident) -> Late[Alert, Facts]:
    way = runbook_of(incident.runbook).late
    assert way is not None  # noqa: S101 - else nothing would be awaited
    return way


def _lang(incident: Incident) -> Lang:
    return "zh" if incident.lang == "zh" else "en"
