"""Takes out of a home what names the machine that it was on, and what no run that waits needs."""

import re
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ("clouds", "ledger.db", "prefect/prefect.db", "prefect/storage")
SAID_BESIDE = ("event_resources", "events", "log", "csrf_token")
"""Tables of Prefect's database that say what happened beside the runs, and are most of it."""
HOME, CODE = "/var/lib/runbooks", "/opt/runbooks"
"""Where the home and the code are said to have been."""
FOLDERS = re.compile(rb"(?<![\w.}~$*/-])/(?:work|tmp|root|home|Users)/")


def scrub(home: Path) -> None:
    """Leave of a home what a later version needs to go on, and nothing that names this machine."""
    names = {str(home): HOME, str(ROOT): CODE}
    _leave_only(home, KEPT)
    for database in (home / "ledger.db", home / "prefect/prefect.db"):
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            _scrub_database(connection, names)
    for result in (home / "prefect/storage").iterdir():
        text = result.read_text(encoding="utf-8")
        result.write_text(_renamed(text, names), encoding="utf-8")
    for path in home.rglob("*"):
        if path.is_file() and (found := named(path.read_bytes())):
            raise RuntimeError(f"{path.relative_to(home)} names this machine: {found}")


def named(content: bytes) -> list[bytes]:
    """Folders and hosts of one machine that a file names, each with what stands around it."""
    host = re.compile(rb"\b" + re.escape(socket.gethostname().encode()) + rb":\d")
    return [
        content[max(0, one.start() - 40) : one.end() + 40] for each in (FOLDERS, host) for one in each.finditer(content)
    ]


def _leave_only(home: Path, kept: tuple[str, ...]) -> None:
    for path in sorted(home.rglob("*"), reverse=True):
        name = path.relative_to(home).as_posix()
        if any(name == one or name.startswith(f"{one}/") or one.startswith(f"{name}/") for one in kept):
            continue
        if name.endswith(("-wal", "-shm")):
            continue  # SQLite's own; gone with the first connection that ends in order
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _scrub_database(connection: sqlite3.Connection, names: dict[str, str]) -> None:
    connection.execute("PRAGMA journal_mode=DELETE")
    for table, columns in _tables(connection):
        if table in SAID_BESIDE:
            connection.execute(f"DELETE FROM {table}")
            continue
        for column in columns:
            for name, said in names.items():
                where = f"typeof({column}) = 'text' AND instr({column}, ?)"
                connection.execute(
                    f"UPDATE {table} SET {column} = replace({column}, ?, ?) WHERE {where}", (name, said, name)
                )
    connection.execute("VACUUM")


def _tables(connection: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (table,) in names:
        columns = connection.execute(f"PRAGMA table_xinfo({table})").fetchall()
        yield table, [f'"{column[1]}"' for column in columns if not column[6]]  # those that are not generated


def _renamed(text: str, names: dict[str, str]) -> str:
    for name, said in names.items():
        text = text.replace(name, said)
    return text
