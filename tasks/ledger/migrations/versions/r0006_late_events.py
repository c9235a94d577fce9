"""Events that the audit log did not show at first: until now they were looked for once.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "late_events"
_MOMENT = sa.String(27)


def upgrade() -> None:
    """Make the step: nothing is awaited yet; a run that waits from before goes on as it is."""
    op.create_table(
        TABLE,
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text()),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("found_at", _MOMENT),
        sa.Column("cut_key", sa.Text()),
        sa.Column("taken_at", _MOMENT),
        sa.PrimaryKeyConstraint("incident_id", name="pk_late_events"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_late_events_incident_id"),
    )
    op.create_index("ix_late_events_due_at", TABLE, ["due_at"])


def downgrade() -> None:
    """Take the step back; what is awaited is forgotten, and its runs wait on with what they know."""
    op.drop_table(TABLE)
