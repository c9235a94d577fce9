"""A process that was silent for long, stopped or asleep, does nothing more to a run that others took over meanwhile."""

import time

import httpx
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.exceptions import Pause, PrefectException

SILENT_S = 10.0
"""How long a pass may be silent before it asks whether the run is still its own: a third of what a lease lasts, after
which others may take the run over."""


class Fence:
    """Stands before and behind each step of one pass through a flow's body."""

    def __init__(self, context: FlowRunContext | None) -> None:
        self._context = context
        self._heard = time.monotonic()

    async def pass_on(self) -> None:
        """Let the pass go on, unless the run is another's by now.

        Whoever takes a run over schedules it anew and begins it anew: then it is in another state than this pass began
        in. A server that can't be asked says nothing against it; the step's own calls will.

        Raises:
            Pause: it is another's; this pass ends, and changes nothing.
        """
        now = time.monotonic()
        if now - self._heard > SILENT_S and await self._is_anothers():
            raise Pause
        self._heard = now

    async def _is_anothers(self) -> bool:
        run = self._context.flow_run if self._context is not None else None
        if run is None or run.state is None:
            return False
        try:
            async with get_client() as client:
                known = await client.read_flow_run(run.id)
        except (httpx.HTTPError, PrefectException):
            return False
        return known.state is not None and known.state.id != run.state.id
