"""`runbooks serve` as its users start it, with a home of its own and the sandbox for a cloud."""

import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from typing import Any, NamedTuple

import yaml

from tasks.bench.sandbox import Apart
from tasks.cli.children import Children, end, end_those_in
from tasks.engine.deployments import code_root
from tasks.engine.server.note import read_note
from tasks.engine.server.process import HOST, api_url_of
from tasks.errors import EngineError

POLICY = {
    "mode": "auto",
    "auto_actions": ["disable_access_key", "disable_console_login", "quarantine"],
    "auto_per_hour": 100_000,
    "auto_share": 1.0,
}
TOKEN = "BENCH_TOKEN"  # noqa: S105 - a variable's name
SENDER = {"name": "default", "secret_env": TOKEN, "per_minute": 1_000_000}
"""A storm is one sender's here, who may send more than 600 messages a minute."""
START_S = 180.0  # a first start migrates a fresh database
STOP_S = 60.0
POLL_S = 0.1
ATTEMPTS, AGAIN_S = 60, 0.5  # of a message that is answered 503: the ledger is busy
TIMEOUT_S = 60.0
UNLIMITED = "10000"  # calls a second and action, where the sandbox has no limits either
WATCH_NEVER = "0"  # the watcher would raise every login of the scenario by itself
OTHERS = ("PREFECT_", "RUNBOOKS_", "TENCENTCLOUD_")  # settings that are not the bench's


class Serving(NamedTuple):
    """A `runbooks serve` that is ready.

    Args:
        pid, server_pid: of the process, and of its embedded Prefect server.
    """

    port: int
    token: str
    home: Path
    pid: int
    server_pid: int
    api_url: str

    def post(self, alert: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Send an alert on a new connection, as a sender of one does; give the incidents that it is part of."""
        with closing(HTTPConnection(HOST, self.port, timeout=TIMEOUT_S)) as connection:
            return self.post_on(connection, alert)

    def post_on(self, connection: HTTPConnection, alert: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Send an alert on an open connection; where it can't be stored now, send it again, as senders do."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        content = json.dumps(alert, ensure_ascii=False).encode()
        for attempt in range(ATTEMPTS):
            connection.request("POST", "/alerts/default", content, headers)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status == HTTPStatus.ACCEPTED:
                found: list[dict[str, Any]] = json.loads(body)["incidents"]
                return [{**one, "refused": attempt} for one in found]
            if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            time.sleep(AGAIN_S)
        raise EngineError(f"the intake answered {answer.status}: {body[:500].decode(errors='replace')}")


def environment(home: Path, sandbox: Apart, **more: str) -> dict[str, str]:
    """Environment of a process that responds: this machine's, the sandbox's credential, the benches' policy."""
    policy = home / "policy.yaml"
    policy.write_text(yaml.safe_dump(POLICY), encoding="utf-8")
    root = os.pathsep.join(filter(None, [str(code_root()), os.environ.get("PYTHONPATH")]))
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OTHERS)}
    ours = {"RUNBOOKS_HOME": str(home), "RUNBOOKS_POLICY": str(policy), "RUNBOOKS_CLOUD_ENDPOINT": sandbox.url}
    return plain | sandbox.environ | ours | {"PYTHONPATH": root, "RUNBOOKS_LANG": "en", "DO_NOT_TRACK": "1"} | more


@contextmanager
def process(command: list[str], *, home: Path, env: Mapping[str, str], log: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command beside us while the block runs; it is asked to end first, then made to, and ends if we die."""
    children = Children()
    child = children.start(command, cwd=home, env=env, log=home / log)
    try:
        yield child
    finally:
        end(child, within_s=STOP_S)
        children.close()


@contextmanager
def serving(home: Path, sandbox: Apart, *, rate_limit: bool = False) -> Iterator[Serving]:
    """Run `runbooks serve` while the block runs.

    Args:
        rate_limit: whether it keeps below the cloud's real limits, as it does unless told that they are higher.
    """
    port = _free_port()
    token, intake = secrets.token_urlsafe(), home / "intake.yaml"
    intake.write_text(yaml.safe_dump({"sources": [SENDER]}), encoding="utf-8")
    settings = {"RUNBOOKS_INTAKE": str(intake), TOKEN: token, "RUNBOOKS_INTAKE_PORT": str(port)}
    settings |= {"RUNBOOKS_WATCH_EVERY": WATCH_NEVER}
    settings |= {} if rate_limit else {"RUNBOOKS_CALLS_PER_SECOND": UNLIMITED}
    env = environment(home, sandbox, **settings)
    try:
        with process(["-m", "flows", "serve"], home=home, env=env, log="serve.log") as child:
            _wait_until_ready(child, port, home)
            note = read_note(home)
            if note is None:
                raise EngineError(f"`runbooks serve` says it is ready, but {home} names no server")
            yield Serving(port, token, home, child.pid, note.pid, api_url_of(note.port))
    finally:
        end_those_in(home)  # where it had to be killed, its server is left


def _wait_until_ready(child: subprocess.Popen[bytes], port: int, home: Path) -> None:
    deadline = time.monotonic() + START_S
    while not _is_ready(port):
        if child.poll() is not None or time.monotonic() > deadline:
            tail = (home / "serve.log").read_text("utf-8", errors="replace")[-2000:]
            raise EngineError(f"`runbooks serve` did not become ready:\n{tail}")
        time.sleep(POLL_S)


def _is_ready(port: int) -> bool:
    with closing(HTTPConnection(HOST, port, timeout=TIMEOUT_S)) as connection, suppress(OSError):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    return False


def _free_port() -> int:
    with closing(socket()) as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port
