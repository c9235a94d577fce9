"""Registering runs with Prefect: many in one call, each once however often it is asked for."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from pydantic import BaseModel, ConfigDict

from tasks.context import ledger, utc_now
from tasks.engine.incident_run import goes_on_tags, name_of, parameters_of, tags_of
from tasks.engine.owner import owner
from tasks.errors import EngineError, LedgerError
from tasks.ledger.rows import Incident, Trouble

log = logging.getLogger("runbooks.serve")

BULK = 100
"""Runs in one call, the server's own limit."""
LOOK_S = 1.0
"""How often the ledger is looked at for incidents that another process opened; a look takes a millisecond."""
AGAIN_S = 2.0
"""How long until the next try where the server can't be reached."""


NO_TROUBLES: Mapping[str, Trouble] = {}


class _Created(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    flow_run_id: UUID | None = None
    error: str | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    results: tuple[_Created, ...]


def run_of(incident: Incident, trouble: Trouble | None = None) -> dict[str, Any]:
    """The run that answers an incident, as Prefect's API takes it; the same key gives the same run for ever.

    Args:
        trouble: what befell its runs before; one that was lost is followed by one with another key, which goes on from
            what the first one kept.
    """
    lost = trouble.lost if trouble is not None else 0
    return {
        "name": name_of(incident),
        "parameters": parameters_of(incident),
        "tags": [*tags_of(incident), *goes_on_tags(trouble.first_run if trouble is not None else None)],
        "idempotency_key": f"{incident.id}-{lost + 1}" if lost else incident.id,
        "state": {"type": "SCHEDULED"},
    }


async def register(
    deployment_id: UUID, found: Sequence[Incident], troubles: Mapping[str, Trouble] = NO_TROUBLES
) -> dict[str, UUID]:
    """Create the runs of at most `BULK` incidents; returns those that were made, by incident.

    Args:
        troubles: what befell the runs that they had before, by incident.

    Raises:
        EngineError: the server can't be reached, or refuses the call.
    """
    try:
        async with get_client() as client:
            answer = await client.request(
                "POST",
                "/deployments/{id}/create_flow_run/bulk",  # type: ignore[arg-type] # the client's list of routes lacks it
                path_params={"id": deployment_id},
                json=[run_of(incident, troubles.get(incident.id)) for incident in found],
            )
    except httpx.HTTPError as error:
        raise EngineError(f"The Prefect server did not take {len(found)} runs: {error}") from error
    results = _Answer.model_validate_json(answer.content).results
    for refused in (made.error for made in results if made.flow_run_id is None):
        log.error("Prefect refused a run, which is tried again: %s", refused)
    pairs = zip(found, results, strict=True)
    return {incident.id: made.flow_run_id for incident, made in pairs if made.flow_run_id is not None}


async def _take_back(run_id: UUID) -> None:
    """Delete a run that was made for an incident to which another engine gave one in the same moment."""
    with suppress(httpx.HTTPError, ObjectNotFound):
        async with get_client() as client:
            await client.delete_flow_run(run_id)


class Came(Protocol):
    """Is told of an open incident that has no run."""

    def __call__(self, incident: Incident, *, begun: bool) -> None:
        """Hear of it, and whether it had a run that is lost."""


class Registrar:
    """Gives every open incident of this cloud a run, as soon as Prefect's server takes it.

    Args:
        endpoint: the cloud whose incidents are ours.
        came: is told of each open incident that has no run, before it gets one.
        registered: is told of each run that was made.
        others: whether another engine lives that works on this ledger.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        came: Came,
        registered: Callable[[str, UUID], None],
        others: Callable[[], bool],
    ) -> None:
        self._endpoint = endpoint
        self._came = came
        self._registered = registered
        self._others = others
        self._wake = asyncio.Event()
        self.reachable = False

    def hurry(self) -> None:
        """There is something to register."""
        self._wake.set()

    async def run(self, deployments: Mapping[str, UUID]) -> None:
        """Register for ever; a server or a ledger that is away is waited for.

        Args:
            deployments: the deployment of each runbook, by its name.
        """
        self.reachable = True
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_S)
            self._wake.clear()
            try:
                await self._all(deployments)
                self._reached(None)
            except (EngineError, LedgerError) as error:
                self._reached(error)
                await asyncio.sleep(AGAIN_S)
                self._wake.set()

    async def _all(self, deployments: Mapping[str, UUID]) -> None:
        found = await asyncio.to_thread(ledger().unbound_incidents, self._endpoint)
        if found and self._others():
            leases = await asyncio.to_thread(ledger().leases, self._endpoint)
            found = tuple(one for one in found if one.id not in leases or leases[one.id].owner == owner())
        if not found:
            return
        troubles = await asyncio.to_thread(ledger().open_troubles, self._endpoint)
        for incident in found:
            self._came(incident, begun=incident.id in troubles and troubles[incident.id].lost > 0)
        for runbook, deployment_id in deployments.items():
            await self._register(deployment_id, [one for one in found if one.runbook == runbook], troubles)

    async def _register(self, deployment_id: UUID, found: Sequence[Incident], troubles: Mapping[str, Trouble]) -> None:
        for start in range(0, len(found), BULK):
            made = await register(deployment_id, found[start : start + BULK], troubles)
            for incident_id, run_id in made.items():
                if await asyncio.to_thread(ledger().bind_first_run, incident_id, str(run_id), utc_now()):
                    self._registered(incident_id, run_id)
                else:
                    await _take_back(run_id)

    def _reached(self, error: Exception | None) -> None:
        """Say once that it is away, and once that it is back."""
        if error is not None and self.reachable:
            log.error("runs can't be registered for now; alerts are taken and kept: %s", error)
        if error is None and not self.reachable:
            log.warning("runs are registered again")
        self.reachable = error is None
