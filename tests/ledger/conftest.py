"""A ledger of its own for each test, and other processes that use the same one."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from tasks.ledger import database
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger, open_ledger
from tests import incidents
from tests.empty_ledger import make_whole, set_up
from tests.scene import AT

Start = Callable[[str], "subprocess.Popen[str]"]

_PRELUDE = """
import os, signal, sys
from datetime import UTC, datetime, timedelta
from tasks.ledger.store import open_ledger
from tests.scene import AT

URL = sys.argv[1]

def wait_for_the_others():
    print("ready", flush=True)
    sys.stdin.readline()

"""


@pytest.fixture(autouse=True)
def _made_in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make and open each ledger as the product does."""
    monkeypatch.setattr(database, "_make_whole", make_whole)
    monkeypatch.setattr(database, "_set_up_sqlite", set_up)


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "ledger.db"


@pytest.fixture
def ledger_url(ledger_file: Path) -> str:
    return f"sqlite:///{ledger_file}"


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


@pytest.fixture
def incident(ledger: Ledger, at: datetime) -> Incident:
    return incidents.opened(
        ledger, at, alert={"ip": "203.0.113.7", "place": "某地"}, mode="approve", endpoint="http://127.0.0.1:8080"
    )


@pytest.fixture
def start(ledger_url: str) -> Iterator[Start]:
    """Start another process that runs this code on the ledger at URL."""
    with ExitStack() as running:

        def begin(code: str) -> "subprocess.Popen[str]":
            process = subprocess.Popen(
                [sys.executable, "-c", _PRELUDE + code, ledger_url],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            running.enter_context(process)
            running.callback(process.kill)
            return process

        yield begin


@pytest.fixture
def race(start: Start) -> Callable[[str, int], list[str]]:
    """Run the same code in several processes that all go at once after `wait_for_the_others()`; what each printed."""

    def run(code: str, count: int) -> list[str]:
        processes = [start(code) for _ in range(count)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        return [process.communicate()[0].strip() for process in processes]

    return run
