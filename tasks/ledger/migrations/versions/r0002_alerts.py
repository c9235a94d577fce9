"""Alerts as they came, what they have in common, and what is remembered between them.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.String(27)
HASH = sa.String(64)


def upgrade() -> None:
    """Make the step."""
    op.create_index("ix_incidents_status", "incidents", ["status"])
    _alerts()
    _remembered()
    _campaigns()
    _checkins()


def downgrade() -> None:
    """Take the step back, with all that was kept."""
    for table in ("checkins", "campaign_members", "campaigns", "cursors", "logins", "nonces", "head_starts", "alerts"):
        op.drop_table(table)
    op.drop_index("ix_incidents_status", "incidents")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, MOMENT, nullable=null)


def _incident(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], f"fk_{table}_incident_id")


def _alerts() -> None:
    op.create_table(
        "alerts",
        _text("id"),
        _text("incident_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("source"),
        _text("road"),
        sa.Column("sha256", HASH, nullable=False),
        _text("body"),
        _text("alert"),
        _text("endpoint"),
        _text("account"),
        _text("principal"),
        _text("ip"),
        _moment("login_at", null=True),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        _incident("alerts"),
    )
    for column in ("incident_id", "ip", "principal"):
        op.create_index(f"ix_alerts_{column}", "alerts", [column])


def _remembered() -> None:
    op.create_table(
        "head_starts",
        _text("incident_id"),
        _text("body"),
        _moment("at"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_head_starts"),
        _incident("head_starts"),
    )
    op.create_table(
        "nonces",
        _text("source"),
        sa.Column("nonce", HASH, nullable=False),
        _moment("until"),
        sa.PrimaryKeyConstraint("source", "nonce", name="pk_nonces"),
    )
    op.create_index("ix_nonces_until", "nonces", ["until"])
    op.create_table(
        "logins",
        _text("endpoint"),
        _text("event_id"),
        _text("incident_id"),
        sa.PrimaryKeyConstraint("endpoint", "event_id", name="pk_logins"),
        _incident("logins"),
    )
    op.create_table(
        "cursors", _text("name"), _text("value"), _moment("at"), sa.PrimaryKeyConstraint("name", name="pk_cursors")
    )


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        _text("id"),
        _text("endpoint"),
        _text("account"),
        _text("ip"),
        _moment("opened_at"),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
    )
    op.create_index("ix_campaigns_ip", "campaigns", ["ip"])
    op.create_table(
        "campaign_members",
        _text("incident_id"),
        _text("campaign_id"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_campaign_members"),
        _incident("campaign_members"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], "fk_campaign_members_campaign_id"),
    )
    op.create_index("ix_campaign_members_campaign_id", "campaign_members", ["campaign_id"])


def _checkins() -> None:
    op.create_table(
        "checkins",
        sa.Column("token_hash", HASH, nullable=False),
        _text("incident_id"),
        _text("person"),
        _moment("made_at"),
        _moment("expires_at"),
        _moment("used_at", null=True),
        _text("address", null=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_checkins"),
        _incident("checkins"),
    )
    op.create_index("ix_checkins_incident_id", "checkins", ["incident_id"])
