"""The Prefect server of a long-lived process: its address is known at once, and it is started beside all else."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tasks.engine.server.embedded import API_URL_VARIABLE, settled_port
from tasks.engine.server.keeper import Keeper
from tasks.engine.server.process import api_url_of


class Embedded:
    """Prefect's server: the one that the environment names, else our own.

    Args:
        api_url: its address.
        keeper: of our own; None where the environment names one, which is not ours to start.
    """

    def __init__(self, api_url: str, keeper: Keeper | None = None) -> None:
        self.api_url = api_url
        self._keeper = keeper
        self._there = asyncio.Event()
        if keeper is None:
            self._there.set()

    @property
    def ui_url(self) -> str:
        """Address of the UI, for people."""
        return self.api_url.removesuffix("/api")

    async def ready(self) -> None:
        """Wait until our own server answers for the first time; one elsewhere is not waited for here."""
        await self._there.wait()

    def is_there(self) -> None:
        """Hear that it answers."""
        self._there.set()

    def abandon(self) -> None:
        """Tell our own server to end, without waiting for it; may be called from any thread."""
        if self._keeper is not None:
            self._keeper.abandon()


@asynccontextmanager
async def embedded(home: Path) -> AsyncIterator[Embedded]:
    """Give the server's address while the block runs; our own is started meanwhile, and kept there."""
    named = os.environ.get(API_URL_VARIABLE)
    if named:
        yield Embedded(named.rstrip("/"))
        return
    loop, port = asyncio.get_running_loop(), await asyncio.to_thread(settled_port, home)

    def there() -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(engine.is_there)

    keeper = Keeper(home, port, there=there)
    engine = Embedded(api_url_of(port), keeper)
    keeper.start()
    try:
        yield engine
    finally:
        await asyncio.to_thread(keeper.stop)
