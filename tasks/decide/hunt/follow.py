"""One event after another: whether it belongs to the chain, and whom it leads to."""

from collections.abc import Iterator

from tasks.decide.hunt.activity import count, prune
from tasks.decide.hunt.actors import see_actor
from tasks.decide.hunt.attack_chain import AttackChain, Attribution, attribution, keep_earliest
from tasks.decide.hunt.extension import Extension
from tasks.decide.hunt.relations import Relation, RelationKind, name_created, relations_of
from tasks.decide.hunt.scope_window import ScopeWindow
from tasks.model.audit import AuditEvent


def take(work: Extension, event: AuditEvent) -> None:
    """Count the event, and follow it, if a lead that is followed matches it."""
    event = _as_the_key(work.chain, event)
    window = _window_of(work.chain, event)
    if window is None:
        return
    count(work, event)
    see_actor(work, event, window)
    if event.created or event.targets:
        for relation in relations_of(event):
            _follow_relation(work, event, relation, window)


def settle(work: Extension) -> None:
    """Find the identities behind names that were changed, and drop what is beyond the limits."""
    for name, found in work.chain.unattributed.items():
        if uin := work.chain.names.get(name):
            work.attribute(uin, ScopeWindow(found.at, found.relation is RelationKind.ASSUMED), found)
    prune(work)


def _as_the_key(chain: AttackChain, event: AuditEvent) -> AuditEvent:
    """Where the suspect is a key alone, what is signed with it is the key's doing, not its owner's."""
    key = chain.scope.key
    if not key or event.access_key != key or event.console is True:
        return event
    return event.model_copy(update={"actor": chain.scope.suspect})


def _window_of(chain: AttackChain, event: AuditEvent) -> ScopeWindow | None:
    """The widest of the leads that match the event; None where it is none of the chain's business."""
    uin, scope = event.actor.uin, chain.scope
    if scope.runner and uin == scope.runner != scope.suspect.uin:
        return None
    found: ScopeWindow | None = None
    for window in _matching(chain, event):
        if window.widest:
            return window
        if window.admits(event.at):
            found = found.joined(window) if found else window
    return found


def _matching(chain: AttackChain, event: AuditEvent) -> Iterator[ScopeWindow]:
    windows = chain.windows
    if (window := windows["principal"].get(event.actor.uin)) is not None:
        yield window
    if (window := windows["address"].get(event.ip)) is not None:
        yield window
    # The console signs with keys that many people share: there they say nothing.
    if event.console is not True and (window := windows["key"].get(event.access_key)) is not None:
        yield window


def _follow_relation(work: Extension, event: AuditEvent, relation: Relation, window: ScopeWindow) -> None:
    found = attribution(event, relation.kind)
    if relation.key:
        _follow_key(work, event, relation, window, found)
    elif relation.by_name:
        if window.transitive:
            keep_earliest(work.chain.unattributed, relation.value, found)
    elif relation.kind is RelationKind.CREATED:
        work.attribute(relation.value, ScopeWindow(None, window.transitive), found)
        work.name(name_created(event), relation.value)
    elif window.transitive:
        work.attribute(relation.value, ScopeWindow(event.at, relation.kind is RelationKind.ASSUMED), found)


def _follow_key(
    work: Extension, event: AuditEvent, relation: Relation, window: ScopeWindow, found: Attribution
) -> None:
    if relation.kind is not RelationKind.KEY_ENABLED:
        work.chain.keys.setdefault(event.actor.uin, set()).add(relation.value)
        work.follow("key", relation.value, ScopeWindow(None, window.transitive))
    elif window.transitive:
        work.follow("key", relation.value, ScopeWindow(event.at, transitive=False))
        keep_earliest(work.chain.unlinked, relation.value, found)
