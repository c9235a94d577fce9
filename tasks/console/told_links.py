"""Check-in links on the terminal, with what was seen by them."""

from tasks.case import ledger
from tasks.checkin.links import links_to_show
from tasks.config.settings import Lang
from tasks.console.story import tell
from tasks.decide.checkins import holder
from tasks.reporting.templating import in_language, when


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
