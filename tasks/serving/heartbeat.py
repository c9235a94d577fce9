"""Telling others on this ledger which engine lives here, and hearing which others live."""

import asyncio
import logging

import httpx
from prefect.exceptions import PrefectException

from tasks.context import ledger, utc_now
from tasks.engine.identity import engine_id, others_live
from tasks.engine.owner import owner
from tasks.errors import LedgerError

log = logging.getLogger("runbooks.serve")

BEAT_S = 5.0


class Heartbeat:
    """Whether another engine works on this ledger; as long as that is not known, one might."""

    def __init__(self) -> None:
        self.others = True
        self._mine = ""
        self._said = False

    async def keep(self) -> None:
        """Say and hear it for ever; an engine of ours that is away for a moment is still said to live."""
        while True:
            try:
                await self._beat()
            except (httpx.HTTPError, PrefectException, LedgerError) as error:
                log.debug("it is not known which engines live: %s", error)
            await asyncio.sleep(BEAT_S)

    async def _beat(self) -> None:
        if self._mine:
            await asyncio.to_thread(ledger().engine_seen, self._mine, owner(), utc_now())
        self._mine = await engine_id()
        await asyncio.to_thread(ledger().engine_seen, self._mine, owner(), utc_now())
        self.others = await asyncio.to_thread(others_live, self._mine, utc_now())
        if self.others and not self._said:
            log.warning("another Prefect server works on this ledger: its incidents are left to it, and ours to us")
        self._said = self.others
