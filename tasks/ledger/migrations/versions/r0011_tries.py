"""Acts that failed and are tried again; until now what failed stayed so.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_MOMENT = sa.String(27)


def upgrade() -> None:
    """Make the step: what failed before is not tried again."""
    op.create_table(
        "tries",
        sa.Column("incident_id", sa.Text(), sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("held_until", _MOMENT),
        sa.Column("taken_at", _MOMENT),
        sa.PrimaryKeyConstraint("incident_id", "kind", "target", "plan_hash", name="pk_tries"),
    )
    op.create_index("ix_tries_due_at", "tries", ["due_at"])


def downgrade() -> None:
    """Take the step back; what failed is not tried again."""
    op.drop_index("ix_tries_due_at", "tries")
    op.drop_table("tries")
