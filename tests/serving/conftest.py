"""Houses: homes of `runbooks serve`, on the session's Prefect server or on one of their own."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tasks.engine.connection import AUTH_VARIABLE
from tasks.engine.server.note import ServerNote, read_note, write_note
from tasks.engine.server.process import end_process
from tasks.sandbox.server import Sandbox
from tests.ports import free_port
from tests.serving.house import AUTO, ROOT, House, NewHouse


@pytest.fixture
def new_house(tmp_path: Path) -> Iterator[NewHouse]:
    """Build houses; the processes that a test leaves in them are ended."""
    with ExitStack() as stack:

        def build(scenario: str = "stolen-sub-account", *, policy: str = AUTO, **env: str) -> House:
            sandbox = stack.enter_context(Sandbox.start(scenario))
            (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
            write_note(tmp_path, ServerNote(port=free_port(), pid=0, owner_pid=0))
            ours = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
            if "PREFECT_API_URL" in env and AUTH_VARIABLE in os.environ:  # the session's server, which we use, too
                ours[AUTH_VARIABLE] = os.environ[AUTH_VARIABLE]
            settings = {
                "PREFECT_HOME": str(tmp_path / "prefect-home"),
                "PYTHONPATH": str(ROOT),
                "RUNBOOKS_HOME": str(tmp_path),
                "RUNBOOKS_POLICY": str(tmp_path / "policy.yaml"),
                "RUNBOOKS_CLOUD_ENDPOINT": sandbox.url,
                "RUNBOOKS_INTAKE_PORT": str(free_port()),
                "RUNBOOKS_WATCH_EVERY": "0",
                "RUNBOOKS_LANG": "en",
                "RUNBOOKS_CALLS_PER_SECOND": "100000",
            }
            house = House(sandbox, tmp_path, ours | settings | sandbox.credentials() | env)
            stack.callback(_empty, house)
            return house

        yield build


def _empty(house: House) -> None:
    """End what still runs; a Prefect server of its own outlives a process that is killed."""
    if "ledger" in vars(house):
        house.ledger.close()
    for process in house.processes:
        process.kill()
        process.wait()
    note = read_note(house.home)
    if note is not None and note.pid:
        end_process(note.pid, None)


@pytest.fixture
def house(prefect_server: Any, new_house: NewHouse) -> House:
    """A house on the session's Prefect server."""
    return new_house(PREFECT_API_URL=prefect_server.api_url)
