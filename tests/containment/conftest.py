"""A stage for each test, and no waits between tries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from tests.containment.stage import Stage, open_stage


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Try as often as in earnest, without the waits between."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with open_stage("stolen-sub-account", tmp_path / "ledger.db") as opened:
        yield opened
