"""What every run of this process shares: the clock, the ledger, and the cloud that an incident was opened against."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import RLock
from typing import Literal

from tasks.cloud.client import Cloud, connect
from tasks.cloud.rate_limit import RateLimit
from tasks.config.settings import settings
from tasks.errors import SettingsError
from tasks.ledger.rows import JourneyRow
from tasks.ledger.store import Ledger, open_ledger
from tasks.metrics import count_call
from tasks.model.case import Case
from tasks.model.policy import Policy, Travel

JOURNEYS_BACK = timedelta(days=91)
"""How long after its end a journey may explain a login: the audit log reaches 90 days back."""


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


_opening = RLock()


@cache
def ledger() -> Ledger:
    """The ledger of this process; threads that ask at once wait for the first to open it."""
    with _opening:
        return ledger() if ledger.cache_info().currsize else open_ledger(settings().ledger)


@cache
def cloud_at(endpoint: str, site: Literal["cn", "intl"]) -> Cloud:
    """The cloud at an address, empty for the vendor's own; the same for all incidents of this process."""
    rate_limit = RateLimit(settings().calls_per_second)
    return replace(connect(endpoint=endpoint or None, site=site), on_call=count_call, rate_limit=rate_limit)


def with_journeys(policy: Policy) -> Policy:
    """The policy with the journeys that people announced to the ledger; it is the one that a new case goes by.

    Journeys that were over before anything that is looked at now are left out.
    """
    rows = ledger().journeys(since=utc_now() - JOURNEYS_BACK)
    told = (_travel(row) for row in rows)
    return policy.model_copy(update={"travel": (*policy.travel, *(one for one in told if one.since < one.until))})


def _travel(row: JourneyRow) -> Travel:
    until = min(row.until, row.ended_at) if row.ended_at else row.until
    said = row.model_dump(include={"principal", "place", "since", "why", "added_by", "added_at"})
    return Travel(**said, until=until)


def check_endpoint(incident_id: str, endpoint: str) -> None:
    """See that an incident goes on against the cloud that it was opened against.

    Raises:
        SettingsError: this process is set to another cloud.
    """
    here = settings().endpoint or ""
    if here != endpoint:
        raise SettingsError(
            "RUNBOOKS_CLOUD_ENDPOINT",
            f"incident {incident_id} was opened against {endpoint or 'the real cloud'}, "
            f"this process is set to {here or 'the real cloud'}; set it as it was",
        )


def cloud_of(case: Case) -> Cloud:
    """The cloud that the case was opened against.

    Raises:
        SettingsError: this process is set to another cloud.
    """
    check_endpoint(case.incident_id, case.endpoint)
    return cloud_at(case.endpoint, case.site)
