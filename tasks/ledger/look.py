"""Look at a ledger without making, migrating or locking it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL

from tasks.errors import LedgerError
from tasks.ledger.database import connect, parse_url
from tasks.ledger.db_errors import name_of, translated
from tasks.ledger.migrate import script_config

PATIENCE_S = "5"  # for a database that is far; libpq's connect_timeout
_HAS_TABLES = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"


class Look(NamedTuple):
    """A ledger as it stands.

    Args:
        name: without its password.
        engine: such as `sqlite`.
        file: None where it is no file.
        there: whether it has tables already.
        current: whether they are those of this version.
    """

    name: str
    engine: str
    file: Path | None
    there: bool
    current: bool


def look_at(url: str) -> Look:
    """What stands at a ledger's address.

    Raises:
        LedgerError: it can't be reached, or read.
    """
    parsed = parse_url(url)
    engine = parsed.get_backend_name()
    file = Path(str(parsed.database)) if engine == "sqlite" else None
    revision = _in_file(file) if file else _in_database(parsed)
    newest = ScriptDirectory.from_config(script_config()).get_current_head()
    return Look(name_of(parsed), engine, file, there=revision is not None, current=revision == newest)


def _in_file(path: Path) -> str | None:
    """The revision in an SQLite file; what nobody has open is read as unchangeable, which writes nothing."""
    if not path.exists():
        return None
    in_use = path.with_name(f"{path.name}-wal").exists()
    how = "mode=ro" if in_use else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as database:
            if not database.execute(_HAS_TABLES).fetchone():
                return None
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as exc:
        raise LedgerError(
            f"The ledger {path} can't be read ({exc}): put a copy of it back, or see to the disk."
        ) from exc
    return str(row[0]) if row else None


def _in_database(url: URL) -> str | None:
    soon = url.update_query_dict({"connect_timeout": PATIENCE_S}) if url.get_backend_name() == "postgresql" else url
    engine = connect(soon)
    try:
        with translated(url), engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
