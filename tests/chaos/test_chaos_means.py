"""The means of chaos, each by itself: what is cut, locked, forbidden, set wrongly or pressed, and that it is undone."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tasks.chaos.ahead import AHEAD
from tasks.chaos.database import locked
from tasks.chaos.faults import _limit
from tasks.chaos.meddling import meddle
from tasks.chaos.plan import Fault, Kind
from tasks.chaos.proxy import Proxy, _reset
from tasks.ledger.database import WRITING, connect, parse_url
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        yield one


def said_back(port: int, listener: socket.socket) -> bytes:
    """What comes back through a proxy from whoever listens behind it."""
    with socket.create_connection(("127.0.0.1", port)) as here:
        here.sendall(b"ping")
        there, _ = listener.accept()
        with there:
            there.sendall(there.recv(4) + b" pong")
        return here.recv(9)


def test_a_cut_connection_breaks_off_and_refuses_and_a_mended_one_passes_on(listener: socket.socket) -> None:
    port = free_port()
    proxy = Proxy(port, listener.getsockname()[1])
    assert said_back(port, listener) == b"ping pong"

    with socket.create_connection(("127.0.0.1", port)) as open_one:
        there, _ = listener.accept()
        proxy.cut()
        with there, pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            pass
        with pytest.raises(ConnectionResetError):
            open_one.recv(1)

    proxy.mend()
    assert said_back(port, listener) == b"ping pong"
    proxy.close()


def test_a_connection_that_is_closed_already_is_cut_without_a_word(listener: socket.socket) -> None:
    async def closed_first() -> None:
        _, writer = await asyncio.open_connection(*listener.getsockname())
        writer.close()
        await writer.wait_closed()
        _reset(writer)

    asyncio.run(closed_first())


def test_a_locked_ledger_takes_no_write_until_it_is_let_go(tmp_path: Path) -> None:
    engine, other = (connect(parse_url(f"sqlite:///{tmp_path / 'ledger.db'}?timeout=0")) for _ in range(2))

    def write() -> None:
        with other.connect().execution_options(**WRITING) as connection, connection.begin():
            connection.execute(text("CREATE TABLE IF NOT EXISTS t (x)"))

    with locked(engine), pytest.raises(OperationalError, match="locked"):
        write()

    write()
    for one in (engine, other):
        one.dispose()


WRITER = """
import sys
for line in sys.stdin:
    try:
        with open("file", "ab", buffering=0) as file:
            file.write(b"1234")
        print("written", flush=True)
    except OSError as error:
        print(error.errno, flush=True)
"""


def test_a_process_that_may_write_nothing_lives_on_and_may_write_again(tmp_path: Path) -> None:
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", WRITER], cwd=tmp_path, **pipes) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None

        def tried() -> str:
            assert writer.stdin is not None
            assert writer.stdout is not None
            writer.stdin.write("\n")
            writer.stdin.flush()
            return writer.stdout.readline().strip()

        first = tried()
        before = _limit(writer.pid, 1)
        refused = tried()
        _limit(writer.pid, before)
        again = tried()
        writer.stdin.close()

    assert (first, again) == ("written", "written")
    assert refused.isdecimal()


def test_what_ends_in_between_has_no_limit_to_be_lifted() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()

    assert _limit(gone.pid, 1) < 1


CLOCK = """
import runpy, sys
from contextlib import suppress
from datetime import UTC, datetime
sys.argv = ["runbooks", "--version"]
with suppress(SystemExit):
    runpy.run_module("tasks.chaos.ahead", run_name="__main__")
from tasks.context import utc_now
print((utc_now() - datetime.now(UTC)).total_seconds())
"""


def test_whoever_is_started_ahead_has_a_clock_of_another_day() -> None:
    done = subprocess.run([sys.executable, "-c", CLOCK], cwd=ROOT, capture_output=True, text=True, check=True)

    assert abs(timedelta(seconds=float(done.stdout.splitlines()[-1])) - AHEAD) < timedelta(hours=1)


def fault(kind: Kind, lot: float = 0.0) -> Fault:
    return Fault(number=0, at_s=0, kind=kind, for_s=0, lot=lot, action="*", count=1, state="FAILED")


@pytest.mark.parametrize(
    ("kind", "lot", "stands", "asked", "befallen"),
    [
        (Kind.CANCEL_RUN, 0.0, "RUNNING", ("POST", "/flow_runs/run-1/set_state", b'"CANCELLING"'), "inc-1"),
        (Kind.CANCEL_RUN, 0.9, "PAUSED", ("POST", "/flow_runs/run-2/set_state", b'"CANCELLED"'), "inc-2"),
        (Kind.DELETE_RUN, 0.9, "PAUSED", ("DELETE", "/flow_runs/run-2", b""), "inc-2"),
        (Kind.SET_STATE, 0.0, "PAUSED", ("POST", "/flow_runs/run-1/set_state", b'"FAILED"'), "inc-1"),
        (Kind.DELETE_DEPLOYMENT, 0.0, "PAUSED", ("DELETE", "/deployments/d1", b""), ""),
    ],
)
def test_a_person_s_press_is_what_the_ui_sends(
    kind: Kind, lot: float, stands: str, asked: tuple[str, str, bytes], befallen: str
) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[{"id": "d1"}] if "filter" in request.url.path else {"state": {"type": stands}})

    async def press() -> str | None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://prefect") as client:
            return await meddle(client, fault(kind, lot), {"inc-1": "run-1", "inc-2": "run-2"})

    assert asyncio.run(press()) == befallen
    assert (seen[-1].method, seen[-1].url.path) == asked[:2]
    assert asked[2] in seen[-1].content
