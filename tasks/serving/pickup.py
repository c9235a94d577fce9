"""Runs that somebody else made or resumed: in the UI, by an automation, on a schedule, from the terminal."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter

from tasks.context import ledger, utc_now
from tasks.errors import EngineError
from tasks.serving.queue import PERSON_WAITS, Job, Roster

log = logging.getLogger("runbooks.serve")

LOOK_S = 5.0
"""How often the server is asked where its events tell nothing; a look costs it 10 ms."""
BETWEEN_S = 0.25
"""Events come in bursts; one look serves those of a quarter of a second."""
NEWEST = 50
"""New runs read at a look, the newest first: in a storm our own backlog is behind them, which is known here anyway."""
BACK = ("Resuming", "AwaitingRetry")
"""Names of the states of runs that go on: somebody answered, or pressed "Retry"."""
NEW = ("Scheduled", "Late")
TOLD = ["prefect.flow-run.Scheduled", "prefect.flow-run.Resuming", "prefect.flow-run.AwaitingRetry"]
RECONNECT_S = 5.0


class Pickup:
    """Watches a server for runs of our deployments that are due.

    Args:
        deployments: id of each deployment, and the name of its flow.
    """

    def __init__(self, deployments: Mapping[UUID, str], roster: Roster) -> None:
        self._deployments = deployments
        self._roster = roster
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self._look()
            except (httpx.HTTPError, EngineError) as error:
                log.debug("the Prefect server can't be asked for runs: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_S)
            await asyncio.sleep(BETWEEN_S)
            self._wake.clear()

    async def listen(self) -> None:
        """Be told by the server's events, so that nobody who presses a button waits for the next look."""
        told = EventFilter(event=EventNameFilter(name=TOLD))
        while True:
            try:
                async with get_events_subscriber(filter=told) as events:
                    async for _ in events:
                        self._wake.set()
            except Exception as error:  # noqa: BLE001 - whatever the stream raises; the looks go on without it
                log.debug("the server's events can't be heard: %s", type(error).__name__)
            await asyncio.sleep(RECONNECT_S)

    async def _look(self) -> None:
        for run in await due_runs(tuple(self._deployments)):
            if not self._roster.knows_run(run.id):
                await self._add(run)

    async def _add(self, run: FlowRun) -> None:
        """Let a run wait for a place; one of our own that is only just being registered has its job already."""
        incident_id = run.parameters.get("incident") or await self._bound(run)
        known = self._roster.find(str(incident_id)) if incident_id else None
        if known is not None:
            known.register(run.id)
            return
        job = Job(utc_now(), PERSON_WAITS, self._deployments[UUID(str(run.deployment_id))], incident_id=incident_id)
        job.register(run.id)
        self._roster.add(job)

    async def _bound(self, run: FlowRun) -> str | None:
        incident = await asyncio.to_thread(ledger().incident_of_run, str(run.id))
        return incident.id if incident else None


async def due_runs(deployment_ids: tuple[UUID, ...]) -> list[FlowRun]:
    """Runs of these deployments that are to go on, and the newest ones that are to begin."""
    ours = DeploymentFilter(id=DeploymentFilterId(any_=list(deployment_ids)))
    async with get_client() as client:
        back = await client.read_flow_runs(flow_run_filter=_due(BACK), deployment_filter=ours)
        new = await client.read_flow_runs(
            flow_run_filter=_due(NEW), deployment_filter=ours, sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=NEWEST
        )
    return [*back, *new]


def _due(names: tuple[str, ...]) -> FlowRunFilter:
    return FlowRunFilter(
        state=FlowRunFilterState(name=FlowRunFilterStateName(any_=list(names))),
        next_scheduled_start_time=FlowRunFilterNextScheduledStartTime(before_=utc_now()),
    )
