"""What the suspect created: users, roles and keys that are contained as well, and nothing besides."""

from pydantic import Field

from tasks.decide.identity import everybody, is_called
from tasks.model.audit import AuditEvent
from tasks.model.base import Value
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Actor, Facts, Trail
from tasks.model.principal import Principal, PrincipalKind


class Created(Value):
    """What the chain created.

    Args:
        principals: users and roles that it created.
        keys: keys that it created for somebody who existed before, and their owners.
    """

    principals: tuple[Principal, ...] = ()
    keys: dict[str, Principal] = Field(default_factory=dict[str, Principal])


def created_by_chain(suspect: Principal, facts: Facts) -> Created:
    """Users, roles and keys created by the suspect, by what it created, or through a role that it assumed."""
    if isinstance(facts.trail, Unknown):
        return Created()
    trail = facts.trail.value
    principals = _principals(suspect, trail.actors)
    agents = _agents(suspect, trail.actors, principals)
    return Created(principals=principals, keys=_keys(agents, trail, facts))


def _principals(suspect: Principal, actors: tuple[Actor, ...]) -> tuple[Principal, ...]:
    """Follow `created_by` from the suspect until nothing is added."""
    created: dict[str, Principal] = {}
    while True:
        agents = _agents(suspect, actors, tuple(created.values()))
        found = {
            actor.principal.uin: actor.principal
            for actor in actors
            if actor.created_by in agents and actor.principal.uin != suspect.uin
        }
        if found.keys() <= created.keys():
            return tuple(created.values())
        created |= found


def _agents(suspect: Principal, actors: tuple[Actor, ...], created: tuple[Principal, ...]) -> frozenset[str]:
    """Uins that act for the suspect: its own, what it created, and the roles of the chain."""
    roles = (actor.principal.uin for actor in actors if actor.principal.kind is PrincipalKind.ROLE)
    return frozenset({suspect.uin, *(one.uin for one in created), *roles})


def _keys(agents: frozenset[str], trail: Trail, facts: Facts) -> dict[str, Principal]:
    """Keys that their calls created and that are not known to be inactive, by id."""
    seen = {key for actor in trail.actors for key in actor.keys}
    listed = {key.key_id: key for key in facts.keys.value} if isinstance(facts.keys, Known) else {}
    found: dict[str, Principal] = {}
    for event in (one.event for one in trail.sensitive if one.event.actor.uin in agents):
        for key_id in sorted((seen | listed.keys()).intersection(event.created)):
            if key_id not in listed:
                found[key_id] = _owner(key_id, event, trail, facts)
            elif listed[key_id].active:
                found[key_id] = listed[key_id].owner
    return found


def _owner(key_id: str, event: AuditEvent, trail: Trail, facts: Facts) -> Principal:
    """Whom the call named; else who used the key and did not create it; else who created it."""
    people = {one.uin: one for one in (*everybody(facts), *(actor.principal for actor in trail.actors))}
    for target in event.targets:
        fitting = tuple(one for one in people.values() if is_called(one, target))
        if len(fitting) == 1:
            return fitting[0]
    users = (actor.principal for actor in trail.actors if key_id in actor.keys)
    return next((one for one in users if one.uin != event.actor.uin), event.actor)
