"""Bring a ledger to the newest form of its tables, also when two processes start at once."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from tasks.errors import LedgerError
from tasks.ledger.database import WRITING
from tasks.ledger.db_errors import name_of

# Any number that no other program takes for an advisory lock in the same database.
_POSTGRES_LOCK = 0x52756E626F6F6B73


def script_config() -> Config:
    """Point Alembic at the migrations inside this package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def migrate(engine: Engine) -> None:
    """Upgrade the ledger if it is behind; do nothing if it is not.

    Raises:
        LedgerError: if a newer version of this program has written it.
    """
    if _is_current(engine):
        return
    config = script_config()
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
        # Another process may have done it meanwhile: then Alembic finds nothing to do.
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _is_current(engine: Engine) -> bool:
    with engine.connect() as connection:
        revision = _revision(connection)
    known, newest = _revisions()
    if revision is not None and revision not in known:
        raise LedgerError(f"The ledger {name_of(engine.url)} was written by a newer version: upgrade this program.")
    return revision == newest


@cache
def _revisions() -> tuple[frozenset[str], str | None]:
    """The migrations of this program, and the newest; read once, for that takes longer than to open a ledger."""
    script = ScriptDirectory.from_config(script_config())
    return frozenset(each.revision for each in script.walk_revisions()), script.get_current_head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
