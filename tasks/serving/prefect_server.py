"""The Prefect server of a long-lived process: its address is known at once, and it is started again when it dies."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tasks.engine.server.embedded import API_URL_VARIABLE, RunningServer, start_server
from tasks.errors import EngineError

log = logging.getLogger("runbooks.serve")

LOOK_S = 2.0
"""How often it is looked whether the server still lives."""


class Embedded:
    """Prefect's server: the one that the environment names, else our own."""

    def __init__(self, api_url: str, home: Path, server: RunningServer | None) -> None:
        self.api_url = api_url
        self._home = home
        self._server = server
        self.starting: asyncio.Task[RunningServer] | None = None

    @property
    def ui_url(self) -> str:
        """Address of the UI, for people."""
        return self.api_url.removesuffix("/api")

    async def ready(self) -> None:
        """Wait until our own server answers; one elsewhere is not waited for here."""
        if self.starting is not None:
            await asyncio.shield(self.starting)

    async def keep(self) -> None:
        """Start our own server again, at the same address, whenever it has died."""
        await self.ready()
        while True:
            await asyncio.sleep(LOOK_S)
            if self._server is not None and self._server.has_died:
                log.error("the Prefect server has died and is started again; alerts are taken meanwhile")
                await self._revive()

    async def _revive(self) -> None:
        port = int(self.ui_url.rpartition(":")[2])
        try:
            self._server = await asyncio.to_thread(start_server, self._home, port=port)
        except EngineError as error:
            log.error("the Prefect server does not start, and is tried again: %s", error)  # noqa: TRY400 - one line

    def stop(self) -> None:
        """End the server if it is ours."""
        if self._server is not None:
            self._server.stop()


@asynccontextmanager
async def embedded(home: Path) -> AsyncIterator[Embedded]:
    """Give the server while the block runs; our own may still be starting, calls to it wait."""
    named = os.environ.get(API_URL_VARIABLE)
    if named:
        yield Embedded(named.rstrip("/"), home, None)
        return
    loop = asyncio.get_running_loop()
    spawned: asyncio.Future[RunningServer] = loop.create_future()

    def tell(server: RunningServer) -> None:
        loop.call_soon_threadsafe(spawned.set_result, server)

    starting = asyncio.create_task(asyncio.to_thread(start_server, home, spawned=tell))
    await asyncio.wait({starting, spawned}, return_when=asyncio.FIRST_COMPLETED)
    server = spawned.result() if spawned.done() else await starting
    engine = Embedded(server.api_url, home, server)
    engine.starting = starting
    try:
        yield engine
    finally:
        await asyncio.to_thread(engine.stop)
        await asyncio.gather(starting, return_exceptions=True)
