"""A stage for each test, and no waits between tries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from tasks.ledger.store import Ledger, open_ledger
from tests.contain.containment_stage import Stage, open_stage


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Try as often as in earnest, without the waits between."""
    with stamina.set_testing(True, attempts=20, cap=True):
        yield


@pytest.fixture(scope="session")
def _ledger_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("containment") / "ledger.db"


@pytest.fixture(scope="session")
def _ledger(_ledger_file: Path) -> Iterator[Ledger]:
    """One for all tests, each with an incident of its own: to make one takes longer than most tests."""
    opened = open_ledger(f"sqlite:///{_ledger_file}")
    yield opened
    opened.close()


@pytest.fixture
def stage(_ledger: Ledger, _ledger_file: Path) -> Iterator[Stage]:
    with open_stage("stolen-sub-account", _ledger, _ledger_file) as opened:
        yield opened
