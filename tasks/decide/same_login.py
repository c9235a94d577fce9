"""Whether a report and a record of the audit log, or two reports, can be about one login."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tasks.decide.geography import contradict, same_city
from tasks.decide.identity import MAIN_NAMES
from tasks.model.audit import AuditEvent
from tasks.model.principal import PrincipalKind
from tasks.model.sighting import Sighting

NEAR = timedelta(minutes=5)
"""How far a record's time may be off the alert's: messages round to the minute, some name the minute in which they were
sent, and phone gateways let them wait for a minute or two. What is further off is another login until a person says."""

ROUNDED = timedelta(minutes=1)
"""How far it may be off by rounding alone."""

SECOND = timedelta(seconds=2)
"""How far two clocks that name the second may be off one another (NTP keeps them closer)."""

LOG_IS_WHOLE = timedelta(minutes=60)
"""When every login of a moment stands in the audit log: people report that records came 5 to 45 minutes late, and the
vendor promises nothing."""

MAIN = "root"
NO_TIME = datetime.fromtimestamp(0, UTC)
"""What a record has whose time can't be read."""


class Against(StrEnum):
    """What speaks against two being about one login."""

    ACCOUNT = "account"
    NAME = "name"
    ADDRESS = "address"
    PLACE = "place"
    TIME = "time"


def against(one: Sighting, other: Sighting, *, within: timedelta) -> Against | None:
    """The first thing that both say and say differently; None where nothing speaks against it.

    Args:
        within: how far their times may be apart.
    """
    if one.account and other.account and one.account != other.account:
        return Against.ACCOUNT
    if names(one) and names(other) and not names(one) & names(other):
        return Against.NAME
    if one.ip and other.ip:
        if one.ip != other.ip:
            return Against.ADDRESS
    elif contradict(one.place, other.place):  # of one address two libraries may well say two places
        return Against.PLACE
    apart = time_apart(one, other)
    return Against.TIME if apart is not None and apart > within else None


def seen_of(event: AuditEvent) -> Sighting:
    """A login of the audit log, spelled so that it can be compared with a report."""
    main = event.actor.kind is PrincipalKind.MAIN
    return Sighting(
        event_id=event.id,
        account=event.account,
        principal=MAIN if main else event.actor.name.strip().casefold(),
        uin=event.actor.uin,
        ip=event.ip,
        place=event.place,
        happened_at=event.at if event.at > NO_TIME else None,
        at=event.at,
    )


def names(one: Sighting) -> frozenset[str]:
    """The names that one who is meant goes by; the main account's several, its own id among them, are one."""
    said = frozenset({one.principal, one.uin} - {""})
    main = MAIN_NAMES | ({one.account} if one.account else frozenset[str]())
    return said | {MAIN} if said & main else said


def time_apart(one: Sighting, other: Sighting) -> timedelta | None:
    """How far their times are apart; None where one of them has none."""
    if one.happened_at is None or other.happened_at is None:
        return None
    return abs(one.happened_at - other.happened_at)


def is_identified(told: Sighting, seen: Sighting) -> bool:
    """Whether a report that nothing speaks against says enough for this record to be the one that it means.

    Person and address together tell logins apart. An address alone does to the minute, for others may share it. A name
    alone does not: its bearer's own login may stand in the log already, and the intruder's not yet. So without an
    address the second has to agree, or the place and the minute.
    """
    apart = time_apart(told, seen)
    if apart is None:
        return bool(told.ip) and told.happened_at is None
    if told.ip:
        return bool(told.principal) or apart <= ROUNDED
    if told.principal and same_city(told.place, seen.place):
        return apart <= ROUNDED
    return apart <= SECOND
