"""The loops of the process: none of them ends it, whatever it raises; that is said, counted, and tried again."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import httpx
from prefect.exceptions import PrefectException

from tasks.errors import RunbookError
from tasks.metrics import LOOP_ENDS

log = logging.getLogger("runbooks.serve")

AWAY = (RunbookError, PrefectException, httpx.HTTPError, OSError)
"""What engine, ledger, disk and network raise where they are away; anything else is a defect."""
FIRST_REST_S = 1.0
LONGEST_REST_S = 30.0
"""How long a loop rests before it is begun again: twice as long each time, up to this."""
WELL_S = 5.0
"""A loop that was begun again and goes on for so long is well."""

Loop = Callable[[], Coroutine[Any, Any, object]]


class Guard:
    """Begins loops again that end by an error, and knows which are not well for now."""

    def __init__(self) -> None:
        self._errors: dict[str, str] = {}

    @property
    def down(self) -> Mapping[str, str]:
        """Loops that are not well, and what ended each."""
        return self._errors

    async def keep(self, name: str, loop: Loop) -> None:
        """Run a loop until it ends by itself.

        Args:
            name: for the log, `/readyz` and `/metrics`.
            loop: begins it.
        """
        rest_s = FIRST_REST_S
        while True:
            well = asyncio.get_running_loop().call_later(max(WELL_S, rest_s), self._well, name)
            try:
                await loop()
            except Exception as error:  # noqa: BLE001 - one loop's error must not end the others
                rest_s = min(2 * rest_s, LONGEST_REST_S) if name in self._errors else FIRST_REST_S
                self._ended(name, error)
            else:
                return self._well(name)
            finally:
                well.cancel()
            await asyncio.sleep(rest_s)

    def _ended(self, name: str, error: Exception) -> None:
        """Say it once a kind; a defect with where it is."""
        kind, known = type(error).__name__, self._errors.get(name)
        self._errors[name] = kind
        LOOP_ENDS.labels(name, kind).inc()
        if known == kind:
            return
        if isinstance(error, AWAY):
            log.error("%s is held up, and is tried again: %s", name, error)
        else:
            log.error("%s was ended by a defect, and is begun again", name, exc_info=error)

    def _well(self, name: str) -> None:
        if self._errors.pop(name, None) is not None:
            log.warning("%s goes on again", name)
