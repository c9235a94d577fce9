"""An invented account and a log of what was done in it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tasks.decide.hunt.attack_chain import Lead
from tasks.model.audit import AuditEvent
from tasks.model.principal import Principal

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
END = START + timedelta(hours=6)
BAD_IP = "203.0.113.66"
OTHER_IP = "198.51.100.20"


_number = count()


def done(actor: Principal, operation: str, minute: float, **more: Any) -> AuditEvent:
    """One event, such as `done(ALICE, "cam:AddUser", 5)`: by API, a write, from an address of no interest."""
    service, name = operation.split(":")
    given: dict[str, Any] = {
        "id": f"event-{next(_number)}",
        "at": START + timedelta(minutes=minute),
        "service": service,
        "name": name,
        "actor": actor,
        "ip": OTHER_IP,
        "console": False,
        "write": not name.startswith(("Describe", "Get", "List")),
    }
    return AuditEvent.model_validate(given | more)


def matches(lead: Lead, event: AuditEvent) -> bool:
    """Whether the cloud would give the event for the lead."""
    return {"principal": event.actor.uin, "address": event.ip, "key": event.access_key}[lead.kind] == lead.value


def reader(events: Iterable[AuditEvent]) -> Callable[[Lead], list[AuditEvent]]:
    """A log that answers leads as the cloud does, newest first."""
    log = sorted(events, key=lambda event: event.at, reverse=True)
    return lambda lead: [event for event in log if matches(lead, event)]
