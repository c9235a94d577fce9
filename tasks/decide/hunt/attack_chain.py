"""The state of a hunt: whom, which keys and which addresses it follows, and what it found."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from tasks.decide.hunt.relations import RelationKind
from tasks.decide.hunt.scope_window import ScopeWindow
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence, Value
from tasks.model.facts import SensitiveEvent, Touched
from tasks.model.principal import Principal

# Reads of one hunt: at 20 requests a second more would outlast any budget; a real chain has a dozen.
MAX_LEADS = 50

LeadKind = Literal["principal", "address", "key"]


class Lead(Value):
    """Something to read the audit log by.

    Args:
        value: a uin or role id, an address, or a SecretId.
    """

    kind: LeadKind
    value: str


@dataclass(frozen=True, slots=True, order=True)
class Attribution:
    """Why somebody is in the chain; the smallest is the earliest and is kept.

    Args:
        event: id of the event.
        by: uin of the actor whose operation it was.
        detail: the key or address, where that is the reason.
    """

    at: datetime
    relation: RelationKind
    event: str
    operation: str
    by: str
    detail: str = ""


def attribution(event: AuditEvent, relation: RelationKind, detail: str = "") -> Attribution:
    """That somebody is in the chain by this event."""
    return Attribution(event.at, relation, event.id, event.name, event.actor.uin, detail)


def keep_earliest(known: dict[str, Attribution], value: str, found: Attribution) -> None:
    """Remember an attribution, unless there is an earlier one."""
    old = known.get(value)
    if old is None or found < old:
        known[value] = found


@dataclass(frozen=True, slots=True)
class Identity:
    """How an actor looked in one of its own events; the smallest is the earliest and is kept."""

    at: datetime
    event: str
    principal: Principal


ResourceKey = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is given to a hunt and never changes.

    Args:
        runner: uin of the runbook's own identity, which is no actor whatever it does.
        people: principals that are known, by uin.
        names: their names, and the uin behind each.
        key: the SecretId that is the suspect, where that is a key alone; else empty.
    """

    suspect: Principal
    runner: str = ""
    people: dict[str, Principal] = field(default_factory=dict[str, Principal])
    names: dict[str, str] = field(default_factory=dict[str, str])
    max_leads: int = MAX_LEADS
    key: str = ""


@dataclass(frozen=True, slots=True)
class AttackChain:
    """All that a hunt has found; whoever extends it works on a copy.

    Args:
        windows: what is followed, and how far.
        attributions: why each actor is in the chain, by uin.
        identities: how each actor looked in its earliest own event, by uin.
        names: names that were created or seen, and the uin behind each.
        unattributed: names that were changed and that nobody known bears.
        keys: SecretIds that each actor created or used, by uin.
        unlinked: keys that were followed before anybody was seen with them, and why.
        events: ids of events that count, and whether each was a write.
        sensitive: sensitive events by id, the most severe where there are too many.
        leads_given: leads handed out so far, repeats included.
        gaps: why the chain did not close.
    """

    scope: Scope
    windows: dict[LeadKind, dict[str, ScopeWindow]]
    attributions: dict[str, Attribution] = field(default_factory=dict[str, Attribution])
    identities: dict[str, Identity] = field(default_factory=dict[str, Identity])
    names: dict[str, str] = field(default_factory=dict[str, str])
    unattributed: dict[str, Attribution] = field(default_factory=dict[str, Attribution])
    keys: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    unlinked: dict[str, Attribution] = field(default_factory=dict[str, Attribution])
    addresses: dict[str, datetime] = field(default_factory=dict[str, datetime])
    events: dict[str, bool] = field(default_factory=dict[str, bool])
    sensitive: dict[str, SensitiveEvent] = field(default_factory=dict[str, SensitiveEvent])
    resources: dict[ResourceKey, Touched] = field(default_factory=dict[ResourceKey, Touched])
    leads_given: int = 0
    gaps: tuple[Sentence, ...] = ()

    def copy(self) -> "AttackChain":
        """A chain of its own, to work on."""
        return replace(
            self,
            windows={kind: dict(windows) for kind, windows in self.windows.items()},
            attributions=dict(self.attributions),
            identities=dict(self.identities),
            names=dict(self.names),
            unattributed=dict(self.unattributed),
            keys={uin: set(keys) for uin, keys in self.keys.items()},
            unlinked=dict(self.unlinked),
            addresses=dict(self.addresses),
            events=dict(self.events),
            sensitive=dict(self.sensitive),
            resources=dict(self.resources),
        )

    def with_gap(self, gap: Sentence) -> "AttackChain":
        """The chain with one more reason why it did not close."""
        return self if gap in self.gaps else replace(self, gaps=(*self.gaps, gap))
