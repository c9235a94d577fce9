"""Check-in links, for the operator's eyes: he gives each to the person whose it is."""

from tasks.case import ledger
from tasks.checkin.url import checkin_url
from tasks.config.settings import Lang, settings
from tasks.console.answer import find_incident
from tasks.console.told_links import tell_links
from tasks.errors import InputError, SettingsError
from tasks.ledger.rows import IncidentStatus


def show_links(run: str, *, lang: Lang | None) -> int:
    """Print the check-in links of an incident; returns the exit status.

    Raises:
        SettingsError: the intake has no public address.
        InputError: the incident has no links.
    """
    incident, base = find_incident(run), checkin_url()
    if not base:
        raise SettingsError("RUNBOOKS_INTAKE", "names no public_url, and links need one; add it to the intake file")
    if incident.status is not IncidentStatus.OPEN:
        raise InputError("INCIDENT", f"{incident.id} is closed; its links work no more")
    if not ledger().checkin_links(incident.id):
        raise InputError(
            "INCIDENT", f"{incident.id} has not asked whose address it is; links are made with that question"
        )
    tell_links(incident.id, base, lang=lang or settings().lang)
    return 0
