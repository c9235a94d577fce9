"""The chain of who did what since it began: what an actor creates or uses becomes an actor.

The result is a fixed point: each event that a lead matches counts once, each attribution is the earliest there is, and
neither the order of events nor their repetition changes anything.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tasks.decide.hunt.attack_chain import MAX_LEADS, AttackChain, Attribution, Lead, LeadKind, Scope
from tasks.decide.hunt.explanations import cut_text, how_text, unattributed_text
from tasks.decide.hunt.extension import Extension
from tasks.decide.hunt.follow import settle, take
from tasks.decide.hunt.relations import RelationKind
from tasks.decide.hunt.scope_window import ScopeWindow
from tasks.model.address import is_within, parse_address
from tasks.model.audit import AuditEvent
from tasks.model.facts import Actor, Trail
from tasks.model.principal import Principal, PrincipalKind

_ALL = ScopeWindow(None, transitive=True)
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
) -> tuple[AttackChain, tuple[Lead, ...]]:
    """An empty chain, and what to read first.

    A suspect of kind `other` that is one of the keys is that key alone: whose it is, is not followed.

    Args:
        ip: the address that the suspect came from; not followed where it is one of the account's own, or no address
            but a service's name, as records have in its place.
        keys: SecretIds of the suspect.
        own_addresses: addresses or networks that many people of the account share.
        runner_uin: the runbook's own identity; it never becomes an actor.
        people: principals that are known, so that a name in a request leads to an id.
    """
    keys = tuple(sorted(keys))
    everybody = {each.uin: each for each in (*people, suspect) if each.uin}
    names = {each.name: uin for uin, each in everybody.items()}
    key = suspect.uin if suspect.kind is PrincipalKind.OTHER and suspect.uin in keys else ""
    scope = Scope(suspect, runner_uin, everybody, names, max_leads, key)
    windows: dict[LeadKind, dict[str, ScopeWindow]] = {
        "principal": {suspect.uin: _ALL} if suspect.uin and not key else {},
        "address": {ip: _ALL} if ip and parse_address(ip) and not _is_shared(ip, own_addresses) else {},
        "key": dict.fromkeys(keys, _ALL),
    }
    chain = AttackChain(scope, windows, names=dict(scope.names), keys={suspect.uin: set(windows["key"])})
    return _hand_out(chain, {(kind, value) for kind in windows for value in windows[kind]})


def _is_shared(ip: str, own_addresses: Iterable[str]) -> bool:
    return any(is_within(ip, each) for each in own_addresses)


def extend(chain: AttackChain, events: Iterable[AuditEvent]) -> tuple[AttackChain, tuple[Lead, ...]]:
    """The chain with further events, of one lead or of many, and what to read next.

    A lead that turns out to matter from an earlier moment is handed out again, for events that were read before and
    did not count then do now. Events are consumed one by one; only what matters is kept.
    """
    work = Extension(chain.copy())
    for event in events:
        take(work, event)
    settle(work)
    return _hand_out(work.chain, work.changed)


def trail_of(chain: AttackChain, since: datetime, until: datetime) -> Trail:
    """What the hunt found, in an order that does not depend on how it was read."""
    gaps = chain.gaps + tuple(
        unattributed_text(name, chain.unattributed[name].operation)
        for name in sorted(chain.unattributed.keys() - chain.names)
    )
    return Trail(
        since=since,
        until=until,
        closed=not gaps,
        actors=_actors(chain),
        addresses=tuple(sorted(chain.addresses, key=lambda ip: (chain.addresses[ip], ip))),
        events=len(chain.events),
        writes=sum(chain.events.values()),
        sensitive=tuple(sorted(chain.sensitive.values(), key=lambda found: (found.event.at, found.event.id))),
        resources=tuple(
            chain.resources[key] for key in sorted(chain.resources, key=lambda key: (chain.resources[key].at, key))
        ),
        gaps=gaps,
    )


def _hand_out(chain: AttackChain, changed: Iterable[tuple[LeadKind, str]]) -> tuple[AttackChain, tuple[Lead, ...]]:
    """Hand leads out while there are some left."""
    wanted = sorted(changed, key=lambda lead: (_KIND_ORDER.index(lead[0]), lead[1]))
    granted = wanted[: max(chain.scope.max_leads - chain.leads_given, 0)]
    if len(granted) < len(wanted):
        chain = chain.with_gap(cut_text(chain.scope.max_leads))
    leads = tuple(Lead(kind=kind, value=value) for kind, value in granted)
    return replace(chain, leads_given=chain.leads_given + len(leads)), leads


def _actors(chain: AttackChain) -> tuple[Actor, ...]:
    suspect = chain.scope.suspect
    first = Actor(
        principal=suspect,
        keys=tuple(sorted(chain.keys.get(suspect.uin, ()))),
        how=how_text(RelationKind.SUSPECT, by="", operation="", detail=""),
    )
    others = sorted((chain.attributions | _unlinked(chain)).items(), key=lambda item: (item[1], item[0]))
    return (first, *(_actor(chain, uin, found) for uin, found in others))


def _unlinked(chain: AttackChain) -> dict[str, Attribution]:
    """Keys that were followed and that nobody was seen with."""
    owned = set[str]().union(*chain.keys.values())
    return {key: found for key, found in chain.unlinked.items() if key not in owned}


def _actor(chain: AttackChain, uin: str, found: Attribution) -> Actor:
    how = how_text(
        found.relation,
        by=_principal(chain, found.by).label,
        operation=found.operation,
        detail=found.detail,
    )
    return Actor(
        principal=_principal(chain, uin),
        keys=tuple(sorted(chain.keys.get(uin, ()))),
        how=how,
        created_by=found.by if found.relation is RelationKind.CREATED else None,
    )


def _principal(chain: AttackChain, uin: str) -> Principal:
    """The identity as it is known, as it looked in its own events, or as the one who created it named it."""
    if known := chain.scope.people.get(uin):
        return known
    if seen := chain.identities.get(uin):
        return seen.principal
    if uin in chain.unlinked:
        return Principal(kind=PrincipalKind.OTHER, uin=uin, name=uin)
    name = min((name for name, bearer in chain.names.items() if bearer == uin), default=uin)
    return Principal(kind=_kind(uin), uin=uin, name=name)


def _kind(uin: str) -> PrincipalKind:
    if not uin.isdecimal():
        return PrincipalKind.CIC
    return PrincipalKind.ROLE if len(uin) >= _ROLE_DIGITS else PrincipalKind.SUB_USER
