"""The embedded server answers us and who signs in, no page of a stranger and no other user of the machine."""

import asyncio
import base64
import hashlib
import http.server
import os
import re
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import prefect
import pytest
import websockets
from prefect.settings import PREFECT_API_AUTH_STRING, temporary_settings

from tasks.engine.connection import auth_for, connected, prefect_http
from tasks.engine.server.note import ServerNote, read_note, write_note
from tasks.engine.server.process import answers_for, is_ours
from tasks.engine.server.secret import auth_of, auth_string, proof, secret_file, sign_in_url

pytestmark = pytest.mark.prefect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REBOUND = "evil.example"
UIS = (prefect.__ui_static_path__, prefect.__ui_v2_static_path__)
INLINE = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)
ASKS = ("csrf-token?client=me", "health", "admin/settings")


def port_of(server: Any) -> int:
    return int(server.ui_url.rpartition(":")[2])


@pytest.mark.parametrize("path", ["csrf-token?client=me", "admin/settings", "flows/name/unusual_login"])
def test_another_user_of_the_machine_is_refused(prefect_server: Any, path: str) -> None:
    url = f"{prefect_server.api_url}/{path}"

    assert httpx.get(url).status_code == 401
    assert httpx.get(url, auth=("runbooks", "guess")).status_code == 401
    assert httpx.get(url, auth=prefect_server.auth).status_code in {200, 404}


def test_another_user_can_answer_nothing_and_hears_no_events(prefect_server: Any) -> None:
    answered = httpx.post(f"{prefect_server.api_url}/flow_runs/{uuid4()}/resume", json={"run_input": {}})

    async def listens() -> None:
        url = f"ws://127.0.0.1:{port_of(prefect_server)}/api/events/out"
        async with websockets.connect(url, subprotocols=[websockets.Subprotocol("prefect")]) as socket:
            await socket.send('{"type": "auth", "token": "guess"}')
            await socket.send('{"type": "filter", "filter": {}}')
            while True:
                await socket.recv()

    assert answered.status_code in {401, 403}  # without the string there is no token either
    with pytest.raises(websockets.ConnectionClosed):
        asyncio.run(listens())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": f"{REBOUND}:4270"}, 400),
        ({"Host": "127.0.0.1.evil.example"}, 400),
        ({"Origin": f"http://{REBOUND}:4270"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Host": "localhost"}, 200),
        ({}, 200),
    ],
)
def test_only_who_asks_for_this_server_is_answered(prefect_server: Any, headers: dict[str, str], status: int) -> None:
    for path in ("/api/csrf-token?client=me", "/", "/sign-in", "/runbooks/proof?nonce=n"):
        said = httpx.get(f"{prefect_server.ui_url}{path}", headers=headers, auth=prefect_server.auth)

        assert said.status_code == status, (path, said.text)
        assert said.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in said.headers["content-security-policy"]
        assert (said.headers["x-content-type-options"], said.headers["referrer-policy"]) == ("nosniff", "no-referrer")


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_no_page_of_a_stranger_opens_a_socket(prefect_server: Any, origin: str) -> None:
    async def opens() -> None:
        url = f"ws://127.0.0.1:{port_of(prefect_server)}/api/events/out"
        async with websockets.connect(url, origin=websockets.Origin(origin)):
            pass

    with pytest.raises(websockets.InvalidStatus):
        asyncio.run(opens())


def test_our_client_gets_in_and_the_string_is_for_its_owner_alone(prefect_server: Any) -> None:
    async def asks() -> int:
        async with prefect_http(prefect_server.api_url, opening=auth_string(prefect_server.home)) as client:
            return (await client.post("flow_runs/count", json={})).status_code

    assert asyncio.run(asks()) == 200
    assert stat.S_IMODE(secret_file(prefect_server.home).stat().st_mode) == 0o600
    assert len(prefect_server.auth[1]) >= 43


