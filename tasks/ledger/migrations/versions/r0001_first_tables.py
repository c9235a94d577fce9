"""The first tables, and a timeline that refuses to be rewritten.

It names plain column types only, so that it stays what it was when `tasks.ledger.tables` goes on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQLITE_GUARD = """
CREATE TRIGGER timeline_refuses_{verb} BEFORE {verb} ON timeline
BEGIN SELECT RAISE(ABORT, 'the timeline is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE FUNCTION timeline_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'the timeline is append-only'; END $$
"""
_POSTGRES_GUARD = """
CREATE TRIGGER timeline_refuses_{verb} BEFORE {verb} ON timeline
FOR EACH ROW EXECUTE FUNCTION timeline_is_append_only()
"""


def upgrade() -> None:
    """Make the step."""
    _incidents()
    _timeline()
    _one_row_each()
    _evidence()
    _people()
    _actions()
    _guard_the_timeline()


def downgrade() -> None:
    """Take the step back, with all that was kept."""
    for table in (
        "actions",
        "approvals",
        "answers",
        "evidence",
        "records",
        "leases",
        "timeline",
        "chains",
        "incidents",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION timeline_is_append_only()")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(27), nullable=null)


def _hash(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False)


def _of_incident(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=f"fk_{table}_incident_id")


def _incidents() -> None:
    op.create_table(
        "incidents",
        *(_text(name) for name in ("id", "dedupe_key", "account", "alert", "mode", "endpoint", "lang", "status")),
        _text("verdict", null=True),
        _text("flow_run_id", null=True),
        _moment("opened_at"),
        _moment("closed_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("dedupe_key", name="uq_incidents_dedupe_key"),
        sa.UniqueConstraint("flow_run_id", name="uq_incidents_flow_run_id"),
    )


def _timeline() -> None:
    op.create_table(
        "chains",
        _text("incident_id"),
        _number("seq"),
        _hash("hash"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_chains"),
        _of_incident("chains"),
    )
    op.create_table(
        "timeline",
        _text("incident_id"),
        _number("seq"),
        _moment("at"),
        *(_text(name) for name in ("what", "who", "detail")),
        _hash("prev_hash"),
        _hash("hash"),
        sa.PrimaryKeyConstraint("incident_id", "seq", name="pk_timeline"),
        _of_incident("timeline"),
    )


def _one_row_each() -> None:
    op.create_table(
        "leases",
        *(_text(name) for name in ("incident_id", "owner")),
        _moment("until"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_leases"),
        _of_incident("leases"),
    )
    op.create_table(
        "records",
        *(_text(name) for name in ("incident_id", "body")),
        _moment("at"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_records"),
        _of_incident("records"),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        *(_text(name) for name in ("id", "incident_id")),
        _number("seq"),
        *(_text(name) for name in ("source", "request_id")),
        _hash("sha256"),
        _moment("at"),
        _text("body"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("incident_id", "source", "request_id", "sha256", name="uq_evidence_incident_id"),
        _of_incident("evidence"),
    )


def _people() -> None:
    op.create_table(
        "answers",
        *(_text(name) for name in ("incident_id", "key")),
        _number("seq"),
        *(_text(name) for name in ("question", "value", "by", "source")),
        _moment("at"),
        sa.PrimaryKeyConstraint("incident_id", "key", name="pk_answers"),
        _of_incident("answers"),
    )
    op.create_table(
        "approvals",
        *(_text(name) for name in ("incident_id", "plan_hash", "approver")),
        _number("seq"),
        *(_text(name) for name in ("decision", "actions")),
        _moment("at"),
        sa.PrimaryKeyConstraint("incident_id", "plan_hash", "approver", name="pk_approvals"),
        _of_incident("approvals"),
    )


def _actions() -> None:
    op.create_table(
        "actions",
        *(_text(name) for name in ("id", "incident_id")),
        _number("seq"),
        *(_text(name) for name in ("kind", "target", "plan_hash", "owner", "request", "status", "before", "result")),
        _moment("claimed_at"),
        _moment("before_at", null=True),
        _moment("confirmed_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
        sa.UniqueConstraint("incident_id", "kind", "target", "plan_hash", name="uq_actions_incident_id"),
        _of_incident("actions"),
    )


def _guard_the_timeline() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(_POSTGRES_FUNCTION)
    guard = {"sqlite": _SQLITE_GUARD, "postgresql": _POSTGRES_GUARD}.get(dialect)
    if guard is not None:
        for verb in ("UPDATE", "DELETE"):
            op.execute(guard.format(verb=verb))
