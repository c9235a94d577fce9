"""One chain while it is being extended, and which leads must be read because of that."""

from dataclasses import dataclass, field

from tasks.decide.hunt.attack_chain import AttackChain, Attribution, LeadKind, keep_earliest
from tasks.decide.hunt.relations import RelationKind
from tasks.decide.hunt.scope_window import ScopeWindow

_MET = (RelationKind.SIGNED, RelationKind.SAME_ADDRESS)
"""Relations that an actor's own event shows: by these it leads to itself."""


@dataclass(slots=True)
class Extension:
    """A chain of its own, to which the events of leads are added.

    Args:
        changed: leads that must be read, or read again from an earlier moment.
    """

    chain: AttackChain
    changed: set[tuple[LeadKind, str]] = field(default_factory=set[tuple[LeadKind, str]])

    def follow(self, kind: LeadKind, value: str, window: ScopeWindow) -> None:
        """Follow a lead, or follow it further."""
        windows = self.chain.windows[kind]
        old = windows.get(value)
        new = old.joined(window) if old else window
        if new != old:
            windows[value] = new
            self.changed.add((kind, value))

    def follow_identity(self, uin: str, window: ScopeWindow) -> bool:
        """Follow an identity, unless it is the runbook's own; whether it is followed."""
        if uin == self.chain.scope.runner:
            return False
        self.follow("principal", uin, window)
        return True

    def attribute(self, uin: str, window: ScopeWindow, found: Attribution) -> None:
        """Take an identity into the chain, unless its own change led to it."""
        if not uin or (uin == found.by and found.relation not in _MET):
            return
        if self.follow_identity(uin, window) and uin != self.chain.scope.suspect.uin:
            keep_earliest(self.chain.attributions, uin, found)

    def name(self, name: str, uin: str) -> None:
        """Remember whose name it is; of several the smallest uin, so that the order of events does not matter."""
        if name and name not in self.chain.scope.names:
            self.chain.names[name] = min(uin, self.chain.names.get(name, uin))
