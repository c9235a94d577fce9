"""A ledger's file that is deleted or replaced while it is open: said at once, saved, and written no more.

Whoever has such a file open could go on for days; all of it would be gone at the next start. SQLite itself looks for
that only where it keeps no log beside the file ("SQLITE_READONLY_DBMOVED", its result codes, read 2026-11-28).
"""

import logging
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event

from tasks.ledger.errors import LedgerTakenAway

log = logging.getLogger("runbooks.ledger")

BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a file that has a log: what was written last, and who may write."""
SAVED = ".saved-"
"""What the name of a copy has behind the ledger's."""

Which = tuple[int, int]
"""Device and number of a file, by which one of the same name is told from another."""


def watch_file(engine: Engine, path: Path) -> None:
    """Let every transaction see first that its connection and the ledger's name still mean the same file."""
    watch = _Watch(path)
    event.listen(engine, "do_connect", watch.before_opening)
    event.listen(engine, "connect", watch.opened)
    event.listen(engine, "begin", watch.check)


def check_written(connection: Connection) -> None:
    """See that what was just written is in the ledger and not in a file that has lost its name.

    Raises:
        LedgerTakenAway: it is not.
    """
    watch = connection.info.get("watch")
    if isinstance(watch, _Watch):
        watch.check(connection)


def saved_copies(path: Path) -> list[Path]:
    """The copies of a ledger that was taken away, which wait for a person, oldest first."""
    return sorted(path.parent.glob(f"{path.name}{SAVED}*"))


def _which(path: str) -> Which | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - before each transaction; a Path costs more than the call
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class _Watch:
    """One ledger's file, as this process found it first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = str(path)
        self._which = _which(self._name)
        self._saving = Lock()
        self._said: LedgerTakenAway | None = None

    def before_opening(self, *_: Any) -> None:
        """See to the file before SQLite makes an empty one in the place of one that is gone."""
        if _which(self._name) != self._which:
            raise self._said or LedgerTakenAway(self._name, "")

    def opened(self, connection: sqlite3.Connection, record: Any) -> None:
        """Remember what a new connection has open."""
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()  # only now it opens what lies beside
        record.info["watch"] = self
        record.info["beside"] = {end: _which(self._name + end) for end in BESIDE}

    def check(self, connection: Connection) -> None:
        """See that a connection's files are still those of their names.

        Raises:
            LedgerTakenAway: they are not.
        """
        beside: dict[str, Which | None] = connection.info["beside"]
        if _which(self._name) == self._which and all(
            _which(self._name + end) == it for end, it in beside.items() if it
        ):
            if self._said is not None:
                log.warning("the ledger %s is back, and goes on", self._name)
                self._said = None
            return
        with self._saving:
            if self._said is None:
                self._said = LedgerTakenAway(self._name, self._saved(connection))
                log.critical("%s", self._said)
        raise LedgerTakenAway(*self._said.args)

    def _saved(self, connection: Connection) -> str:
        """Copy what the connection still sees, whole; the copy's name, empty where that can't be done."""
        copy = self._path.with_name(f"{self._path.name}{SAVED}{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}")
        try:
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            driver: Any = connection.connection.driver_connection
            driver.execute("VACUUM INTO ?", (str(copy),))
            with closing(sqlite3.connect(copy)) as made:
                made.execute("PRAGMA journal_mode = WAL")
        except (OSError, sqlite3.Error) as error:
            log.critical("what the ledger %s held can't be saved beside it: %s", self._name, error)
            return ""
        return str(copy)
