"""The embedded server is closed to strangers, found again, and gone when it should be."""

import asyncio
import logging
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tasks.engine.connection import connected, is_for_console, prefect_http
from tasks.engine.owner import is_alive
from tasks.engine.server.embedded import start_server
from tasks.engine.server.keeper import server_for
from tasks.engine.server.note import ServerNote, read_note, start_lock, write_note
from tasks.engine.server.process import open_port
from tasks.errors import EngineError
from tests.ports import free_port
from tests.waiting import until

pytestmark = pytest.mark.prefect

OWNER = Path(__file__).with_name("own_server.py")


@pytest.fixture
def migrated_home(prefect_server: Any, tmp_path: Path) -> Path:
    """A home whose database needs no migration, so that its server starts in seconds."""
    home = tmp_path / "home"
    prefect_server.furnish(home)
    write_note(home, ServerNote(port=free_port(), pid=0, owner_pid=0))
    return home


@pytest.fixture
def start_owner(
    migrated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], tuple[subprocess.Popen[str], str]]]:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen([sys.executable, str(OWNER), str(migrated_home)], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_request_without_the_token_changes_nothing(prefect_server: Any) -> None:
    answer = httpx.post(f"{prefect_server.api_url}/flows/", json={"name": "foreign"}, auth=prefect_server.auth)

    assert (answer.status_code, answer.json()) == (403, {"detail": "Missing CSRF token."})


def test_our_plain_client_brings_the_token(prefect_server: Any) -> None:
    async def make_flow() -> httpx.Response:
        async with prefect_http(prefect_server.api_url) as client:
            return await client.post("flows/", json={"name": "ours"})

    assert asyncio.run(make_flow()).status_code in {200, 201}


@pytest.mark.parametrize(
    ("origin", "allowed"), [("https://evil.example.com", False), ("{ui_url}", True)], ids=["foreign", "own"]
)
def test_only_pages_of_its_own_origin_may_ask(prefect_server: Any, origin: str, allowed: bool) -> None:  # noqa: FBT001
    origin = origin.format(ui_url=prefect_server.ui_url)
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    answer = httpx.options(f"{prefect_server.api_url}/flow_runs/{uuid4()}/resume", headers=headers)

    assert (answer.headers.get("access-control-allow-origin") == origin) is allowed
    assert answer.is_success is allowed


def test_it_listens_on_loopback_only(prefect_server: Any) -> None:
    port = httpx.URL(prefect_server.api_url).port
    assert port is not None

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_its_ui_asks_its_own_api_and_reports_nothing(prefect_server: Any) -> None:
    settings = httpx.get(f"{prefect_server.api_url}/admin/settings", auth=prefect_server.auth).json()["server"]

    assert settings["ui"]["api_url"] == prefect_server.api_url
    assert settings["analytics_enabled"] is False
    assert prefect_server.ui_url in httpx.get(f"{prefect_server.ui_url}/ui-settings").text


def test_results_are_for_this_user_alone(prefect_server: Any) -> None:
    folders = [prefect_server.home / "prefect", prefect_server.home / "prefect" / "storage"]

    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700, 0o700]


def test_eight_writers_at_once_are_all_served(prefect_server: Any, toy: Any) -> None:
    async def create() -> list[int]:
        async with prefect_http(prefect_server.api_url) as client:
            body = {"parameters": {"journal": "/dev/null", "name": "x"}, "state": {"type": "SCHEDULED", "name": "Late"}}
            path = f"deployments/{toy.deployment_id}/create_flow_run"
            answers = await asyncio.gather(*(client.post(path, json=body) for _ in range(8)))
            return [answer.status_code for answer in answers]

    assert asyncio.run(create()) == [201] * 8


def test_a_second_start_finds_the_server_and_does_not_end_it(prefect_server: Any) -> None:
    with start_server(prefect_server.home) as found:
        assert (found.api_url, found.owned) == (prefect_server.api_url, False)

    assert httpx.get(f"{prefect_server.api_url}/health").is_success


