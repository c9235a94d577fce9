"""Check-in links, for the operator, who gives each to its person."""

from tasks.checkin.links import links_to_show
from tasks.checkin.url import checkin_url
from tasks.cli.find import find_incident
from tasks.cli.terminal import tell
from tasks.config.settings import settings
from tasks.context import ledger
from tasks.decide.sentences import holder
from tasks.errors import InputError, SettingsError
from tasks.ledger.rows import IncidentStatus
from tasks.model.base import Lang
from tasks.reporting.templating import in_language, when


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
            "INCIDENT", f"{incident.id} has no links yet; they are made with the question that they help with"
        )
    tell_links(incident.id, base, lang=lang or settings().lang)
    return 0


def tell_links(incident_id: str, base: str, *, lang: Lang) -> None:
    """Print a link for each person who was offered one, and the devices that were shown so far."""
    links = links_to_show(incident_id, base)
    if not links:
        return
    head = "签到链接，各给本人，各用一次：" if lang == "zh" else "Check-in links, each for its person and for one use:"
    tell(head, style="bold")
    for link in links:
        until = "有效至" if lang == "zh" else "until"
        tell(f"  {in_language(holder(link.person), lang)} · {until} {when(link.expires_at)}")
        tell(f"    {link.url}")
    for made in (one for one in ledger().checkin_links(incident_id) if one.used_at):
        seen = "已签到" if lang == "zh" else "checked in"
        tell(f"  {in_language(holder(made.person), lang)} {seen} {when(made.used_at or made.made_at)} · {made.address}")
