"""What the ledger hands out: frozen values, one for each kind of row.

`seq` is the number of the timeline entry that recorded the row; rows come in that order.
"""

from enum import StrEnum

from pydantic import JsonValue

from tasks.model.base import Moment, Sentence, Value


class IncidentStatus(StrEnum):
    """Whether an incident is still being worked on."""

    OPEN = "open"
    CLOSED = "closed"


DUPLICATE = "duplicate"
"""Verdict of an incident, and name of a run's state, which another incident answers."""


class Incident(Value):
    """What happened once, however often it was reported.

    Args:
        endpoint: the cloud it was opened against; empty for the real one.
        resembles: an earlier incident that may be about the same.
    """

    id: str
    dedupe_key: str
    account: str
    runbook: str
    alert: JsonValue
    mode: str
    endpoint: str
    lang: str
    status: IncidentStatus
    verdict: str | None
    flow_run_id: str | None
    opened_at: Moment
    closed_at: Moment | None
    resembles: str | None = None


class ReceivedAlert(Value):
    """One report of an incident, as it came.

    `body` is the message with its secrets masked, `sha256` that of the message itself.
    """

    id: str
    incident_id: str
    seq: int
    source: str
    road: str
    sha256: str
    body: JsonValue
    runbook: str
    alert: JsonValue
    at: Moment


class KeptMessage(Value):
    """A message that nobody understood, with its secrets masked, until a person has handled it.

    `count` is how often it came; `incident_id` is what a person opened with it, None where it was about nothing.
    """

    id: str
    source: str
    road: str
    content_type: str
    sha256: str
    body: str
    why: Sentence
    count: int
    first_at: Moment
    last_at: Moment
    handled_by: str | None
    handled_at: Moment | None
    incident_id: str | None


class Campaign(Value):
    """Incidents that one address made within a short time."""

    id: str
    account: str
    ip: str
    opened_at: Moment
    incident_ids: tuple[str, ...]


class EvidenceRow(Value):
    """A masked raw answer of a source, with what proves it."""

    id: str
    incident_id: str
    seq: int
    source: str
    request_id: str
    sha256: str
    at: Moment
    body: JsonValue


class AnswerRow(Value):
    """The first, hence final, answer to a question."""

    incident_id: str
    key: str
    seq: int
    question: str
    value: JsonValue
    by: str
    source: str
    at: Moment


class ApprovalRow(Value):
    """What one approver decided on exactly one plan; first and final."""

    incident_id: str
    plan_hash: str
    approver: str
    seq: int
    decision: str
    actions: tuple[str, ...]
    at: Moment


class ActionRow(Value):
    """One act on the cloud; `status` is `claimed` until it is confirmed, then the confirmed one.

    `before_at` tells whether the state before the act was kept, for `before` may be null.
    """

    id: str
    incident_id: str
    seq: int
    kind: str
    target: str
    plan_hash: str
    owner: str
    request: JsonValue
    status: str
    before: JsonValue
    result: JsonValue
    claimed_at: Moment
    before_at: Moment | None
    confirmed_at: Moment | None

    @property
    def name(self) -> str:
        """Kind and target in one word."""
        return f"{self.kind}:{self.target}"


class ClaimState(StrEnum):
    """What a claim allows: act, read the cloud first, or nothing more."""

    FRESH = "fresh"
    UNFINISHED = "unfinished"
    DONE = "done"


class Claim(Value):
    """The answer to "may I do this?", with the action as the ledger knows it."""

    state: ClaimState
    action: ActionRow


class Lease(Value):
    """Who drives an incident, and until when."""

    incident_id: str
    owner: str
    until: Moment


class Engine(Value):
    """A Prefect database that works on this ledger, and the process that said last that it lives."""

    id: str
    owner: str
    seen_at: Moment


class Trouble(Value):
    """What befell an incident's run.

    Args:
        stops: how often in a row it stopped without having been told to, and was taken up again.
        why: why it stopped last, as the engine or the database said; empty where nobody said.
        cancels: how often a person cancelled it.
        cancelled_at: when a person cancelled it who has not said yet what is to become of it; else None.
        lost: how many runs the engine does not know any more.
        first_run: the first of them, whose results its later runs go on from; None where none was lost.
    """

    incident_id: str
    stops: int = 0
    why: str = ""
    cancels: int = 0
    cancelled_at: Moment | None = None
    lost: int = 0
    first_run: str | None = None


class LateEvent(Value):
    """An event that the audit log did not show when facts were gathered, and how it is looked for again.

    Args:
        policy: of the run that lacks it: what turns up is gathered by the same.
        first_at: when it was looked for first; last_at: when last.
        due_at: when it is looked for next; None where that is over.
        looks: how many there were after the first.
        said: why the last one did not find it, a sentence; null where it did.
        event_id: the cloud's own id of what turned up.
        cut_key: the wait that its turning up ended; None where none was ended.
        taken_at: since when the run goes on from it.
    """

    incident_id: str
    policy: JsonValue
    first_at: Moment
    last_at: Moment
    due_at: Moment | None
    looks: int
    said: JsonValue
    event_id: str | None
    found_at: Moment | None
    cut_key: str | None
    taken_at: Moment | None


class Try(Value):
    """An act that failed and is tried again.

    Args:
        plan_hash: of the plan under which it failed; the tries have others.
        request: the action.
        by: who approved it.
        made: how often it was tried again.
        due_at: when it is tried next; None where that is over.
        held_until: until when a process has a try in hand; None where none has.
        taken_at: since when the run goes on from what came of it.
    """

    incident_id: str
    kind: str
    target: str
    plan_hash: str
    request: JsonValue
    by: str
    made: int
    due_at: Moment | None
    held_until: Moment | None
    taken_at: Moment | None


class TimelineRow(Value):
    """One line of an incident's timeline, chained to the one before."""

    incident_id: str
    seq: int
    at: Moment
    what: str
    who: str
    detail: JsonValue
    prev_hash: str
    hash: str


class SealRow(Value):
    """A signed head of an incident's timeline: that it had so many entries, the last with this hash.

    Args:
        number: of all seals of the ledger, from 1.
        seq: how many entries there were.
        head: the last one's hash.
        key_id: which key signed.
        previous: hash of the seal before it, of whichever incident.
        signature: Ed25519, in base64, over the canonical spelling of all the other fields.
    """

    number: int
    incident_id: str
    seq: int
    head: str
    at: Moment
    key_id: str
    previous: str
    signature: str


class Dossier(Value):
    """All that the ledger holds of an incident: its rows by table, each column as it is stored."""

    incident_id: str
    tables: dict[str, tuple[dict[str, JsonValue], ...]]


class ChainOk(Value):
    """The timeline is whole: so many entries, the last with this hash."""

    length: int
    head: str


class ChainBroken(Value):
    """The timeline was changed from outside, first seen at this entry."""

    seq: int
    why: str


class JourneyRow(Value):
    """A journey that somebody announced.

    Args:
        since, until: as announced; `ended_at` is when it was said to be over before that.
    """

    id: str
    principal: str
    place: str
    since: Moment
    until: Moment
    why: str
    added_by: str
    added_at: Moment
    ended_by: str | None = None
    ended_at: Moment | None = None
