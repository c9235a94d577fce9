"""Taking a report out of an incident that it joined wrongly, so that it is answered in its own right."""

from tasks.cli.terminal import tell
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.errors import InputError
from tasks.ledger.rows import Incident, IncidentStatus, ReceivedAlert
from tasks.model.base import Lang
from tasks.reporting.templating import in_language, when
from tasks.runbooks.kept import alert_in
from tasks.runbooks.registry import runbook_of


def split_incident(run: str, alert_id: str | None, *, by: str | None, lang: Lang | None) -> int:
    """List an incident's reports, or give one of them an incident of its own; returns the exit status.

    Args:
        run: id of the incident, or of its run.
        alert_id: the report; None to list them.
        by: who says that it is about something else, for the ledger.

    Raises:
        InputError: there is no such incident or report, or nothing that could be taken out.
    """
    incident = _incident(run)
    reports, spoken = ledger().alerts_of(incident.id), lang or settings().lang
    if alert_id is None:
        _list(reports, spoken)
        return 0
    if by is None or not by.strip():
        raise InputError("--by", "is missing; give the name of who says that the report is about something else")
    _check(incident, reports, alert_id)
    new = ledger().split_report(incident.id, alert_id, by=by.strip(), at=utc_now())
    tell(f"{alert_id} → {new.id}", style="bold")
    tell(
        "已另立事件；`runbooks serve` 会像新提醒一样处置它。"
        if spoken == "zh"
        else "It has an incident of its own, which `runbooks serve` answers like a new alert."
    )
    return 0


def _incident(run: str) -> Incident:
    """The incident that a run's id or its own id names, also where it has no run yet."""
    found = next((one for one in ledger().incidents() if run in (one.id, one.flow_run_id)), None)
    if found is None:
        known = ", ".join(one.id for one in ledger().incidents(IncidentStatus.OPEN)[:5]) or "none is open"
        raise InputError("INCIDENT", f"{run!r} is no incident or run of this ledger; open ones: {known}")
    return found


def _check(incident: Incident, reports: tuple[ReceivedAlert, ...], alert_id: str) -> None:
    """See that the report joined the incident, and did not open it."""
    joined = [one.id for one in reports[1:]]
    if not joined:
        raise InputError("ALERT", f"{incident.id} has only one report, so there is nothing to take out of it")
    if alert_id == reports[0].id:
        raise InputError("ALERT", f"{alert_id} opened {incident.id}; those that joined it: {', '.join(joined)}")
    if alert_id not in joined:
        raise InputError(
            "ALERT", f"{alert_id!r} is no report of {incident.id}; those that joined it: {', '.join(joined)}"
        )


def _list(reports: tuple[ReceivedAlert, ...], lang: Lang) -> None:
    """Each report with what it says; the first one opened the incident."""
    opened, joined = ("立案", "并入") if lang == "zh" else ("opened it", "joined it")
    for number, one in enumerate(reports):
        tell(f"{one.id} · {one.source} · {when(one.at)} · {joined if number else opened}", style="bold")
        for label, value in runbook_of(one.runbook).text.alert(alert_in(one)):
            tell(f"  {in_language(label, lang)}: {value if isinstance(value, str) else in_language(value, lang)}")
