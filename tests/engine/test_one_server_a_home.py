"""A home has one server at a time: one that lives is waited for or ended, and none comes after the end."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tasks.engine.server import embedded, keeper
from tasks.engine.server.embedded import RunningServer, settled_port, start_server
from tasks.engine.server.keeper import Keeper
from tasks.engine.server.note import ServerNote, read_note, server_folder, write_note
from tasks.engine.server.process import MODULE, end_servers_of, is_server
from tasks.errors import EngineError
from tests.ports import free_port
from tests.waiting import until

Living = Callable[[Path], "subprocess.Popen[bytes]"]


class Spawned(Exception):  # noqa: N818 - it is named by what was done
    """A server would have been started."""


@pytest.fixture
def living() -> Iterator[Living]:
    """Something that the system shows as a home's server, and that answers nobody."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(home: Path) -> "subprocess.Popen[bytes]":
        waits = [sys.executable, "-c", "import sys; sys.stdin.read()", MODULE]
        process = subprocess.Popen(waits, cwd=server_folder(home), stdin=subprocess.PIPE)
        begun.append(process)
        until(lambda: is_server(process.pid, home))
        return process

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the server says at each look, the last for ever; to start another one is told by an error."""
    says = [False]

    def spawn(*_: Any) -> Any:
        raise Spawned

    monkeypatch.setattr(embedded, "answers_for", lambda *_: says.pop(0) if len(says) > 1 else says[0])
    monkeypatch.setattr(embedded, "spawn_server", spawn)
    return says


def noted(home: Path, pid: int, *, owner_pid: int) -> ServerNote:
    note = ServerNote(port=free_port(), pid=pid, owner_pid=owner_pid)
    write_note(home, note)
    return note


def test_one_that_is_still_starting_is_waited_for_and_taken_over(
    tmp_path: Path, living: Living, answering: list[bool]
) -> None:
    answering[:] = [False, False, True]
    process = living(tmp_path)
    note = noted(tmp_path, process.pid, owner_pid=0)

    server = start_server(tmp_path)

    assert (server.port, server.owned, process.poll()) == (note.port, True, None)
    server.stop()


def test_one_that_never_answers_and_has_no_owner_is_ended_before_another_is_started(
    tmp_path: Path, living: Living, answering: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "BUSY_S", 0.0)
    process = living(tmp_path)
    noted(tmp_path, process.pid, owner_pid=0)

    with pytest.raises(Spawned):
        start_server(tmp_path)

    assert process.wait() != 0


def test_one_that_does_not_answer_and_whose_owner_lives_is_left_to_that(
    tmp_path: Path, living: Living, answering: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "BUSY_S", 0.0)
    process = living(tmp_path)
    noted(tmp_path, process.pid, owner_pid=os.getppid())

    with pytest.raises(EngineError, match="runs and does not answer"):
        start_server(tmp_path)

    assert process.poll() is None


def test_servers_that_no_note_tells_of_are_ended_those_of_other_homes_are_not(tmp_path: Path, living: Living) -> None:
    ours, theirs = living(tmp_path / "ours"), living(tmp_path / "theirs")

    end_servers_of(tmp_path / "ours")

    assert ours.wait() != 0
    assert theirs.poll() is None


def test_the_port_of_one_that_lives_is_asked_for_and_a_new_one_is_remembered(tmp_path: Path, living: Living) -> None:
    fresh = settled_port(tmp_path / "new")
    note = noted(tmp_path, living(tmp_path).pid, owner_pid=0)

    assert settled_port(tmp_path) == note.port
    assert settled_port(tmp_path / "new") == fresh


class Told(RunningServer):
    """A server that notes whether it was ended."""

    stopped = False

    def stop(self) -> None:
        """Note it."""
        self.stopped = True


def test_the_end_does_not_wait_for_a_start_and_what_comes_of_that_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, late = Event(), Event(), Told("http://127.0.0.1:4270/api")

    def slowly(*_: Any, port: int, spawned: Callable[[RunningServer], None]) -> RunningServer:
        begun.set()
        go_on.wait()
        spawned(late)
        return late

    monkeypatch.setattr(keeper, "tended", slowly)
    monkeypatch.setattr(keeper, "JOIN_S", 0.0)
    looking = Keeper(tmp_path, 4270)
    looking.start()
    begun.wait()

    looking.stop()
    before = late.stopped
    go_on.set()
    until(lambda: late.stopped)

    assert not before


def test_what_keeps_a_server_from_starting_is_said_once_and_then_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fails = [EngineError("Port 4270 is taken."), EngineError("Port 4270 is taken."), OSError(28, "No space left")]
    there = Event()

    def tended(*_: Any, **_more: Any) -> RunningServer:
        if fails:
            raise fails.pop(0)
        return RunningServer("http://127.0.0.1:4270/api")

    monkeypatch.setattr(keeper, "tended", tended)
    monkeypatch.setattr(keeper, "LOOK_S", 0.0)
    looking = Keeper(tmp_path, 4270, there=there.set)
    looking.start()
    there.wait()
    looking.stop()

    assert [record.message for record in caplog.records] == [
        "the Prefect server does not start, and is tried again: Port 4270 is taken.",
        "the Prefect server does not start, and is tried again: [Errno 28] No space left",
    ]


def test_one_stop_leaves_the_note_of_another_owner_alone(tmp_path: Path) -> None:
    ours = RunningServer("http://127.0.0.1:1/api").take(tmp_path, pid=0, port=1)
    theirs = ServerNote(port=2, pid=os.getpid(), owner_pid=os.getppid())
    write_note(tmp_path, theirs)

    ours.stop()

    assert read_note(tmp_path) == theirs


def test_a_process_is_only_taken_for_the_server_of_a_home_that_it_runs_in(tmp_path: Path) -> None:
    assert not is_server(os.getpid(), tmp_path)
    assert not is_server(0)
