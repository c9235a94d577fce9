"""One event after another: whether it belongs to the chain, and whom it leads to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nsmallest

from tasks.decide.hunt.catalogue import classify
from tasks.decide.hunt.chain import Chain, Evidence, Hold, LeadKind
from tasks.decide.hunt.relations import Link, Relation, is_login, links_of, name_made
from tasks.decide.hunt.text import overflow_text
from tasks.model.audit import AuditEvent, ResourceRef
from tasks.model.base import Sentence
from tasks.model.facts import SensitiveEvent, Severity, Touched

# Sensitive events kept whole, the worst first: each holds about 3 KB, and nobody reads more.
MAX_SENSITIVE = 5000
# Resources kept by name, the earliest first.
MAX_RESOURCES = 20_000
# Pruning costs a sort: it waits until a quarter too many are there.
_SLACK = 1.25
_OPERATIONS = Sentence(zh="敏感操作", en="sensitive operations")
_RESOURCES = Sentence(zh="受影响的资源", en="affected resources")
_WORST_FIRST = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


@dataclass(slots=True)
class Follower:
    """Extends a chain of its own; `changed` collects the leads that must be read (again)."""

    chain: Chain
    changed: set[tuple[LeadKind, str]] = field(default_factory=set[tuple[LeadKind, str]])

    def take(self, event: AuditEvent) -> None:
        """Count the event, and follow it, if a lead that is held matches it."""
        hold = self._hold_of(event)
        if hold is None:
            return
        known = event.id or f"{event.at} {event.request_id} {event.name}"
        if known not in self.chain.seen:
            self._count(event, known)
        self._lead_on(event, hold)

    def settle(self) -> None:
        """Find the identities behind names that were changed, and drop what is beyond the limits."""
        for name, evidence in self.chain.nameless.items():
            if uin := self.chain.named.get(name):
                self._reach(uin, Hold(evidence.at, full=evidence.relation is Relation.ASSUMED), evidence)
        self._prune()

    def follow(self, kind: LeadKind, value: str, hold: Hold) -> None:
        """Hold a lead, or hold it wider."""
        holds = self.chain.holds[kind]
        old = holds.get(value)
        new = old.joined(hold) if old else hold
        if new != old:
            holds[value] = new
            self.changed.add((kind, value))

    def _hold_of(self, event: AuditEvent) -> Hold | None:
        """The widest of the leads that match the event; None where it is none of the chain's business."""
        uin, at = event.actor.uin, event.at
        scope = self.chain.scope
        if scope.runner and uin == scope.runner != scope.suspect.uin:
            return None
        found: Hold | None = None
        for hold in self._matching(event, uin):
            if hold.widest:
                return hold
            if hold.admits(at):
                found = found.joined(hold) if found else hold
        return found

    def _matching(self, event: AuditEvent, uin: str) -> Iterator[Hold]:
        holds = self.chain.holds
        if (hold := holds["principal"].get(uin)) is not None:
            yield hold
        if (hold := holds["address"].get(event.ip)) is not None:
            yield hold
        # The console signs with keys that many people share: there they say nothing.
        if event.console is not True and (hold := holds["key"].get(event.access_key)) is not None:
            yield hold

    def _count(self, event: AuditEvent, known: str) -> None:
        chain = self.chain
        chain.seen[known] = wrote = event.write is True and event.succeeded and not is_login(event)
        earliest = chain.addresses.get(event.ip)
        if event.ip and (earliest is None or event.at < earliest):
            chain.addresses[event.ip] = event.at
        # A login is how the chain came in, not what it did.
        if (found := classify(event)) is not None and found.tactic != "initial_access":
            chain.worst[known] = found
        if wrote:
            self._touch(event)
        if len(chain.worst) > MAX_SENSITIVE * _SLACK or len(chain.resources) > MAX_RESOURCES * _SLACK:
            self._prune()

    def _touch(self, event: AuditEvent) -> None:
        resources = self.chain.resources
        by = event.actor.label
        for resource in _resources_of(event):
            key = (resource.kind, resource.name, resource.region, event.name, by)
            old = resources.get(key)
            if old is None or event.at < old.at:
                resources[key] = Touched(resource=resource, operation=event.name, at=event.at, by=by)

    def _prune(self) -> None:
        worst, resources = self.chain.worst, self.chain.resources
        if len(worst) > MAX_SENSITIVE:
            kept = nsmallest(MAX_SENSITIVE, worst.items(), key=lambda item: (*_badness(item[1]), item[0]))
            worst.clear()
            worst.update(kept)
            self.chain = self.chain.with_gap(overflow_text(_OPERATIONS, MAX_SENSITIVE))
        if len(resources) > MAX_RESOURCES:
            earliest = nsmallest(MAX_RESOURCES, resources.items(), key=lambda item: (item[1].at, item[0]))
            resources.clear()
            resources.update(earliest)
            self.chain = self.chain.with_gap(overflow_text(_RESOURCES, MAX_RESOURCES))

    def _lead_on(self, event: AuditEvent, hold: Hold) -> None:
        uin = event.actor.uin
        if uin:
            self._see_actor(event, uin)
            if event.access_key and event.console is False:
                self._use_key(event, uin, full=hold.full)
        if event.created or event.targets:
            for link in links_of(event):
                self._link(event, link, hold)

    def _see_actor(self, event: AuditEvent, uin: str) -> None:
        """Remember how the actor looks; one who is met at the chain's address or key joins it."""
        chain = self.chain
        face = chain.faces.get(uin)
        if face is None or (event.at, event.id) < face[:2]:
            chain.faces[uin] = (event.at, event.id, event.actor)
            self._name(event.actor.name, uin)
        if uin == chain.scope.suspect.uin:
            return
        key, address = chain.holds["key"].get(event.access_key), chain.holds["address"].get(event.ip)
        if key is not None and event.console is not True and key.admits(event.at):
            self._meet(event, uin, Relation.SIGNED, event.access_key, full=key.full)
        if address is not None and address.admits(event.at):
            self._meet(event, uin, Relation.SAME_ADDRESS, event.ip, full=address.full)

    def _meet(self, event: AuditEvent, uin: str, relation: Relation, detail: str, *, full: bool) -> None:
        old = self.chain.evidence.get(uin)
        if old is None or event.at <= old.at:
            self._reach(uin, Hold(event.at, full), _evidence(event, relation, detail))
        else:
            self._reach_hold(uin, Hold(event.at, full))

    def _use_key(self, event: AuditEvent, uin: str, *, full: bool) -> None:
        chain, key = self.chain, event.access_key
        chain.keys.setdefault(uin, set()).add(key)
        held = chain.holds["key"].get(key)
        if held is None or not held.widest:
            mine = chain.holds["principal"].get(uin)
            since = mine.since if mine is not None and mine.admits(event.at) else event.at
            self.follow("key", key, Hold(since, full))

    def _link(self, event: AuditEvent, link: Link, hold: Hold) -> None:
        evidence = _evidence(event, link.relation, "")
        if link.key:
            self._link_key(event, link, hold, evidence)
        elif link.by_name:
            if hold.full:
                self._lower(self.chain.nameless, link.value, evidence)
        elif link.relation is Relation.MADE:
            self._reach(link.value, Hold(None, full=hold.full), evidence)
            if name := name_made(event):
                self._name(name, link.value)
        elif hold.full:
            self._reach(link.value, Hold(event.at, full=link.relation is Relation.ASSUMED), evidence)

    def _link_key(self, event: AuditEvent, link: Link, hold: Hold, evidence: Evidence) -> None:
        if link.relation is Relation.KEY_ENABLED:
            if hold.full:
                self.follow("key", link.value, Hold(event.at, full=False))
                self._lower(self.chain.orphans, link.value, evidence)
            return
        self.chain.keys.setdefault(event.actor.uin, set()).add(link.value)
        self.follow("key", link.value, Hold(None, full=hold.full))

    def _reach(self, uin: str, hold: Hold, evidence: Evidence) -> None:
        """Follow somebody, unless he leads to himself or is the runbook."""
        if not uin or (uin == evidence.by and evidence.relation not in (Relation.SIGNED, Relation.SAME_ADDRESS)):
            return
        if self._reach_hold(uin, hold) and uin != self.chain.scope.suspect.uin:
            self._lower(self.chain.evidence, uin, evidence)

    def _reach_hold(self, uin: str, hold: Hold) -> bool:
        if uin == self.chain.scope.runner:
            return False
        self.follow("principal", uin, hold)
        return True

    @staticmethod
    def _lower(known: dict[str, Evidence], value: str, evidence: Evidence) -> None:
        old = known.get(value)
        if old is None or evidence < old:
            known[value] = evidence

    def _name(self, name: str, uin: str) -> None:
        if name and name not in self.chain.scope.names:
            self.chain.named[name] = min(uin, self.chain.named.get(name, uin))


def _badness(found: SensitiveEvent) -> tuple[int, datetime]:
    return (_WORST_FIRST[found.severity], found.event.at)


def _evidence(event: AuditEvent, relation: Relation, detail: str = "") -> Evidence:
    return Evidence(event.at, relation, event.id, event.name, event.actor.uin, detail)


def _resources_of(event: AuditEvent) -> tuple[ResourceRef, ...]:
    """What the record names, and what the answer says was made."""
    named = {resource.name for resource in event.resources}
    made = (each for each in event.created if each not in named)
    return event.resources + tuple(ResourceRef(kind=event.service, name=each, region=event.region) for each in made)
