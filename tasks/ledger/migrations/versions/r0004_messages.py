"""Messages that nobody understood, until a person has handled them.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.String(27)
UNHANDLED = sa.text("handled_at IS NULL")


def upgrade() -> None:
    """Make the step."""
    op.create_table(
        "messages",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "source", "road", "content_type")),
        sa.Column("sha256", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("body", "why")),
        sa.Column("count", sa.Integer(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("first_at", "last_at")),
        sa.Column("handled_by", sa.Text(), nullable=True),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.Column("incident_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], "fk_messages_incident_id"),
    )
    op.create_index(
        "ix_messages_unhandled",
        "messages",
        ["source", "sha256"],
        unique=True,
        sqlite_where=UNHANDLED,
        postgresql_where=UNHANDLED,
    )


def downgrade() -> None:
    """Take the step back, with all that was kept."""
    op.drop_table("messages")
