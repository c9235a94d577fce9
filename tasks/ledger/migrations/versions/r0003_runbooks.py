"""Whose every alert and incident is: until now there was one runbook.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("incidents", "alerts")
THE_ONLY_ONE = "unusual_login"


def upgrade() -> None:
    """Make the step: what there is belongs to the only runbook."""
    for table in TABLES:
        op.add_column(table, sa.Column("runbook", sa.Text(), nullable=False, server_default=THE_ONLY_ONE))


def downgrade() -> None:
    """Take the step back; incidents of other runbooks can't be told apart then."""
    for table in TABLES:
        op.drop_column(table, "runbook")
