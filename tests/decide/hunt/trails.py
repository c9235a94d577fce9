"""A trail through invented events, without threads."""

from typing import Any

from tasks.decide.hunt.attack_chain import Lead
from tasks.decide.hunt.trail import extend, first_leads, trail_of
from tasks.model.audit import AuditEvent
from tasks.model.facts import Trail
from tasks.model.principal import Principal
from tests.decide.hunt.audit_log import END, START, reader
from tests.people import ALICE


def followed(
    events: list[AuditEvent], *, suspect: Principal = ALICE, ip: str | None = None, repeat: int = 1, **more: Any
) -> tuple[Trail, list[Lead]]:
    """The trail of a suspect, alice, through these events, and the leads that were read."""
    read = reader(events)
    chain, leads = first_leads(suspect, ip, more.pop("keys", ()), **more)
    asked: list[Lead] = []
    while leads:
        asked += leads
        chain, leads = extend(chain, (event for lead in leads for event in read(lead) * repeat))
    return trail_of(chain, START, END), asked


def uins(trail: Trail) -> list[str]:
    return [actor.principal.uin for actor in trail.actors]
