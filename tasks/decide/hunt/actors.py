"""Who acts in the chain: an actor that is met at the chain's address or key joins it, and its own keys are followed."""

from tasks.decide.hunt.attack_chain import Identity, attribution
from tasks.decide.hunt.extension import Extension
from tasks.decide.hunt.relations import RelationKind
from tasks.decide.hunt.scope_window import ScopeWindow
from tasks.model.audit import AuditEvent


def see_actor(work: Extension, event: AuditEvent, window: ScopeWindow) -> None:
    """Take the actor of an event in, with the key that it used."""
    uin = event.actor.uin
    if not uin:
        return
    _remember(work, event, uin)
    if uin != work.chain.scope.suspect.uin:
        _meet(work, event, uin)
    if event.access_key and event.console is False:
        _use_key(work, event, uin, transitive=window.transitive)


def _remember(work: Extension, event: AuditEvent, uin: str) -> None:
    """Remember how the actor looks in its earliest event."""
    known = work.chain.identities.get(uin)
    if known is None or (event.at, event.id) < (known.at, known.event):
        work.chain.identities[uin] = Identity(event.at, event.id, event.actor)
        work.name(event.actor.name, uin)


def _meet(work: Extension, event: AuditEvent, uin: str) -> None:
    windows = work.chain.windows
    key, address = windows["key"].get(event.access_key), windows["address"].get(event.ip)
    if key is not None and event.console is not True and key.admits(event.at):
        _join(work, event, uin, RelationKind.SIGNED, event.access_key, transitive=key.transitive)
    if address is not None and address.admits(event.at):
        _join(work, event, uin, RelationKind.SAME_ADDRESS, event.ip, transitive=address.transitive)


def _join(
    work: Extension, event: AuditEvent, uin: str, relation: RelationKind, detail: str, *, transitive: bool
) -> None:
    window = ScopeWindow(event.at, transitive)
    old = work.chain.attributions.get(uin)
    if old is None or event.at <= old.at:
        work.attribute(uin, window, attribution(event, relation, detail))
    else:
        work.follow_identity(uin, window)


def _use_key(work: Extension, event: AuditEvent, uin: str, *, transitive: bool) -> None:
    chain, key = work.chain, event.access_key
    chain.keys.setdefault(uin, set()).add(key)
    followed = chain.windows["key"].get(key)
    if followed is None or not followed.widest:
        own = chain.windows["principal"].get(uin)
        since = own.since if own is not None and own.admits(event.at) else event.at
        work.follow("key", key, ScopeWindow(since, transitive))
