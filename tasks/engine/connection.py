"""How this process talks to its Prefect server: settings, quiet consoles, and a plain HTTP client with CSRF token."""

import logging
import os
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.handlers import APILogWorker
from prefect.settings import get_current_settings, temporary_settings
from pydantic import SecretStr

from tasks.engine.server.note import results_folder
from tasks.engine.server.process import is_ours
from tasks.engine.server.secret import auth_of

log = logging.getLogger("runbooks.engine")

RESULTS_VARIABLE = "PREFECT_RESULTS_LOCAL_STORAGE_PATH"
AUTH_VARIABLE = "PREFECT_API_AUTH_STRING"
RETRIES_VARIABLE = "PREFECT_CLIENT_MAX_RETRIES"
RUN_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")
TRANSPORT_LOGGERS = ("prefect.events.clients", "prefect._internal")
"""They say of every lost event that the server is gone; the driver says it once."""
HTTP_TIMEOUT_S = 30.0
MAX_RETRIES = 3
"""A call tries again after 2, 4 and 8 s: a server that restarts is back by then; Prefect's own 5 make a minute each."""
EVENT_RETRIES = 2
"""These come without a pause; Prefect's own 10 take 7 s for each event, of which there are hundreds."""
DRAIN_TIMEOUT_S = 10.0
"""How long the last logs and events may take to reach the server."""


IN_CLEAR = (
    "PREFECT_API_URL is %s: over plain http whoever stands between can read the auth string there, and answer and "
    "approve with it. Give its https:// address, or a tunnel's on this machine."
)


def is_private(api_url: str) -> bool:
    """Whether nobody between can read what is sent to a server: it is on this machine, or it is not plain http."""
    parts = urlsplit(api_url)
    try:
        here = ip_address(parts.hostname or "").is_loopback
    except ValueError:
        here = parts.hostname == "localhost"
    return here or parts.scheme != "http"


def engine_environment(api_url: str, home: Path) -> dict[str, str]:
    """Environment in which flows run, here or in a worker: one server, one place of results."""
    return {
        "PREFECT_API_URL": api_url,
        # A run that is resumed elsewhere must find what its tasks returned here.
        RESULTS_VARIABLE: os.environ.get(RESULTS_VARIABLE) or str(results_folder(home)),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def auth_for(api_url: str, home: Path) -> str | None:
    """What opens the server at an address: what the user set for a server of their own, else our own server's string.

    A server that the user names hears ours only once it has proven that it is ours. It is not part of
    `engine_environment`, which deployments keep.
    """
    if (os.environ.get("PREFECT_API_URL") or "").rstrip("/") != api_url:
        return auth_of(home, api_url)
    theirs = get_current_settings().api.auth_string  # a Prefect profile may hold it as well
    own = os.environ.get(AUTH_VARIABLE) or (theirs.get_secret_value() if theirs else None)
    return own or (auth_of(home, api_url) if is_ours(home, api_url) else None)


@contextmanager
def connected(api_url: str, home: Path) -> Iterator[None]:
    """Point this process, its threads and its children at one server while the block runs; the console stays quiet."""
    environment, auth = engine_environment(api_url, home), auth_for(api_url, home)
    if auth and not is_private(api_url):
        log.warning(IN_CLEAR, api_url)
    updates = {
        "api.auth_string": SecretStr(auth) if auth else None,
        "api.url": api_url,
        "results.local_storage_path": Path(environment[RESULTS_VARIABLE]),
        "server.ephemeral.enabled": False,
        "server.analytics_enabled": False,
        "client.server_version_check_enabled": False,  # a client could not even be made while the server is away
        "client.max_retries": int(os.environ.get(RETRIES_VARIABLE) or MAX_RETRIES),
    }
    quiet = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING"}
    opening = {AUTH_VARIABLE: auth} if auth else {}
    with _environment(environment | quiet | opening), temporary_settings(updates), _losing_events(api_url):
        _quiet_consoles()
        try:
            yield
        finally:
            _send_the_rest()


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _losing_events(api_url: str) -> Iterator[None]:
    """Let the UI's events and logs be lost, quietly, where the server is gone: the ledger has all that matters."""
    aloud = logging.raiseExceptions
    logging.raiseExceptions = False
    EventsWorker.set_client_override(PrefectEventsClient, api_url=api_url, reconnection_attempts=EVENT_RETRIES)
    try:
        yield
    finally:
        EventsWorker.set_client_override(None)
        logging.raiseExceptions = aloud


def is_for_console(record: logging.LogRecord) -> bool:
    """Whether a record is for the terminal: what runs say is told there by our own lines, and kept in the UI."""
    return record.levelno >= logging.WARNING and not record.name.startswith((*RUN_LOGGERS, *TRANSPORT_LOGGERS))


def _quiet_consoles() -> None:
    ensure_logging_setup()
    for handler in (*logging.getLogger().handlers, *logging.getLogger("prefect._internal").handlers):
        if type(handler).__module__.startswith("prefect.") and is_for_console not in handler.filters:
            handler.addFilter(is_for_console)


def _send_the_rest() -> None:
    """Send the logs and events that still lie here: their threads would try for a minute once the server is gone."""
    # In a thread, for with an event loop around Prefect's call gives back a coroutine instead.
    with ThreadPoolExecutor(max_workers=1) as aside:
        for service in (APILogWorker, EventsWorker):
            aside.submit(service.drain_all, timeout=DRAIN_TIMEOUT_S, at_exit=False).result()


@asynccontextmanager
async def prefect_http(api_url: str, *, opening: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """Open a plain HTTP client that carries a CSRF token, and the auth string where one is set.

    Paths are relative to the API, without a leading slash: `client.post("flow_runs/filter", json={})`.

    Args:
        opening: the auth string; by default that of the server to which this process is connected.
    """
    set_here = get_current_settings().api.auth_string
    name, _, password = (opening or (set_here.get_secret_value() if set_here else "")).partition(":")
    auth = httpx.BasicAuth(name, password) if password else None
    client_id = str(uuid.uuid4())
    async with httpx.AsyncClient(base_url=f"{api_url}/", timeout=HTTP_TIMEOUT_S, auth=auth) as client:
        answer = await client.get("csrf-token", params={"client": client_id})
        # 422 says that the server has the protection switched off.
        if answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY:
            answer.raise_for_status()
            client.headers.update({"Prefect-Csrf-Token": answer.json()["token"], "Prefect-Csrf-Client": client_id})
        yield client
