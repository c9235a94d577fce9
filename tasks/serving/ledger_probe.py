"""Whether the ledger takes alerts: seen by a small real write, which no monitor waits for longer than it would."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import NamedTuple

from tasks.config.home import home
from tasks.context import ledger, utc_now
from tasks.errors import LedgerError

PATIENCE_S = 1.5
"""How long a look at the ledger is waited for: monitors are answered within two seconds."""
FREE_MIN = 1024 * 1024
"""Bytes that must be free on the disk: the ledger's next few writes may find room in its log, those after them not."""
SHOWN = 20
"""Incidents that are named for each state that a person must end; `/metrics` counts them all."""


class LedgerState(NamedTuple):
    """Why the ledger can't take alerts now; where it can, how many messages and which incidents wait for a person."""

    problem: str | None
    kept: int | None = None
    told: Mapping[str, Sequence[str]] = MappingProxyType({})


class LedgerProbe:
    """Looks at the ledger, one look at a time, in a thread of its own: all others may hang at a locked ledger."""

    def __init__(self) -> None:
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readyz")
        self._looking: asyncio.Future[LedgerState] | None = None

    async def look(self) -> LedgerState:
        """Look, or wait for the look that is on its way; not for longer than monitors wait."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().run_in_executor(self._aside, _looked_at)
        done, _ = await asyncio.wait({self._looking}, timeout=PATIENCE_S)
        return self._looking.result() if done else LedgerState("The ledger is locked by another process, or hangs.")


def _looked_at() -> LedgerState:
    try:
        if shutil.disk_usage(home()).free < FREE_MIN:
            return LedgerState(f"The disk of {home()} is full: free some space.")
        ledger().check_writable(utc_now())
        shown = {state: list(incidents[:SHOWN]) for state, incidents in ledger().told_incidents().items()}
        return LedgerState(None, ledger().count_kept_messages(), shown)
    except (LedgerError, OSError) as error:
        return LedgerState(str(error))
