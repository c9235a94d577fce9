"""What Prefect says of the runs of open incidents, many in one call."""

from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, State, StateType

from tasks.decide.driving import RunSeen
from tasks.engine.deployments import is_registered
from tasks.engine.owner import pid_is_gone
from tasks.engine.questions import asked_key, has_form
from tasks.engine.runs import RunGone, read_run

TO_BE_RUN = {RunSeen.DUE, RunSeen.LATER, RunSeen.ENDED, RunSeen.MUTE}
TRUSTED = timedelta(seconds=20)
"""How long a form that was seen is taken to be there; a look costs a call for each run that waits."""
SUBMITTED = timedelta(seconds=60)
"""How long a worker may take from a run that it has taken to one that runs: it starts a process, in seconds."""
NOT_REGISTERED = "no longer exists"
"""In what a worker says of a run that it cancels because its deployment was deleted: that is no person's word."""
MANY = 200
"""Runs in one call, the server's own limit."""


class Sighting(NamedTuple):
    """A run as the server knows it.

    Args:
        state_id: of the state that it has; None where it has none, or is gone.
        since: since when; None likewise.
        worker: whether a process of Prefect's own worker may be at work at it.
        said: the words of its state.
    """

    run: RunSeen
    state_id: UUID | None = None
    since: datetime | None = None
    worker: bool = False
    said: str = ""


class Lookout:
    """Sees many runs at once; whether a form is still there is looked up now and then."""

    def __init__(self) -> None:
        self._with_form: dict[UUID, datetime] = {}
        """When the form of a wait was seen, by its state."""

    async def sight(self, run_ids: Sequence[UUID], now: datetime) -> dict[UUID, Sighting]:
        """How runs stand; every one that was asked for is told of."""
        async with get_client() as client:
            known = {run.id: run for run in await _read(client, run_ids)}
            states = {run.state.id for run in known.values() if run.state is not None}
            self._with_form = {
                each: at for each, at in self._with_form.items() if each in states and now - at < TRUSTED
            }
            seen = {each: await self._sighting(client, known.get(each), each, now) for each in run_ids}
            ids = {run.deployment_id for run in known.values() if run.deployment_id is not None}
            there = {each for each in ids if await is_registered(each)}
        return {
            each: one._replace(run=RunSeen.GONE) if _is_stranded(one, known.get(each), there) else one
            for each, one in seen.items()
        }

    async def _sighting(self, client: PrefectClient, run: FlowRun | None, run_id: UUID, now: datetime) -> Sighting:
        try:
            run = run if run is not None else await read_run(client, run_id)  # a list may miss what is being changed
        except RunGone:
            return Sighting(RunSeen.GONE)
        worker = _has_worker(run, now)
        if run.state is None:
            return Sighting(RunSeen.DUE, worker=worker)
        seen = (
            await self._asking(client, run, run.state, now) if run.state.is_paused() else _seen(run.state, now, worker)
        )
        said = " ".join(filter(None, (run.state.name, run.state.message)))
        return Sighting(seen, run.state.id, run.state.timestamp, worker, said)

    async def _asking(self, client: PrefectClient, run: FlowRun, state: "State[object]", now: datetime) -> RunSeen:
        key = asked_key(run)
        if key is None:
            return RunSeen.HELD
        if state.id not in self._with_form and await has_form(client, run.id, key):
            self._with_form[state.id] = now
        return RunSeen.ASKS if state.id in self._with_form else RunSeen.MUTE


def _has_worker(run: FlowRun, now: datetime) -> bool:
    """Whether a worker's process may be at work at a run: it is not known to be dead, and has not stood still."""
    if run.infrastructure_pid is None or pid_is_gone(run.infrastructure_pid):
        return False
    pending = run.state is not None and run.state.type is StateType.PENDING
    return not (pending and run.state is not None and now - run.state.timestamp > SUBMITTED)


def _is_stranded(one: Sighting, run: FlowRun | None, there: Container[UUID | None]) -> bool:
    """Whether it ought to be run and its deployment was deleted: Prefect lets nobody begin such a run."""
    return run is not None and run.deployment_id not in there and one.run in TO_BE_RUN


def _seen(state: "State[object]", now: datetime, worker: bool) -> RunSeen:  # noqa: FBT001 - as the sighting has it
    if state.type is StateType.SCHEDULED:
        due = state.state_details.scheduled_time
        return RunSeen.DUE if due is None or due <= now else RunSeen.LATER
    if state.type is StateType.CANCELLING:
        return RunSeen.AT_WORK if worker else RunSeen.CANCELLED  # only a worker finishes it by itself
    if state.type is StateType.CANCELLED:
        return RunSeen.GONE if NOT_REGISTERED in (state.message or "") else RunSeen.CANCELLED
    return RunSeen.ENDED if state.is_final() else RunSeen.AT_WORK


async def _read(client: PrefectClient, run_ids: Sequence[UUID]) -> list[FlowRun]:
    found: list[FlowRun] = []
    for start in range(0, len(run_ids), MANY):
        asked = FlowRunFilter(id=FlowRunFilterId(any_=list(run_ids[start : start + MANY])))
        found += await client.read_flow_runs(flow_run_filter=asked, limit=MANY)
    return found
