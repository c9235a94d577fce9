"""The hunt through the audit log, started from what is known of the login."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tasks.cloud.audit import Search, events
from tasks.cloud.parse import PlaceOf
from tasks.decide.chain import Lead
from tasks.hunt import hunt
from tasks.lookup.desk import Desk
from tasks.lookup.suspect import NOBODY
from tasks.model.audit import AuditEvent
from tasks.model.fact import Known, Unknown
from tasks.model.facts import OwnAddress, Trail
from tasks.model.principal import Principal

MARGIN = timedelta(minutes=10)  # before the login: clocks differ, and tries come first; more would be the owner's work
UNDATED = timedelta(hours=24)  # how far back where nobody knows when the login was
SPARE_S = 0.5  # kept back, so that the hunt ends by itself and says what it did not read
ATTRIBUTE = {"principal": "PrincipalId", "address": "SourceIPAddress", "key": "AccessKeyId"}


Hunted = Known[Trail] | Unknown


class Start(NamedTuple):
    """What a hunt starts from.

    Args:
        login_at: when the login was; None where nobody knows.
        own: addresses that many share, which lead to nobody.
        people: principals that are known.
        runner_uin: the runbook's own identity.
    """

    suspect: Principal | None
    login_at: datetime | None
    ip: str | None
    keys: tuple[str, ...] = ()
    own: tuple[OwnAddress, ...] = ()
    people: tuple[Principal, ...] = ()
    runner_uin: str = ""


async def follow(desk: Desk, start: Start, place_of: PlaceOf) -> Hunted:
    """What the suspect, the address and all that they lead to did, from before the login until now."""
    if start.suspect is None:
        return Unknown(reason=NOBODY)
    source = desk.source()
    since, until = (start.login_at - MARGIN if start.login_at else desk.now - UNDATED), desk.now

    def read(lead: Lead) -> Iterator[AuditEvent]:
        search = Search(since, until, ((ATTRIBUTE[lead.kind], lead.value),))
        return events(source, search, place_of=place_of, now=desk.now)

    trail = await desk.run(
        hunt,
        read,
        suspect=start.suspect,
        ip=start.ip,
        since=since,
        until=until,
        keys=start.keys,
        own_addresses=tuple(address.network for address in start.own),
        runner_uin=start.runner_uin,
        people=start.people,
        budget_s=max(0.0, desk.left() - SPARE_S),
    )
    return Known[Trail](value=trail, evidence=source.evidence, gaps=trail.gaps)
