"""The Prefect server goes away half way: the command ends by itself, and says what was found so far."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.engine.server.embedded import start_server
from tasks.engine.server.note import read_note
from tasks.engine.server.secret import auth_string
from tests.answers import STOLEN, STOLEN_UNAPPROVED
from tests.ports import free_port
from tests.runbooks.bad_days.shell import Stage, said
from tests.waiting import FOR_EVER_S, until

pytestmark = pytest.mark.prefect


@pytest.fixture
def own_server(prefect_server: Any, tmp_path: Path) -> Iterator[tuple[dict[str, str], int]]:
    """A server of the test's own, on a database that needs no migration: what leads to it, and its process."""
    home = tmp_path / "server-home"
    prefect_server.furnish(home)
    with start_server(home, port=free_port(), timeout_s=FOR_EVER_S) as server:
        note = read_note(home)
        assert note is not None
        yield {"PREFECT_API_URL": server.api_url, "PREFECT_API_AUTH_STRING": auth_string(home)}, note.pid


@pytest.mark.parametrize(
    ("answers", "at_work"), [(STOLEN_UNAPPROVED, False), (STOLEN, True)], ids=["waiting", "at work"]
)
def test_the_server_is_killed(
    stage: Stage,
    own_server: tuple[dict[str, str], int],
    answers: dict[str, Any],
    at_work: bool,  # noqa: FBT001 - pytest passes it
) -> None:
    server, pid = own_server
    given, record = stage.file("answers.yaml", answers), stage.home / "record.json"
    words = ("respond", stage.alert(), "--mode", "approve", "--answers", given, "--record", record)
    process = stage.start(*words, env=server | {"PREFECT_CLIENT_MAX_RETRIES": "1"})
    if at_work:
        said(process, "known-egress-1")
        stage.sandbox.faults.set(latency_s=0.5)
        until(lambda: any(call.action == "UpdateAccessKey" for call in stage.sandbox.calls()), by=process)
    else:
        said(process, "containment-")
    os.kill(pid, signal.SIGKILL)

    out, err = process.communicate()

    assert process.returncode == 3, out + err
    assert err.count("\n") == 1, err
    assert "Prefect server can't be reached" in err
    found = stage.record()
    assert (found["verdict"], found["facts"]["login"]["state"]) == ("needs_person", "known")
    names = [f"{action['kind']}:{action['target']}" for action in found["actions"]]
    known = " ".join([*names, *(reason["en"] for reason in found["reasons"])])
    assert ("disable_access_key:AKIDexampleAlice" in known) is at_work
    assert stage.chain_holds()
