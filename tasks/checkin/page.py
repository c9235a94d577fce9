"""The desk behind the check-in page: the ledger's links, and the run that a check-in is for."""

import asyncio
from datetime import datetime

from starlette.routing import Route

from tasks.checkin.answer import follow
from tasks.checkin.http import checkin_routes
from tasks.checkin.tokens import again_link, hash_of, is_again
from tasks.context import ledger, utc_now
from tasks.model.checkin import CheckedIn, CheckInLink, CheckInPage
from tasks.model.intake_file import IntakeFile
from tasks.reporting.render import render_checkin
from tasks.runbooks.kept import alert_of
from tasks.runbooks.registry import runbook_of

ENDS = 4
"""Digits of an account's id that its page shows at each end: its people know it, a stranger can't use it."""


class LedgerDesk:
    """Keeps links in the ledger; its calls block for milliseconds, so they run in threads."""

    async def show(self, token: str) -> CheckInPage | None:
        """What the holder may see; None for a link that does not work."""
        return await asyncio.to_thread(_page, token)

    async def check_in(self, token: str, address: str, at: datetime, *, again: bool) -> CheckedIn:
        """Record the first use of a link; with `again` also give a link for the other address family."""
        return await asyncio.to_thread(_check_in, token, address, at, again=again)

    async def follow(self, token: str) -> None:
        """Tell the run that waits."""
        link = await asyncio.to_thread(ledger().checkin_link, hash_of(token), utc_now())
        if link is not None:
            await follow(link)


def routes(config: IntakeFile) -> list[Route]:
    """The routes of the check-in page, for the process that takes alerts in."""
    return checkin_routes(config, LedgerDesk(), render_checkin)


def _page(token: str) -> CheckInPage | None:
    link = ledger().checkin_link(hash_of(token), utc_now())
    if link is None:
        return None
    incident = ledger().incident(link.incident_id)
    checkins = runbook_of(incident.runbook).checkins
    if checkins is None:
        return None
    page = checkins.page(alert_of(incident))
    holder = {"person": link.person, "account": shortened(page.account), "used": link.used_at is not None}
    return page.model_copy(update=holder)


def shortened(account: str) -> str:
    """An account's id without its middle."""
    return f"{account[:ENDS]}****{account[-ENDS:]}" if len(account) > 2 * ENDS else "****" if account else ""


def _check_in(token: str, address: str, at: datetime, *, again: bool) -> CheckedIn:
    used = ledger().use_checkin(hash_of(token), address=address, at=at)
    if used is None:
        return CheckedIn(outcome="gone")
    outcome, link = used
    if outcome == "used":
        return CheckedIn(outcome="used")
    return CheckedIn(outcome="recorded", address=address, again=_again(link, at) if again else None)


def _again(link: CheckInLink, at: datetime) -> str | None:
    if is_again(link):
        return None
    token, second = again_link(link, at=at)
    ledger().offer_checkin(second)
    return token
