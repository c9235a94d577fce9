"""Ledgers for tests: copies of an empty one, made once by each process that runs tests; no write waits for the disk."""

import os
import sqlite3
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from tasks.ledger import database
from tasks.ledger.store import open_ledger

make_whole, set_up = database._make_whole, database._set_up_sqlite
"""What the product makes a ledger's file by, and sets each of its connections up by."""


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.db"
        make_whole(file)
        open_ledger(f"sqlite:///{file}").close()
        return file.read_bytes()


def copied_ledger(path: Path) -> None:
    """Stand in for `make_whole`: private and whole from its first moment, too, but with its tables in it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    os.write(handle, _empty())
    os.close(handle)
    with suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()


def set_up_in_haste(connection: sqlite3.Connection, record: Any) -> None:
    """Stand in for `set_up`: only a power cut would tell the difference, and no test has one."""
    set_up(connection, record)
    connection.execute("PRAGMA synchronous = OFF")
