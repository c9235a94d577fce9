"""What a watcher remembers in the ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.ledger.store import Ledger, open_ledger
from tests.scene import AT


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


def test_a_cursor_that_was_never_moved_is_nothing(ledger: Ledger) -> None:
    assert ledger.cursor("a") is None


def test_a_cursor_is_where_it_was_moved_to_and_so_are_those_beside_it(ledger: Ledger) -> None:
    moved = [
        ledger.move_cursor("a", {"n": 1}, before=None, at=AT, beside={"b": [1]}),
        ledger.move_cursor("a", {"n": 2}, before={"n": 1}, at=AT),
    ]

    assert (moved, ledger.cursor("a"), ledger.cursor("b")) == ([True, True], {"n": 2}, [1])


@pytest.mark.parametrize("before", [None, {"n": 7}, {}])
def test_who_did_not_see_the_last_move_moves_nothing(ledger: Ledger, before: dict[str, int] | None) -> None:
    ledger.move_cursor("a", {"n": 1}, before=None, at=AT, beside={"b": 1})

    moved = ledger.move_cursor("a", {"n": 9}, before=before, at=AT, beside={"b": 9})

    assert (moved, ledger.cursor("a"), ledger.cursor("b")) == (False, {"n": 1}, 1)


def test_cursors_of_other_names_do_not_meet(ledger: Ledger) -> None:
    ledger.move_cursor("a", 1, before=None, at=AT)
    ledger.move_cursor("b", 2, before=None, at=AT)

    assert (ledger.cursor("a"), ledger.cursor("b")) == (1, 2)
