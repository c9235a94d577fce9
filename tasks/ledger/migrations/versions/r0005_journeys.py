"""Journeys that people announced.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.String(27)


def upgrade() -> None:
    """Make the step."""
    op.create_table(
        "journeys",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "principal", "place")),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("since", "until")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("why", "added_by")),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_journeys"),
    )


def downgrade() -> None:
    """Take the step back, with all that was kept."""
    op.drop_table("journeys")
