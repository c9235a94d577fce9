"""The deployments that this process runs: registered, and registered again where somebody deletes one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import httpx

from tasks.engine.deployments import is_registered
from tasks.errors import EngineError

log = logging.getLogger("runbooks.serve")

AGAIN_S = 2.0
"""How long until a server that is away is asked again for the deployments."""
LOOK_S = 5.0
"""How often it is looked whether they are still there."""


class Deployed:
    """What is registered; whoever was given one of its mappings sees what is registered later.

    Args:
        register: registers the deployments; returns the name of each one's flow.
    """

    def __init__(self, register: Callable[[], Awaitable[Mapping[UUID, str]]]) -> None:
        self._register = register
        self.flows: dict[UUID, str] = {}
        """The flow of each deployment, the deleted ones among them: their runs may still be answered."""
        self.current: dict[str, UUID] = {}
        """The deployment of each flow."""

    async def register(self) -> None:
        """Register all, as soon as the server answers."""
        said = False
        while True:
            try:
                found = await self._register()
            except (httpx.HTTPError, EngineError) as error:
                if not said:
                    log.warning("waiting for the Prefect server; alerts are taken meanwhile: %s", error)
                said = True
                await asyncio.sleep(AGAIN_S)
            else:
                self.flows.update(found)
                self.current.update({name: each for each, name in found.items()})
                return

    async def keep(self) -> None:
        """Register again, for ever, what somebody deleted."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                gone = [name for name, each in self.current.items() if not await is_registered(each)]
            except httpx.HTTPError as error:
                log.debug("can't look for the deployments: %s", error)
                continue
            if gone:
                log.warning("%s: the deployment was deleted, and is registered again", ", ".join(gone))
                await self.register()
