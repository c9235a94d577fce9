"""The operating-system side of the embedded server: its environment, its process, its port, its health."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import httpx

from tasks.engine.owner import PROC, is_alive
from tasks.engine.server.guard import same
from tasks.engine.server.note import LOG_NAME, read_note, results_folder, server_folder
from tasks.engine.server.secret import PROOF_PATH, auth_string, proof
from tasks.errors import EngineError

HOST = "127.0.0.1"
FIRST_PORT = 4270
"""Where the search for a free port begins; 4200 is left to a server of the user's own."""
LAST_PORT = 4369
BACKLOG = 128
MODULE = "tasks.engine.server.app"
STOP_TIMEOUT_S = 10.0
POLL_S = 0.1
HEALTH_TIMEOUT_S = 5.0
LOG_TAIL_BYTES = 3_000
NONCE_BYTES = 24
INHERITED = {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV"}
INHERITED_KINDS = ("LC_", "PYTHON", "XDG_", "COVERAGE_", "SSL_CERT_")
"""What the server's process inherits of our environment, by name and by its beginning."""


def api_url_of(port: int) -> str:
    """Address of the API of a server on this machine."""
    return f"http://{HOST}:{port}/api"


def open_port(preferred: int | None, *, only: bool = False) -> socket.socket:
    """Listen on the preferred port if it is free, else on the first free one; listening is what keeps it ours.

    Args:
        preferred: the port of last time, or the one that was asked for.
        only: take the preferred port or none.
    """
    others = () if only else range(FIRST_PORT, LAST_PORT + 1)
    for port in chain([preferred] if preferred else (), others):
        listener = _listen(port)
        if listener is not None:
            return listener
    wanted = f"Port {preferred} is" if only else f"Ports {FIRST_PORT} to {LAST_PORT} are"
    raise EngineError(f"{wanted} taken; the Prefect server needs one on {HOST}.")


def _listen(port: int) -> socket.socket | None:
    listener = socket.socket()
    # A port of a server that ended a moment ago is free, whatever its last connections do.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        return None
    return listener


def server_environment(home: Path, port: int) -> dict[str, str]:
    """Environment of the server's process: what a Python program needs, and none of our secrets.

    Prefect's settings of ours belong to other servers; the cloud's key and the senders' secrets are nothing for it.
    """
    own = {name: value for name, value in os.environ.items() if name in INHERITED or name.startswith(INHERITED_KINDS)}
    origin = f"http://{HOST}:{port}"
    root = str(Path(__file__).resolve().parents[3])
    return own | {
        "PYTHONPATH": os.pathsep.join(filter(None, [root, own.get("PYTHONPATH")])),
        "PREFECT_HOME": str(server_folder(home)),
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(results_folder(home)),
        # The UI asks the address that the server's own environment names.
        "PREFECT_API_URL": api_url_of(port),
        "PREFECT_SERVER_UI_API_URL": api_url_of(port),
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_API_AUTH_STRING": auth_string(home),
        # By default any page in the operator's browser could press "Resume".
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{origin},http://localhost:{port}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }


def spawn_server(home: Path, listener: socket.socket) -> subprocess.Popen[bytes]:
    """Start the server's process in a session of its own: Ctrl-C in the terminal is ours to handle first."""
    command = [sys.executable, "-m", MODULE, str(listener.fileno())]
    folder = server_folder(home)
    with (folder / LOG_NAME).open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
            command,
            cwd=folder,
            env=server_environment(home, listener.getsockname()[1]),
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def answers_for(home: Path, port: int) -> bool:
    """Whether the server of this home, and no other, answers on the port; it is told nothing that it does not know."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    try:
        with httpx.Client(base_url=f"http://{HOST}:{port}", timeout=HEALTH_TIMEOUT_S, trust_env=False) as client:
            told = client.get(PROOF_PATH, params={"nonce": nonce})
            proven = told.is_success and same(told.text, proof(auth_string(home), port, nonce))
            return proven and client.get("/api/health").is_success
    except (httpx.HTTPError, EngineError):
        return False


def is_ours(home: Path, api_url: str) -> bool:
    """Whether the server at an address is this home's, and proves it."""
    note = read_note(home)
    return note is not None and api_url == api_url_of(note.port) and answers_for(home, note.port)


def wait_until_ready(home: Path, port: int, child: subprocess.Popen[bytes], *, timeout_s: float) -> None:
    """Return once the server answers; raise with the tail of its log if it dies or takes too long."""
    deadline = time.monotonic() + timeout_s
    while not answers_for(home, port):
        if child.poll() is not None:
            raise EngineError(f"The Prefect server ended with status {child.returncode}.\n{log_tail(home)}")
        if time.monotonic() > deadline:
            raise EngineError(f"The Prefect server did not answer within {timeout_s:.0f} s.\n{log_tail(home)}")
        time.sleep(POLL_S)


def log_tail(home: Path) -> str:
    """Last lines of the server's log."""
    data = (server_folder(home) / LOG_NAME).read_bytes()[-LOG_TAIL_BYTES:]
    return data.decode("utf-8", errors="replace")


def end_process(pid: int, child: subprocess.Popen[bytes] | None) -> None:
    """End a server: politely first, for it has a database open."""
    for order in (signal.SIGTERM, signal.SIGKILL):
        if not still_runs(pid, child):
            return
        os.kill(pid, order)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while still_runs(pid, child) and time.monotonic() < deadline:
            time.sleep(POLL_S)


def end_servers_of(home: Path) -> None:
    """End every server of a home, also one that no note tells of, where the system says what its processes are."""
    for process in PROC.glob("[0-9]*"):
        if is_server(int(process.name), home):
            end_process(int(process.name), None)


def is_server(pid: int, home: Path | None = None) -> bool:
    """Whether a process is an embedded server; where the system does not say what it is, whether there is one.

    Args:
        home: whose server it must be.
    """
    process = PROC / str(pid)
    try:
        if home is not None and process.joinpath("cwd").readlink() != server_folder(home).resolve():
            return False
        return MODULE.encode() in process.joinpath("cmdline").read_bytes()
    except FileNotFoundError:
        return not PROC.joinpath("self").exists() and is_alive(pid)
    except OSError:  # another user's, or one that ended meanwhile
        return False


def still_runs(pid: int, child: subprocess.Popen[bytes] | None) -> bool:
    """Whether a server's process has not ended; of our own child the system tells us for sure."""
    return child.poll() is None if child is not None else is_server(pid)
