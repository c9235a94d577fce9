import importlib
import sqlite3
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tasks.errors import LedgerError
from tasks.ledger.database import _make_whole, connect, parse_url
from tasks.ledger.db_errors import explain
from tasks.ledger.errors import LedgerBusy
from tasks.ledger.migrate import migrate, script_config
from tasks.ledger.migrations.versions import r0001_first_tables
from tasks.ledger.rows import ChainOk, Incident
from tasks.ledger.store import Ledger, open_ledger
from tasks.ledger.tables import metadata

OPEN_NEW = """
from tests import incidents

wait_for_the_others()
ledger = open_ledger(URL)
print(incidents.opened(ledger, AT).status)
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def pragma(file: Path, name: str) -> object:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]
    finally:
        connection.close()


def write(ledger: Ledger, incident: Incident, at: datetime) -> None:
    ledger.note(incident.id, "looked", who="alice", detail="x" * 8192, at=at)


def test_only_its_owner_can_read_a_new_ledger(ledger: Ledger, incident: Incident, ledger_file: Path) -> None:
    modes = {path.name: mode(path) for path in ledger_file.parent.iterdir()}

    assert mode(ledger_file.parent) == 0o700
    assert modes == {"ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600}


def test_a_reopened_ledger_knows_what_was_written(
    ledger: Ledger, incident: Incident, at: datetime, ledger_url: str
) -> None:
    write(ledger, incident, at)
    ledger.close()
    reopened = open_ledger(ledger_url)

    assert reopened.incident(incident.id) == incident
    assert reopened.verify_chain(incident.id) == ChainOk(length=2, head=reopened.timeline(incident.id)[-1].hash)
    reopened.close()


def test_a_ledger_is_written_beside_its_readers_and_outlives_a_power_cut(ledger: Ledger, ledger_file: Path) -> None:
    with ledger._engine.connect() as connection:
        durable = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        bound = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()

    assert pragma(ledger_file, "journal_mode") == "wal"
    assert (durable, bound) == (2, 1)


def test_a_new_ledger_has_the_newest_tables_and_opening_it_again_changes_nothing(
    ledger: Ledger, ledger_file: Path, ledger_url: str
) -> None:
    before = pragma(ledger_file, "schema_version")
    open_ledger(ledger_url).close()
    with ledger._engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()

    assert revision == ScriptDirectory.from_config(script_config()).get_current_head()
    assert pragma(ledger_file, "schema_version") == before


def test_the_migrations_make_the_tables_that_the_code_uses(ledger: Ledger) -> None:
    with ledger._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            made = inspector.get_pk_constraint(table.name)["constrained_columns"]
            assert made == [column.name for column in table.primary_key]
            assert len(inspector.get_foreign_keys(table.name)) == len(table.foreign_keys)


def test_the_first_step_can_be_taken_back(ledger: Ledger) -> None:
    config = script_config()
    with ledger._engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        left = inspect(connection).get_table_names()
    migrate(ledger._engine)

    assert left == ["alembic_version"]
    assert ledger.incidents() == ()


def test_importing_the_migrations_does_nothing() -> None:
    importlib.import_module("tasks.ledger.migrations.env")

    assert r0001_first_tables.revision == "0001"


def test_processes_that_open_a_new_ledger_at_once_all_succeed(
    race: Callable[[str, int], list[str]], ledger_url: str
) -> None:
    assert race(OPEN_NEW, 4) == ["open"] * 4
    ledger = open_ledger(ledger_url)
    assert len(ledger.incidents()) == 4
    ledger.close()


def test_a_ledger_of_a_newer_version_is_not_touched(ledger: Ledger, ledger_file: Path, ledger_url: str) -> None:
    with ledger._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(LedgerError, match=r"ledger\.db was written by a newer version: upgrade this program"):
        open_ledger(ledger_url)


def test_a_ledger_that_another_process_holds_is_busy_and_says_so(
    ledger: Ledger, incident: Incident, at: datetime, ledger_file: Path, ledger_url: str
) -> None:
    impatient = open_ledger(f"{ledger_url}?timeout=0.01")
    holder = sqlite3.connect(ledger_file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(LedgerBusy, match=r"ledger\.db is locked by another process: wait until that has ended"):
        write(impatient, incident, at)
    holder.execute("ROLLBACK")
    holder.close()
    write(impatient, incident, at)
    impatient.close()
    assert LedgerBusy.retry
    assert len(ledger.timeline(incident.id)) == 2


def test_readers_go_on_while_another_process_writes(ledger: Ledger, incident: Incident, ledger_file: Path) -> None:
    holder = sqlite3.connect(ledger_file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    assert ledger.incident(incident.id) == incident
    holder.close()


def test_a_full_disk_is_said_to_be_full_and_leaves_no_half_of_a_write(
    ledger: Ledger, incident: Incident, at: datetime
) -> None:
    with ledger._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(LedgerError, match=r"ledger\.db can't grow, for its disk is full: free some space"):
        write(ledger, incident, at)
    assert [entry.what for entry in ledger.timeline(incident.id)] == ["incident_opened"]
    assert isinstance(ledger.verify_chain(incident.id), ChainOk)


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("shopping list " * 100)

    with pytest.raises(LedgerError, match=r"notes\.txt is not a ledger, or is damaged: move it away"):
        open_ledger(f"sqlite:///{file}")
    assert file.read_text() == "shopping list " * 100


def test_a_damaged_ledger_is_said_to_be_damaged(ledger: Ledger, ledger_file: Path, ledger_url: str) -> None:
    ledger.close()
    size = ledger_file.stat().st_size
    with ledger_file.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))

    with pytest.raises(LedgerError, match=r"ledger\.db is damaged: move it away, or put a copy"):
        open_ledger(ledger_url).incidents()


def test_a_folder_in_the_place_of_the_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="can't be opened: see that it is a file"):
        open_ledger(f"sqlite:///{tmp_path}")


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")

    with pytest.raises(LedgerError, match=r"ledger\.db can't be opened: .*; name a file that you may write"):
        open_ledger(f"sqlite:///{tmp_path / 'home' / 'ledger.db'}")


def test_who_comes_second_in_making_the_file_takes_the_one_that_is_there(
    ledger: Ledger, incident: Incident, ledger_file: Path
) -> None:
    _make_whole(ledger_file)

    assert ledger.incident(incident.id) == incident
    assert sorted(path.name for path in ledger_file.parent.glob("*.db*")) == [
        "ledger.db",
        "ledger.db-shm",
        "ledger.db-wal",
    ]


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("SQLITE_READONLY_DBMOVED", "give yourself the right to write"),
        ("SQLITE_CANTOPEN_ISDIR", "see that it is a file"),
        ("SQLITE_IOERR_FSYNC", "see to the disk"),
        ("SQLITE_SOMETHING_NEW", "see to the database, which says: first line"),
    ],
)
def test_every_other_fault_names_the_file_and_a_mend(name: str, mend: str) -> None:
    orig = sqlite3.OperationalError("first line\nsecond")
    orig.sqlite_errorname = name

    said = str(explain(OperationalError("SELECT", {}, orig), parse_url("sqlite:////home/ledger.db")))

    assert said.startswith("The ledger /home/ledger.db ")
    assert mend in said
    assert "second" not in said


def test_a_fault_without_a_file_names_the_address_without_its_password() -> None:
    url = parse_url("postgresql+psycopg://runbooks:hush@db.example.com/ledger")

    said = str(explain(PoolTimeoutError("all in use"), url))

    assert said == (
        "The ledger postgresql+psycopg://runbooks:***@db.example.com/ledger can't be read or written; "
        "see to the database, which says: all in use"
    )


@pytest.mark.parametrize("url", ["", "ledger.db", "nonsense://x", "sqlite+nonsense:///x"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(LedgerError, match="address must look like"):
        open_ledger(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_ledger_that_would_forget_everything_is_refused(url: str) -> None:
    with pytest.raises(LedgerError, match="must be a file"):
        open_ledger(url)


def test_a_driver_that_does_not_wait_is_refused() -> None:
    with pytest.raises(LedgerError, match="needs a driver that waits"):
        connect(parse_url("postgresql+asyncpg://runbooks@db.example.com/ledger"))


def test_a_missing_driver_is_named() -> None:
    with pytest.raises(LedgerError, match=r"driver for the ledger .* is missing: install pg8000"):
        open_ledger("postgresql+pg8000://runbooks@db.example.com/ledger")
