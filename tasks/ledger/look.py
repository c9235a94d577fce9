"""Look at a ledger without making, migrating or locking it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection

from tasks.errors import LedgerError
from tasks.ledger.database import connect, parse_url
from tasks.ledger.db_errors import name_of, translated
from tasks.ledger.migrate import script_config

PATIENCE_S = "5"  # for a database that is far; libpq's connect_timeout
_WAL_BYTE = 18  # of the header: 2 in WAL mode; sqlite.org/fileformat.html
_OPEN_ALERTS = "SELECT alert FROM incidents WHERE status = 'open'"
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


def open_principals(url: str) -> frozenset[str]:
    """Whom the open incidents are about, as their alerts name them: names or uins; of a ledger that has its tables.

    Raises:
        LedgerError: it can't be reached, or read.
    """
    alerts = (json.loads(text) for text in _first_column(parse_url(url), _OPEN_ALERTS))
    named = (alert.get("principal") for alert in alerts if isinstance(alert, dict))
    return frozenset(one for one in named if isinstance(one, str) and one)


def opened_to_read(path: Path) -> sqlite3.Connection:
    """An SQLite file, open to be read without a change to it or a file beside it.

    Beside one in WAL mode that nobody has open SQLite would make files: that one is read as if it couldn't change.
    """
    with path.open("rb") as file:
        wal = file.read(_WAL_BYTE + 1)[_WAL_BYTE:] == b"\x02"
    alone = wal and not path.with_name(f"{path.name}-wal").exists()
    return sqlite3.connect(f"{path.absolute().as_uri()}?{'immutable=1' if alone else 'mode=ro'}", uri=True)


def _in_file(path: Path) -> str | None:
    if not path.exists():
        return None
    with _said(path), closing(opened_to_read(path)) as database:
        if not database.execute(_HAS_TABLES).fetchone():
            return None
        row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _in_database(url: URL) -> str | None:
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _first_column(url: URL, query: str) -> list[str]:
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        with _said(path), closing(opened_to_read(path)) as database:
            return [str(row[0]) for row in database.execute(query)]
    with _connected(url) as connection:
        return [str(row[0]) for row in connection.exec_driver_sql(query)]


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as exc:
        raise LedgerError(
            f"The ledger {path} can't be read ({exc}): put a copy of it back, or see to the disk."
        ) from exc


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    soon = url.update_query_dict({"connect_timeout": PATIENCE_S}) if url.get_backend_name() == "postgresql" else url
    engine = connect(soon)
    try:
        with translated(url), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
