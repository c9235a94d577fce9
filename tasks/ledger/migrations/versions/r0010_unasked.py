"""Identities that were contained before anybody was asked.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    op.create_table(
        "unasked",
        sa.Column("incident_id", sa.Text(), sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("uin", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "uin", name="pk_unasked"),
    )
    op.create_index("ix_unasked_at", "unasked", ["at"])


def downgrade() -> None:
    """Take the step back; the breaker counts from nothing."""
    op.drop_index("ix_unasked_at", "unasked")
    op.drop_table("unasked")