def test_where_the_environment_names_a_server_none_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://192.0.2.7:4200/api/")

    with server_for(tmp_path) as server:
        assert (server.api_url, server.ui_url, server.owned) == (
            "http://192.0.2.7:4200/api",
            "http://192.0.2.7:4200",
            False,
        )

    assert list(tmp_path.iterdir()) == []


def test_a_server_whose_owner_was_killed_is_taken_over_and_one_whose_owner_ends_ends_too(
    migrated_home: Path, start_owner: Callable[[], tuple[subprocess.Popen[str], str]]
) -> None:
    killed, first_url = start_owner()
    killed.kill()
    killed.wait()
    with start_server(migrated_home) as taken:
        assert (taken.api_url, taken.owned) == (first_url, True)
    note = read_note(migrated_home)
    assert note is not None
    assert note.pid == 0

    ended, second_url = start_owner()
    note = read_note(migrated_home)
    assert note is not None
    ended.terminate()

    assert ended.wait() == 128 + 15
    assert not is_alive(note.pid)
    assert second_url == first_url


def test_whoever_is_left_starts_the_server_again_at_its_address_once_its_owner_has_ended_it(
    migrated_home: Path, start_owner: Callable[[], tuple[subprocess.Popen[str], str]]
) -> None:
    first, url = start_owner()
    _, second_url = start_owner()
    before = read_note(migrated_home)
    first.terminate()
    first.wait()

    until(lambda: (note := read_note(migrated_home)) is not None and note.pid != 0 and note != before)
    until(lambda: answers(url))

    after = read_note(migrated_home)
    assert (before is not None, after is not None, url) == (True, True, second_url)
    assert before is not None
    assert not is_alive(before.pid)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def test_a_server_that_dies_says_why(tmp_path: Path) -> None:
    (tmp_path / "prefect" / "prefect.db").mkdir(parents=True)

    with pytest.raises(EngineError, match="unable to open database file"):
        start_server(tmp_path)


def test_two_do_not_start_it_at_once(tmp_path: Path) -> None:
    def wait_in_vain() -> None:
        with start_lock(tmp_path, timeout_s=0.2):
            raise AssertionError

    with start_lock(tmp_path, timeout_s=1), ThreadPoolExecutor() as other:
        waiting = other.submit(wait_in_vain)

        with pytest.raises(EngineError, match="too long"):
            waiting.result()


def test_a_port_that_is_taken_is_passed_over() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        with open_port(port) as other:
            assert other.getsockname()[1] != port
        with pytest.raises(EngineError, match=f"Port {port} is taken"):
            open_port(port, only=True)
    with open_port(port) as same:
        assert same.getsockname()[1] == port


@pytest.mark.parametrize(
    ("name", "level", "shown"),
    [
        ("prefect.flow_runs", logging.ERROR, False),
        ("prefect.task_runs", logging.ERROR, False),
        ("prefect.client", logging.INFO, False),
        ("prefect.client", logging.WARNING, True),
    ],
)
def test_the_console_shows_warnings_but_not_what_runs_say(name: str, level: int, shown: bool) -> None:  # noqa: FBT001
    record = logging.LogRecord(name, level, __file__, 1, "text", None, None)

    assert is_for_console(record) is shown


def test_what_a_run_says_reaches_the_server(toy: Any, start_driver: Any, prefect_server: Any) -> None:
    run = toy.new_run()
    process = start_driver(run)
    assert process.stdout.readline() == "waiting q0\n"

    async def messages() -> list[str]:
        async with prefect_http(prefect_server.api_url) as client:
            answer = await client.post("logs/filter", json={"logs": {"flow_run_id": {"any_": [str(run)]}}})
            return [line["message"] for line in answer.json()]

    async def until_there() -> None:
        while not any("Suspending" in line for line in await messages()):  # noqa: ASYNC110 - logs come late
            await asyncio.sleep(0.1)

    asyncio.run(until_there())


def test_the_environment_is_as_before_once_the_connection_is_closed(tmp_path: Path) -> None:
    before = dict(os.environ)
    with connected("http://192.0.2.7:4200/api", tmp_path):
        assert os.environ["PREFECT_API_URL"] == "http://192.0.2.7:4200/api"

    assert dict(os.environ) == before
