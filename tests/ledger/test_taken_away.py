"""A ledger that is deleted, moved or replaced while it is open: nothing is written any more, and nothing is lost."""

import logging
import sqlite3
import stat
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tasks.errors import LedgerError
from tasks.ledger.errors import LedgerTakenAway
from tasks.ledger.store import Ledger, open_ledger
from tasks.ledger.taken_away import saved_copies
from tests.ledger.deliveries import ALICES_LOGIN, delivery, take
from tests.scene import AT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def opened(path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{path}")


def deliver(ledger: Ledger, ip: str = "203.0.113.7") -> str:
    return take(ledger, delivery(AT, ALICES_LOGIN | {"ip": ip}))[0].incident_id


def _delete(path: Path) -> None:
    path.unlink()


def _delete_all(path: Path) -> None:
    for each in path.parent.glob("ledger.db*"):
        each.unlink()


def _move(path: Path) -> None:
    path.rename(path.with_name("old"))


def _replace(path: Path) -> None:
    other = path.with_name("other.db")
    opened(other).close()
    other.replace(path)


def _delete_log(path: Path) -> None:
    path.with_name("ledger.db-wal").unlink()


def _delete_index(path: Path) -> None:
    path.with_name("ledger.db-shm").unlink()


@pytest.mark.parametrize("take_away", [_delete, _delete_all, _move, _replace, _delete_log, _delete_index])
def test_nothing_is_read_or_written_any_more_and_all_that_was_is_saved(
    path: Path, take_away: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    ledger = opened(path)
    first = deliver(ledger)
    take_away(path)
    for use in (lambda: deliver(ledger, "198.51.100.7"), ledger.incidents, lambda: ledger.check_writable(AT)):
        with pytest.raises(LedgerTakenAway, match="was deleted or replaced while it is in use"):
            use()
    ledger.close()

    (copy,) = saved_copies(path)
    assert [record.levelno for record in caplog.records] == [logging.CRITICAL]
    assert str(copy) in caplog.text
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    copy.rename(path)
    for beside in ("-wal", "-shm"):
        path.with_name(f"ledger.db{beside}").unlink(missing_ok=True)
    with closing(opened(path)) as again:
        assert [one.id for one in again.incidents()] == [first]


def test_what_is_taken_away_within_a_write_is_not_called_written(path: Path) -> None:
    ledger = opened(path)
    incident = deliver(ledger)
    with ExitStack() as write:
        write.enter_context(ledger._writing(incident)).enter("noted", at=AT)
        path.unlink()
        with pytest.raises(LedgerTakenAway):
            write.close()

    ledger.close()


def test_no_new_ledger_takes_the_place_of_one_whose_copy_waits(path: Path) -> None:
    ledger = opened(path)
    deliver(ledger)
    path.unlink()
    with pytest.raises(LedgerTakenAway):
        ledger.incidents()
    ledger.close()
    with pytest.raises(LedgerError, match="put that in its place"):
        opened(path)
    saved_copies(path)[0].unlink()
    with pytest.raises(LedgerError, match="put the ledger back beside it"):
        opened(path)
    assert not path.exists()
    path.with_name("ledger.db-wal").unlink()
    with closing(opened(path)) as anew:
        assert anew.incidents() == ()


def test_it_goes_on_where_the_file_is_back(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(opened(path)) as ledger:
        first = deliver(ledger)
        path.rename(path.with_name("away"))
        with pytest.raises(LedgerTakenAway):
            ledger.incidents()
        path.with_name("away").rename(path)

        assert [one.id for one in ledger.incidents()] == [first]
        assert "is back" in caplog.text


def test_what_can_not_be_saved_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    ledger = opened(path)
    deliver(ledger)
    path.unlink()
    monkeypatch.setattr("tasks.ledger.taken_away.os.open", full)
    with pytest.raises(LedgerTakenAway, match="put a backup in the ledger"):
        ledger.incidents()
    monkeypatch.undo()
    ledger.close()

    assert saved_copies(path) == []
    assert "No space left" in caplog.text


def test_other_processes_may_come_and_go(path: Path) -> None:
    with closing(opened(path)) as ledger:
        first = deliver(ledger)
        for _ in range(3):
            opened(path).close()
            with closing(sqlite3.connect(path)) as other:
                other.execute("SELECT count(*) FROM incidents").fetchone()

        assert [one.id for one in ledger.incidents()] == [first]
