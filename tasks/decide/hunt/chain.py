"""The state of a hunt: whom, which keys and which addresses it follows, and what it found."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from tasks.decide.hunt.relations import Relation
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


@dataclass(frozen=True, slots=True)
class Hold:
    """How far a lead is followed.

    Args:
        since: only what happened from then on counts; None for all.
        full: whether what it changes is followed too; not so for those who were merely changed themselves, or one
            administrator in the chain would draw everybody in.
    """

    since: datetime | None
    full: bool

    def admits(self, at: datetime) -> bool:
        """Whether an event of that moment counts."""
        return self.since is None or self.since <= at

    @property
    def widest(self) -> bool:
        """Whether nothing can be wider."""
        return self.full and self.since is None

    def joined(self, other: "Hold") -> "Hold":
        """The wider of both."""
        if self.widest or self is other:
            return self
        since = None if self.since is None or other.since is None else min(self.since, other.since)
        return Hold(since, self.full or other.full)


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """Why somebody is in the chain; the smallest is the earliest and is kept.

    Args:
        by: uin of the actor whose operation it was.
        detail: the key or address, where that is the reason.
    """

    at: datetime
    relation: Relation
    event: str
    operation: str
    by: str
    detail: str = ""


ResourceKey = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is given to a hunt and never changes.

    Args:
        runner: uin of the runbook's own identity, which is no actor whatever it does.
        people: principals that are known, by uin.
        names: their names, and the uin behind each.
    """

    suspect: Principal
    runner: str = ""
    people: dict[str, Principal] = field(default_factory=dict[str, Principal])
    names: dict[str, str] = field(default_factory=dict[str, str])
    max_leads: int = MAX_LEADS


@dataclass(frozen=True, slots=True)
class Chain:
    """All that a hunt has found; whoever extends it works on a copy.

    Args:
        holds: what is followed, and since when.
        evidence: why each actor is in the chain, by uin.
        faces: how each actor looked in its earliest own event, with that event's moment and id.
        named: names that were made or seen, and the identity behind each.
        nameless: names that were changed and that nobody known bears.
        keys: SecretIds that each actor made or used, by uin.
        orphans: keys that were followed before anybody was seen with them, and why.
        seen: ids of events that count, and whether each was a write.
        worst: sensitive events by id.
        asked: leads handed out so far, repeats included.
        gaps: why the chain did not close.
    """

    scope: Scope
    holds: dict[LeadKind, dict[str, Hold]]
    evidence: dict[str, Evidence] = field(default_factory=dict[str, Evidence])
    faces: dict[str, tuple[datetime, str, Principal]] = field(
        default_factory=dict[str, tuple[datetime, str, Principal]]
    )
    named: dict[str, str] = field(default_factory=dict[str, str])
    nameless: dict[str, Evidence] = field(default_factory=dict[str, Evidence])
    keys: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    orphans: dict[str, Evidence] = field(default_factory=dict[str, Evidence])
    addresses: dict[str, datetime] = field(default_factory=dict[str, datetime])
    seen: dict[str, bool] = field(default_factory=dict[str, bool])
    worst: dict[str, SensitiveEvent] = field(default_factory=dict[str, SensitiveEvent])
    resources: dict[ResourceKey, Touched] = field(default_factory=dict[ResourceKey, Touched])
    asked: int = 0
    gaps: tuple[Sentence, ...] = ()

    def copy(self) -> "Chain":
        """A chain of its own, to work on."""
        return replace(
            self,
            holds={kind: dict(holds) for kind, holds in self.holds.items()},
            evidence=dict(self.evidence),
            faces=dict(self.faces),
            named=dict(self.named),
            nameless=dict(self.nameless),
            keys={uin: set(keys) for uin, keys in self.keys.items()},
            orphans=dict(self.orphans),
            addresses=dict(self.addresses),
            seen=dict(self.seen),
            worst=dict(self.worst),
            resources=dict(self.resources),
        )

    def with_gap(self, gap: Sentence) -> "Chain":
        """The chain with one more reason why it did not close."""
        return self if gap in self.gaps else replace(self, gaps=(*self.gaps, gap))
