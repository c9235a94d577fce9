"""The ledger's tables; every write about an incident goes with an entry in `timeline`."""

import json
from datetime import UTC, datetime
from typing import cast

from pydantic import JsonValue
from sqlalchemy import (
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from tasks.errors import LedgerError
from tasks.ledger.canonical import Json, canonical


def moment_text(moment: datetime) -> str:
    """Spell a time in UTC at fixed width, so that text order is time order."""
    if moment.tzinfo is None:
        raise LedgerError("The ledger keeps only times with a zone.")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class MomentText(TypeDecorator[datetime]):
    """A time as text, for SQLite forgets zones and hashes need one spelling on every database."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - theirs
        """Spell it for the database."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - theirs
        """Read it back."""
        return None if value is None else datetime.fromisoformat(value)


class Document(TypeDecorator[Json]):
    """A JSON value as its canonical text: what is stored is what was hashed, on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str:  # noqa: ARG002 - theirs
        """Spell it for the database."""
        return canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> JsonValue:  # noqa: ARG002 - theirs
        """Read it back."""
        return None if value is None else cast("JsonValue", json.loads(value))


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("dedupe_key", Text, nullable=False, unique=True),
    Column("account", Text, nullable=False),
    Column("runbook", Text, nullable=False),
    Column("alert", Document, nullable=False),
    Column("mode", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("verdict", Text),
    Column("flow_run_id", Text, unique=True),
    Column("opened_at", MomentText, nullable=False),
    Column("closed_at", MomentText),
    Column("resembles", Text),
    Index("ix_incidents_status", "status"),
)

# The head of each timeline; its row is also the lock that makes writers of one incident queue up.
chains = Table(
    "chains",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", MomentText, nullable=False),
    Column("what", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("detail", Document, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("incident_id", "seq"),
)

leases = Table(
    "leases",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", MomentText, nullable=False),
)

# What befell an incident's run, counted for every process alike: how often in a row it stopped and was taken up again,
# how often a person cancelled it (at `cancelled_at`, until it is said what is to become of it), and how many runs were
# lost. `first_run` is the one whose results a later run goes on from.
troubles = Table(
    "troubles",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), primary_key=True),
    Column("stops", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("cancels", Integer, nullable=False),
    Column("cancelled_at", MomentText),
    Column("lost", Integer, nullable=False),
    Column("first_run", Text),
)

# The engines whose runs answer incidents, and the process that said last that one lives.
engines = Table(
    "engines",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("seen_at", MomentText, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), primary_key=True),
    Column("body", Document, nullable=False),
    Column("at", MomentText, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Text, primary_key=True),
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", MomentText, nullable=False),
    Column("body", Document, nullable=False),
    UniqueConstraint("incident_id", "source", "request_id", "sha256"),
)

answers = Table(
    "answers",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("value", Document, nullable=False),
    Column("by", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", MomentText, nullable=False),
    PrimaryKeyConstraint("incident_id", "key"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("plan_hash", Text, nullable=False),
    Column("approver", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("decision", Text, nullable=False),
    Column("actions", Document, nullable=False),
    Column("at", MomentText, nullable=False),
    PrimaryKeyConstraint("incident_id", "plan_hash", "approver"),
)

actions = Table(
    "actions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("plan_hash", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("request", Document, nullable=False),
    Column("status", Text, nullable=False),
    Column("before", Document, nullable=False),
    Column("result", Document, nullable=False),
    Column("claimed_at", MomentText, nullable=False),
    Column("before_at", MomentText),
    Column("confirmed_at", MomentText),
    UniqueConstraint("incident_id", "kind", "target", "plan_hash"),
)

# Every alert as it came, whoever sent it; several may be witnesses of one incident.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("road", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", Document, nullable=False),
    Column("runbook", Text, nullable=False),
    Column("alert", Document, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("ip", Text, nullable=False),
    Column("place", Document, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("login_at", MomentText),
    Column("at", MomentText, nullable=False),
    Index("ix_alerts_event_id", "event_id"),
    Index("ix_alerts_incident_id", "incident_id"),
    Index("ix_alerts_ip", "ip"),
    Index("ix_alerts_principal", "principal"),
    Index("ix_alerts_sha256", "sha256"),
)

# Messages that nobody understood; as long as nobody has handled one, its repetitions are counted in its row.
UNHANDLED = text("handled_at IS NULL")
messages = Table(
    "messages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("road", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("why", Document, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_at", MomentText, nullable=False),
    Column("last_at", MomentText, nullable=False),
    Column("handled_by", Text),
    Column("handled_at", MomentText),
    Column("incident_id", Text, ForeignKey("incidents.id")),
    Index(
        "ix_messages_unhandled",
        "source",
        "sha256",
        unique=True,
        sqlite_where=UNHANDLED,
        postgresql_where=UNHANDLED,
    ),
)

# Facts and policy by which an incident was contained before its run began; the run goes on from exactly these.
head_starts = Table(
    "head_starts",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), primary_key=True),
    Column("body", Document, nullable=False),
    Column("at", MomentText, nullable=False),
)

# What was used once and may not be used again: signatures of senders.
nonces = Table(
    "nonces",
    metadata,
    Column("source", Text, nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("until", MomentText, nullable=False),
    PrimaryKeyConstraint("source", "nonce"),
    Index("ix_nonces_until", "until"),
)

# Which incident an event belongs to that the cloud has an id for; the first of them were logins of the audit log.
# What the log says of it is kept to compare reports with. `sole_of` holds an incident to one event; it is null for
# further events that an earlier version let an incident have.
logins = Table(
    "logins",
    metadata,
    Column("endpoint", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("sole_of", Text),
    Column("account", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("uin", Text, nullable=False),
    Column("ip", Text, nullable=False),
    Column("place", Document, nullable=False),
    Column("happened_at", MomentText),
    PrimaryKeyConstraint("endpoint", "event_id"),
    Index("ix_logins_incident_id", "incident_id"),
    Index("ix_logins_ip", "ip"),
    Index("ix_logins_sole_of", "sole_of", unique=True),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Text, primary_key=True),
    Column("endpoint", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("ip", Text, nullable=False),
    Column("opened_at", MomentText, nullable=False),
    Index("ix_campaigns_ip", "ip"),
)

campaign_members = Table(
    "campaign_members",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), primary_key=True),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False),
    Index("ix_campaign_members_campaign_id", "campaign_id"),
)

# One-time links with which people show which address a device of theirs has; only hashes of them are kept.
checkins = Table(
    "checkins",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("person", Text, nullable=False),
    Column("made_at", MomentText, nullable=False),
    Column("expires_at", MomentText, nullable=False),
    Column("used_at", MomentText),
    Column("address", Text),
    Index("ix_checkins_incident_id", "incident_id"),
)

# Events that the audit log did not show when facts were gathered: how they are looked for, and what turned up.
late_events = Table(
    "late_events",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), primary_key=True),
    Column("policy", Document, nullable=False),
    Column("first_at", MomentText, nullable=False),
    Column("last_at", MomentText, nullable=False),
    Column("due_at", MomentText),
    Column("looks", Integer, nullable=False),
    Column("said", Document, nullable=False),
    Column("event_id", Text),
    Column("facts", Document, nullable=False),
    Column("found_at", MomentText),
    Column("cut_key", Text),
    Column("taken_at", MomentText),
    Index("ix_late_events_due_at", "due_at"),
)

# Identities that were contained before anybody was asked, which the breaker of mode auto counts.
unasked = Table(
    "unasked",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("uin", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("at", MomentText, nullable=False),
    PrimaryKeyConstraint("incident_id", "uin"),
    Index("ix_unasked_at", "at"),
)

# Signed heads of timelines, one after the other for the whole ledger: none can be taken out unseen. An incident that is
# deleted leaves its seals behind, so there is no foreign key.
seals = Table(
    "seals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("incident_id", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    Column("at", MomentText, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("signature", Text, nullable=False),
    UniqueConstraint("incident_id", "seq"),
)

# Acts that failed for a reason that may pass, and are tried again while the incident is open.
tries = Table(
    "tries",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("plan_hash", Text, nullable=False),
    Column("request", Document, nullable=False),
    Column("by", Text, nullable=False),
    Column("made", Integer, nullable=False),
    Column("due_at", MomentText),
    Column("held_until", MomentText),
    Column("taken_at", MomentText),
    PrimaryKeyConstraint("incident_id", "kind", "target", "plan_hash"),
    Index("ix_tries_due_at", "due_at"),
)

# Where a watcher of the audit log was.
cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Document, nullable=False),
    Column("at", MomentText, nullable=False),
)

# Journeys that people announced.
journeys = Table(
    "journeys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("principal", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("since", MomentText, nullable=False),
    Column("until", MomentText, nullable=False),
    Column("why", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", MomentText, nullable=False),
    Column("ended_by", Text),
    Column("ended_at", MomentText),
)
