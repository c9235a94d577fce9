"""The incident's record: the one source of every report."""

from typing import Any, Literal

from pydantic import Field, ValidationInfo, model_validator

from tasks.model.alert import AnyAlert, with_runbook
from tasks.model.answer import Source
from tasks.model.base import Lang, Line, Moment, Sentence, Value
from tasks.model.decision import Next, Verdict
from tasks.model.explanation import Basis, Explanation
from tasks.model.facts import Actor, AnyFacts, SensitiveEvent, Switch, Touched
from tasks.model.late_event import Looks
from tasks.model.plan import Approval, Outcome, Plan
from tasks.model.policy import Mode


class RecordedAnswer(Value):
    """One answer as the record keeps it."""

    value: Line
    source: Source
    by: Line = ""
    at: Moment | None = None
    evidence: tuple[str, ...] = ()
    why: Sentence


class Impact(Value):
    """What was affected.

    Args:
        affected: the answer of step 6.
    """

    affected: Literal["yes", "no", "unknown"]
    sensitive_events: tuple[SensitiveEvent, ...] = ()
    resources: tuple[Touched, ...] = ()
    actors: tuple[Actor, ...] = ()


class ProtectionOff(Value):
    """A protection that is off, or that nobody could read."""

    principal: Line
    protection: Literal["login", "operation", "offsite"]
    state: Switch


class TimelineEntry(Value):
    """One line of the ledger's hash-chained timeline."""

    seq: int
    at: Moment
    what: Line
    who: Line
    detail: dict[str, Any] = Field(default_factory=dict)
    hash: str


class InCampaign(Value):
    """The campaign that the incident belongs to: several from one address within a short time.

    Args:
        incidents: ids of all its incidents, this one among them.
    """

    id: str
    ip: Line
    incidents: tuple[str, ...]


class Resembling(Value):
    """An earlier incident that may be about the same.

    Args:
        verdict: as what it was closed; None while it is open.
    """

    id: str
    verdict: Line | None = None


class Record(Value):
    """Everything about one incident, as published: `runbooks schema record`.

    Args:
        runbook: name of the runbook that answered it.
        basis: what it was decided by beside alert and facts; null in records of versions that did not keep it.
        explanation: what spoke for and against each answer, and what would have changed the decision.
        drafts: what was drafted for people to send, by name, in the record's language; null where it is not due.
        put_back: what came of undoing `actions`, where they were done at once and it proved harmless.
        undone: what a person undid of `actions` by `runbooks undo`, with who and when.
        looks: how its event was looked for that the audit log did not show at first; None where it did.
    """

    schema_version: Literal[1, 2] = 2
    incident_id: str
    flow_run_id: str
    mode: Mode
    lang: Lang
    opened_at: Moment
    closed_at: Moment | None = None
    runbook: str
    alert: AnyAlert
    facts: AnyFacts | None
    answers: dict[str, RecordedAnswer] = Field(default_factory=dict)
    path: tuple[str, ...] = ()
    contradictions: tuple[Sentence, ...] = ()
    verdict: Verdict
    reasons: tuple[Sentence, ...]
    plan: Plan = Plan()
    approvals: tuple[Approval, ...] = ()
    actions: tuple[Outcome, ...] = ()
    put_back: tuple[Outcome, ...] = ()
    undone: tuple[Outcome, ...] = ()
    impact: Impact
    next: Next
    protections_off: tuple[ProtectionOff, ...] = ()
    permissions_missing: tuple[str, ...] = ()
    reported_by: tuple[Line, ...] = ()
    campaign: InCampaign | None = None
    resembles: Resembling | None = None
    basis: Basis | None = None
    explanation: Explanation | None = None
    looks: Looks | None = None
    drafts: dict[str, str | None] = Field(default_factory=dict)
    timeline: tuple[TimelineEntry, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _of_the_only_one(cls, data: Any, info: ValidationInfo) -> Any:
        """A record of version 1 does not say whose it is; who reads it back knows."""
        return with_runbook(data, info)
