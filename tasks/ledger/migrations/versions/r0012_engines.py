"""The engines that work on this ledger: until now nobody knew of another one's runs.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step: none is known yet; each says within seconds that it lives."""
    op.create_table(
        "engines",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_engines"),
    )


def downgrade() -> None:
    """Take the step back; which engines live is forgotten."""
    op.drop_table("engines")
