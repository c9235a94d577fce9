"""What befell an incident's run: how often it stopped, was cancelled, was lost.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step; what befell runs before was not kept, so nothing did."""
    op.create_table(
        "troubles",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("stops", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("cancels", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.String(27), nullable=True),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("first_run", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("incident_id", name="pk_troubles"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_troubles_incident_id"),
    )


def downgrade() -> None:
    """Take the step back; what befell runs is forgotten."""
    op.drop_table("troubles")
