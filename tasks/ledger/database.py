"""The connection to the ledger's database; SQLite's habits are set right here, and only here."""

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from tasks.errors import LedgerError
from tasks.ledger.db_errors import name_of
from tasks.ledger.taken_away import saved_copies, watch_file

BUSY_TIMEOUT = timedelta(seconds=10)
"""How long a writer waits for another process; a write takes milliseconds, so longer means that one hangs."""

WRITING = {"ledger_writes": True}
"""The execution option of a connection that will write."""


def parse_url(text: str) -> URL:
    """Read a ledger's address.

    Raises:
        LedgerError: if it is no address, or one that forgets everything at the end of the process.
    """
    try:
        url = make_url(text)
        url.get_dialect()
    except (SQLAlchemyError, ImportError) as exc:
        raise LedgerError("The ledger's address must look like sqlite:////folder/ledger.db or postgresql://…") from exc
    if url.get_backend_name() == "sqlite" and _is_in_memory(url):
        raise LedgerError("The ledger must be a file, for one in memory forgets all in a crash: name a file.")
    return url


def _is_in_memory(url: URL) -> bool:
    # A `file:` name may hide it among its options, and may escape the folder that is made private.
    return url.database in {None, "", ":memory:"} or str(url.database).startswith("file:")


def connect(url: URL) -> Engine:
    """Make the engine for an address; on SQLite also the file, which only its owner may read."""
    if url.get_backend_name() == "sqlite":
        return _connect_sqlite(url)
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except ImportError as exc:
        raise LedgerError(f"The driver for the ledger {name_of(url)} is missing: install {exc.name}.") from exc
    if engine.dialect.is_async:
        raise LedgerError(f"The ledger {name_of(url)} needs a driver that waits: write postgresql+psycopg://…")
    return engine


def _connect_sqlite(url: URL) -> Engine:
    _make_private_file(Path(str(url.database)))
    waits = {} if "timeout" in url.query else {"timeout": BUSY_TIMEOUT.total_seconds()}
    engine = create_engine(url, connect_args=waits)
    event.listen(engine, "connect", _set_up_sqlite)
    watch_file(engine, Path(str(url.database)))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _check_nothing_is_left(path)
            _make_whole(path)
    except (OSError, sqlite3.Error) as exc:
        raise LedgerError(f"The ledger {path} can't be opened: {exc}; name a file that you may write.") from exc


def _check_nothing_is_left(path: Path) -> None:
    """See that no new ledger is begun where what another one held waits to be put back."""
    log = path.with_name(f"{path.name}-wal")
    for copy in saved_copies(path)[-1:]:
        raise LedgerError(
            f"The ledger {path} was taken away, and all that it held is saved in {copy}: put that in its place "
            f"(move {log} and -shm away first); to begin anew, move it elsewhere."
        )
    if log.exists():  # SQLite would take it for the new one's
        raise LedgerError(
            f"The ledger {path} is gone, but its log {log} is there: put the ledger back beside it; "
            "to begin anew, move the log elsewhere."
        )


def _make_whole(path: Path) -> None:
    """Make an empty ledger that appears under its name only when it is ready.

    It keeps its log beside it, so that readers go on while one writes. To change to that while several processes have
    the file open fails now and then, so it is done before any can. What SQLite makes beside a file takes over its mode.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    os.close(handle)
    unready = Path(name)
    try:
        with closing(sqlite3.connect(unready)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with suppress(FileExistsError):  # another process made it meanwhile: then its file is the ledger
            os.link(unready, path)
    finally:
        unready.unlink()


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own idea of transactions begins them too late; ours begin in `_begin_sqlite`.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # A confirmed action must survive a power cut, not only a crash.
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that begins as a reader can fail at once, however long it is willing to wait.
    writes = connection.get_execution_options().get("ledger_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