def test_it_inherits_no_secret_and_the_string_is_in_no_command_line(
    prefect_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tasks.engine.server.process import server_environment  # noqa: PLC0415

    for name in ("TENCENTCLOUD_SECRET_KEY", "PHONE_SECRET", "RUNBOOKS_LEDGER_URL", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "canary")
    monkeypatch.setenv("PREFECT_API_KEY", "canary")
    note = read_note(prefect_server.home)
    assert note is not None
    shown = Path(f"/proc/{note.pid}/cmdline").read_bytes()

    inherited = Path(f"/proc/{note.pid}/environ").read_bytes().decode().split("\0")

    assert "canary" not in str(server_environment(tmp_path, 4270))
    assert {one.partition("=")[0] for one in inherited} <= {*server_environment(tmp_path, 4270), ""}
    assert "RUNBOOKS_IP_LIBRARIES" in os.environ  # set before it was started, as an operator's secrets are
    assert prefect_server.auth[1].encode() not in shown


@contextmanager
def pretender(answers: dict[str, tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """A server of somebody else's; its port, and the Authorization headers that it was shown."""
    shown: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown.append(self.headers.get("Authorization", ""))
            status, body = answers.get(self.path.partition("?")[0], (200, "{}"))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], shown
        server.shutdown()


def test_a_server_that_only_says_it_is_ours_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = f'{{"home": "{tmp_path / "prefect"}"}}'
    with pretender({"/api/health": (200, "true"), "/api/admin/settings": (200, settings)}) as (port, shown):
        write_note(tmp_path, ServerNote(port=port, pid=os.getpid(), owner_pid=os.getpid()))
        url = f"http://127.0.0.1:{port}/api"
        monkeypatch.setenv("PREFECT_API_URL", url)
        monkeypatch.delenv("PREFECT_API_AUTH_STRING", raising=False)

        assert not answers_for(tmp_path, port)
        assert not is_ours(tmp_path, url)
        assert auth_for(url, tmp_path) is None
        assert set(shown) == {""}


def test_a_proof_of_another_port_is_none(prefect_server: Any) -> None:
    auth = auth_string(prefect_server.home)

    assert proof(auth, 4270, "n") != proof(auth, 4271, "n")
    assert httpx.get(f"{prefect_server.ui_url}/runbooks/proof").status_code == 400
    assert httpx.get(f"{prefect_server.ui_url}/runbooks/proof?nonce={'x' * 201}").status_code == 400
    assert is_ours(prefect_server.home, prefect_server.api_url)


def test_a_server_of_the_users_own_hears_their_string_and_never_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_note(tmp_path, ServerNote(port=4270, pid=0, owner_pid=0))
    monkeypatch.setenv("PREFECT_API_URL", "http://192.0.2.7:4200/api")
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "their:own")

    assert auth_for("http://192.0.2.7:4200/api", tmp_path) == "their:own"
    assert auth_for("http://127.0.0.1:4270/api", tmp_path) == auth_string(tmp_path)
    assert auth_of(tmp_path, "http://192.0.2.7:4200/api") is None
    assert sign_in_url(tmp_path, "http://192.0.2.7:4200") is None


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://192.0.2.7:4200/api", True),
        ("http://prefect.example.com/api", True),
        ("http://127.0.0.1.example.com/api", True),
        ("http://[2001:db8::7]:4200/api", True),
        ("https://prefect.example.com/api", False),
        ("http://127.0.0.9:4200/api", False),
        ("http://localhost:4200/api", False),
        ("http://[::1]:4200/api", False),
    ],
)
def test_a_string_that_others_could_read_on_its_way_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, url: str, *, warned: bool
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "their:own")
    with connected(url, tmp_path):
        pass
    said = caplog.text
    monkeypatch.delenv("PREFECT_API_AUTH_STRING")
    with connected(url, tmp_path):
        pass

    assert (f"PREFECT_API_URL is {url}" in said, caplog.text == said) == (warned, True)
    assert "their:own" not in said


def test_a_string_that_the_users_profile_holds_opens_their_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://192.0.2.7:4200/api")
    monkeypatch.delenv("PREFECT_API_AUTH_STRING", raising=False)

    with temporary_settings({PREFECT_API_AUTH_STRING: "their:profile"}):
        assert auth_for("http://192.0.2.7:4200/api", tmp_path) == "their:profile"
        assert auth_for("http://192.0.2.8:4200/api", tmp_path) is None


def test_a_link_signs_in_without_sending_the_string_to_anybody(prefect_server: Any) -> None:
    link = sign_in_url(prefect_server.home, prefect_server.ui_url)
    page = httpx.get(f"{prefect_server.ui_url}/sign-in").text

    assert link == f"{prefect_server.ui_url}/sign-in#{':'.join(prefect_server.auth)}"
    assert prefect_server.auth[1] not in page


def test_pages_run_their_files_and_of_what_stands_in_a_page_the_sign_in_alone(prefect_server: Any) -> None:
    answer = httpx.get(f"{prefect_server.ui_url}/sign-in")
    scripts = answer.headers["content-security-policy"].partition("script-src ")[2].partition(";")[0].split()
    inside = {path: INLINE.findall((path / "index.html").read_text(encoding="utf-8")) for path in UIS}
    (own,) = INLINE.findall(answer.text)
    digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()

    assert f"'sha256-{digest}'" in scripts
    assert "'unsafe-inline'" not in scripts
    assert all(not "".join(found).strip() for found in inside.values()), inside  # else Prefect's pages need it


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here that signs in")
def test_a_whole_link_signs_in_and_another_says_that_it_does_not(prefect_server: Any, tmp_path: Path) -> None:
    whole = str(sign_in_url(prefect_server.home, prefect_server.ui_url))
    wrong = [f"{prefect_server.ui_url}/sign-in{fragment}" for fragment in ("#%", "#runbooks:guess")]

    assert all("Not signed in" in _browsed(one, tmp_path) for one in wrong)
    assert "data-v-app" in _browsed(whole, tmp_path)  # the page of runs is built, so its scripts may run


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here that plays DNS rebinding")
def test_a_browser_whose_page_was_rebound_to_loopback_reads_nothing(prefect_server: Any, tmp_path: Path) -> None:
    port = port_of(prefect_server)
    ask = "; ".join(
        f"await fetch('http://{REBOUND}:{port}/api/{path}').then(r => r.text().then(t => r.status + t), e => 'failed')"
        for path in ASKS
    )
    page = f"<script>(async () => {{ document.title = [{ask.replace('; ', ', ')}].join('|') }})()</script>"

    with pretender({"/": (200, page)}) as (own, _):
        seen = _browsed(f"http://{REBOUND}:{own}/", tmp_path)
    rebound = _browsed(f"http://{REBOUND}:{port}/api/csrf-token?client=me", tmp_path)

    assert "<title>failed|failed|failed</title>" in seen
    assert "Invalid host header" in rebound


def _browsed(url: str, profile: Path) -> str:
    """What a real browser makes of a page, for which a stranger's name leads to this machine."""
    rules = f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", rules]
    command = [str(CHROMIUM), *quiet, "--virtual-time-budget=10000", "--dump-dom", url]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
