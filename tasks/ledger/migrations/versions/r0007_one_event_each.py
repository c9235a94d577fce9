"""What reports and events say, to be compared; one event an incident, and the incident that another may be.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_alerts_event_id", "alerts", "event_id"),
    ("ix_alerts_sha256", "alerts", "sha256"),
    ("ix_logins_incident_id", "logins", "incident_id"),
    ("ix_logins_ip", "logins", "ip"),
)


def upgrade() -> None:
    """Make the step; what was kept before says nothing that could be compared, so it says nothing."""
    op.add_column("incidents", sa.Column("resembles", sa.Text(), nullable=True))
    for table, columns in (("alerts", ("event_id",)), ("logins", ("account", "principal", "uin", "ip"))):
        for name in columns:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.add_column(table, sa.Column("place", sa.Text(), nullable=False, server_default="null"))
    op.add_column("logins", sa.Column("happened_at", sa.String(27), nullable=True))
    op.add_column("logins", sa.Column("sole_of", sa.Text(), nullable=True))
    op.execute(
        "UPDATE logins SET sole_of = incident_id WHERE NOT EXISTS (SELECT 1 FROM logins AS other"
        " WHERE other.incident_id = logins.incident_id AND other.event_id < logins.event_id)"
    )
    for index, table, column in INDEXES:
        op.create_index(index, table, [column])
    op.create_index("ix_logins_sole_of", "logins", ["sole_of"], unique=True)


def downgrade() -> None:
    """Take the step back; which incident resembles which is forgotten."""
    op.drop_index("ix_logins_sole_of", "logins")
    for index, table, _ in INDEXES:
        op.drop_index(index, table)
    for name in ("happened_at", "sole_of", "place", "account", "principal", "uin", "ip"):
        op.drop_column("logins", name)
    for name in ("place", "event_id"):
        op.drop_column("alerts", name)
    op.drop_column("incidents", "resembles")
