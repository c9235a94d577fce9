"""The HTTP server of the intake: started, asked for its address, ended when those who were being answered are."""

import asyncio
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from tasks.errors import SettingsError
from tasks.model.address import Network
from tasks.serving.crowd import Crowd, most_of
from tasks.serving.descriptors import raise_limit
from tasks.serving.guarded_protocol import GuardedProtocol, Visited
from tasks.serving.refusals import Refusals

BACKLOG = 1024
"""Connections that the system keeps until they are taken: a storm comes at once."""
TAKEN_AT_ONCE = 16
"""Connections that are taken from there before those that are there already are read again: a whole request that has
come is read before so many others come that it would have to make room for them."""
GRACE_S = 5
"""How long a request may take to be answered once the process ends."""
KEPT_S = 5
"""How long a connection without a request is kept after an answer."""
HEADERS_MAX_BYTES = 32 * 1024
"""What a request's head may hold; each road's own limits are lower."""


class Web(uvicorn.Server):
    """uvicorn's server, whose signals are ours to handle, and who may come in too."""

    def __init__(self, config: uvicorn.Config, crowd: Crowd) -> None:
        super().__init__(config)
        self.server_state = Visited(crowd)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen; asyncio has one number for how many wait at the system and how many are taken at once."""
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process that runs us."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Listen where alerts come in.

    Raises:
        SettingsError: the address can't be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named in full: only of a TCP socket does asyncio know that small answers must not wait for more.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as exc:
        listener.close()
        raise SettingsError(
            "RUNBOOKS_INTAKE_PORT", f"{host} port {port} can't be listened on ({exc.strerror}); name a free one"
        ) from exc
    return listener


def address_of(listener: socket.socket) -> str:
    """The base URL that a listener is reached by on this machine."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def web(routes: Sequence[Route], trusted: Sequence[Network] = (), crowd: Crowd | None = None) -> Web:
    """Make the server; no header of a proxy is believed here, and nothing that was sent is logged.

    Args:
        routes: what it answers.
        trusted: networks of reverse proxies, each of which may have as many connections as there are.
        crowd: who may come in; by default as many as the descriptors allow.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it warns of each broken request: strangers fill logs
    config = uvicorn.Config(
        Refusals(Starlette(routes=list(routes))),
        http=GuardedProtocol,
        h11_max_incomplete_event_size=HEADERS_MAX_BYTES,
        backlog=TAKEN_AT_ONCE,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEPT_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    return Web(config, Crowd(most_of(raise_limit()), trusted=trusted) if crowd is None else crowd)


async def ended(server: Web, serving: "asyncio.Task[None]") -> None:
    """Take no new request, and wait until the open ones are answered."""
    server.should_exit = True
    await serving
