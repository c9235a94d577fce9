"""A sandbox whose logins are written as a test needs them, and a watcher of it with a ledger of its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stamina

from tasks.cloud.client import connect
from tasks.ledger.store import open_ledger
from tasks.sandbox.server import Sandbox
from tests.watch.watcher import Watch, Watcher


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Try as often as in earnest, without the waits between."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """Start a sandbox, and a watcher that has not looked yet."""
    with ExitStack() as stack:

        def start(scenario: str) -> Watcher:
            sandbox = stack.enter_context(Sandbox.start(scenario))
            sandbox.faults.set(rate_limit=False)
            ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
            stack.callback(ledger.close)
            cloud = connect(endpoint=sandbox.url, environ=sandbox.credentials())
            return Watcher(sandbox, ledger, cloud, datetime.now(UTC))

        yield start


@pytest.fixture
def watcher(watch: Watch) -> Watcher:
    """A watcher that has looked once, at a company with 90 days of habits where nothing is the matter."""
    started = watch("stolen-sub-account")
    started.poll()
    assert started.incidents() == ()
    return started
