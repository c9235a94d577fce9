"""The security centre's alarms of abnormal logins, where that product is switched on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.cloud import csip
from tasks.cloud.api import Api
from tasks.decide.sentences import both
from tasks.errors import CloudRefused, CloudTransient
from tasks.lookup.login import Reported, best_match
from tasks.lookup.unavailable import reason
from tasks.model.address import parse_address
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.delivery import Receipt
from tasks.model.facts import Alarm
from tasks.model.watch import Position
from tasks.watch.raise_alert import Raising
from tasks.watch.read_logins import around

BACK = timedelta(hours=24)
"""How far back alarms are listed: the centre finds some of them late."""

ASK_AGAIN = timedelta(hours=24)
"""After a refusal, for the product may be switched on any day."""

SLACK = timedelta(minutes=10)
"""How far an alarm's time may be off the login's."""

SEEN_MAX = 500
"""Ids of alarms that are remembered: five times what one call lists."""


@dataclass(frozen=True)
class AlarmsRead:
    """What a look at the alarms brought."""

    position: Position
    raised: tuple[Receipt, ...] = ()
    notes: tuple[Sentence, ...] = ()


def look(cloud: Api, position: Position, raising: Raising) -> AlarmsRead:
    """Raise the logins of new alarms; where the centre refuses, go on without it, and say so once."""
    now = raising.now
    if position.no_alarms_until and now < position.no_alarms_until:
        return AlarmsRead(position)
    try:
        found = csip.alarms(cloud, since=now - BACK, until=now)
        new = [alarm for alarm in found if alarm.ip and alarm.id not in position.alarms]
        raised = [_raise(cloud, alarm, raising) for alarm in new if _counts(alarm, position, now)]
    except CloudRefused as exc:
        said = () if position.no_alarms_until else (_without(exc),)
        return AlarmsRead(position.model_copy(update={"no_alarms_until": now + ASK_AGAIN}), notes=said)
    except CloudTransient as exc:
        return AlarmsRead(position, notes=(reason(exc),))
    seen = (*position.alarms, *(alarm.id for alarm in new))[-SEEN_MAX:]
    after = position.model_copy(update={"alarms": seen, "no_alarms_until": None})
    return AlarmsRead(after, raised=tuple(raised))


def _without(exc: CloudRefused) -> Sentence:
    why = reason(exc)
    return both(
        f"不使用安全中心的告警：{why.zh}", f"Going on without the alarms of the Cloud Security Center: {why.en}"
    )


def _counts(alarm: Alarm, position: Position, now: datetime) -> bool:
    return alarm.at is None or alarm.at >= max(position.alarms_from, now - BACK)


def _raise(cloud: Api, alarm: Alarm, raising: Raising) -> Receipt:
    """An alarm names nobody: its login in the audit log does, if there is exactly one that fits."""
    event = _login_of(cloud, alarm, raising.now)
    message = raising.found(alarm.ip, alarm.at, [_words(alarm)], event)
    return raising.take(message, alarm.model_dump(mode="json"))


def _login_of(cloud: Api, alarm: Alarm, now: datetime) -> AuditEvent | None:
    address = parse_address(alarm.ip)
    if address is None or alarm.at is None:
        return None
    known = Reported(ip=str(address), at=alarm.at, principal=None)
    found = best_match(around(cloud, alarm.ip, alarm.at, SLACK, now), known, now=now)
    return found if isinstance(found, AuditEvent) else None


def _words(alarm: Alarm) -> Sentence:
    rule = alarm.rule or "?"
    return both(
        f"安全中心告警「{rule}」，来自 {alarm.ip}。",
        f"The Cloud Security Center raised the alarm “{rule}” for {alarm.ip}.",
    )
