"""The chain of who did what after the login: what an actor makes or uses becomes an actor.

The result is a fixed point: each event that a lead matches counts once, evidence is the earliest there is, and neither
the order of events nor their repetition changes anything.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tasks.decide.hunt.chain import MAX_LEADS, Chain, Evidence, Hold, Lead, LeadKind, Scope
from tasks.decide.hunt.follow import Follower
from tasks.decide.hunt.relations import Relation
from tasks.decide.hunt.text import cut_text, how_text, nameless_text
from tasks.model.address import is_within
from tasks.model.audit import AuditEvent
from tasks.model.facts import Actor, Trail
from tasks.model.principal import Principal, PrincipalKind

_ALL = Hold(None, full=True)
# Identities before addresses before keys: the first lead most often to the others.
_KIND_ORDER: tuple[LeadKind, ...] = ("principal", "address", "key")
# Ids of roles are longer than any uin.
_ROLE_DIGITS = 16


def first_leads(
    suspect: Principal,
    ip: str | None,
    keys: Iterable[str] = (),
    *,
    own_addresses: Iterable[str] = (),
    runner_uin: str = "",
    people: Iterable[Principal] = (),
    max_leads: int = MAX_LEADS,
) -> tuple[Chain, tuple[Lead, ...]]:
    """An empty chain, and what to read first.

    Args:
        ip: the address of the login; not followed where it is one of the account's own.
        keys: SecretIds of the suspect.
        own_addresses: addresses or networks that many people of the account share.
        runner_uin: the runbook's own identity; it never becomes an actor.
        people: principals that are known, so that a name in a request leads to an id.
    """
    everybody = {each.uin: each for each in (*people, suspect) if each.uin}
    scope = Scope(suspect, runner_uin, everybody, {each.name: uin for uin, each in everybody.items()}, max_leads)
    holds: dict[LeadKind, dict[str, Hold]] = {
        "principal": {suspect.uin: _ALL} if suspect.uin else {},
        "address": {ip: _ALL} if ip and not any(is_within(ip, each) for each in own_addresses) else {},
        "key": dict.fromkeys(sorted(keys), _ALL),
    }
    chain = Chain(scope, holds, named=dict(scope.names), keys={suspect.uin: set(holds["key"])})
    return _ask(chain, {(kind, value) for kind in holds for value in holds[kind]})


def extend(chain: Chain, events: Iterable[AuditEvent]) -> tuple[Chain, tuple[Lead, ...]]:
    """The chain with further events, of one lead or of many, and what to read next.

    A lead that turns out to matter from an earlier moment is handed out again, for events that were read before and
    did not count then do now. Events are consumed one by one; only what matters is kept.
    """
    follower = Follower(chain.copy())
    for event in events:
        follower.take(event)
    follower.settle()
    return _ask(follower.chain, follower.changed)


def trail_of(chain: Chain, since: datetime, until: datetime) -> Trail:
    """What the hunt found, in an order that does not depend on how it was read."""
    gaps = chain.gaps + tuple(
        nameless_text(name, chain.nameless[name].operation) for name in sorted(chain.nameless.keys() - chain.named)
    )
    return Trail(
        since=since,
        until=until,
        closed=not gaps,
        actors=_actors(chain),
        addresses=tuple(sorted(chain.addresses, key=lambda ip: (chain.addresses[ip], ip))),
        events=len(chain.seen),
        writes=sum(chain.seen.values()),
        sensitive=tuple(sorted(chain.worst.values(), key=lambda found: (found.event.at, found.event.id))),
        resources=tuple(
            chain.resources[key] for key in sorted(chain.resources, key=lambda key: (chain.resources[key].at, key))
        ),
        gaps=gaps,
    )


def _ask(chain: Chain, changed: Iterable[tuple[LeadKind, str]]) -> tuple[Chain, tuple[Lead, ...]]:
    """Hand leads out while there are some left."""
    wanted = sorted(changed, key=lambda lead: (_KIND_ORDER.index(lead[0]), lead[1]))
    granted = wanted[: max(chain.scope.max_leads - chain.asked, 0)]
    if len(granted) < len(wanted):
        chain = chain.with_gap(cut_text(chain.scope.max_leads))
    leads = tuple(Lead(kind=kind, value=value) for kind, value in granted)
    return replace(chain, asked=chain.asked + len(leads)), leads


def _actors(chain: Chain) -> tuple[Actor, ...]:
    suspect = chain.scope.suspect
    first = Actor(
        principal=suspect,
        keys=tuple(sorted(chain.keys.get(suspect.uin, ()))),
        how=how_text(Relation.SUSPECT, by="", operation="", detail=""),
    )
    others = sorted((chain.evidence | _unowned(chain)).items(), key=lambda item: (item[1], item[0]))
    return (first, *(_actor(chain, uin, evidence) for uin, evidence in others))


def _unowned(chain: Chain) -> dict[str, Evidence]:
    """Keys that were followed and that nobody was seen with."""
    owned = set[str]().union(*chain.keys.values())
    return {key: evidence for key, evidence in chain.orphans.items() if key not in owned}


def _actor(chain: Chain, uin: str, evidence: Evidence) -> Actor:
    how = how_text(
        evidence.relation,
        by=_principal(chain, evidence.by).label,
        operation=evidence.operation,
        detail=evidence.detail,
    )
    return Actor(
        principal=_principal(chain, uin),
        keys=tuple(sorted(chain.keys.get(uin, ()))),
        how=how,
        created_by=evidence.by if evidence.relation is Relation.MADE else None,
    )


def _principal(chain: Chain, uin: str) -> Principal:
    """The identity as it is known, as it looked in its own events, or as the one who made it named it."""
    if known := chain.scope.people.get(uin):
        return known
    if seen := chain.faces.get(uin):
        return seen[2]
    if uin in chain.orphans:
        return Principal(kind=PrincipalKind.OTHER, uin=uin, name=uin)
    name = min((name for name, bearer in chain.named.items() if bearer == uin), default=uin)
    return Principal(kind=_kind(uin), uin=uin, name=name)


def _kind(uin: str) -> PrincipalKind:
    if not uin.isdecimal():
        return PrincipalKind.CIC
    return PrincipalKind.ROLE if len(uin) >= _ROLE_DIGITS else PrincipalKind.SUB_USER
