"""Runs of the deployment: made, and read as values of ours."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import ObjectNotFound

from tasks.errors import EngineError
from tasks.model.base import Value


class RunGone(EngineError):  # noqa: N818 - it is named by what is so
    """The engine does not know the run: `RunGone(flow_run_id)`; it was deleted, or is another engine's."""

    retry = False

    def __init__(self, flow_run_id: UUID) -> None:
        super().__init__(flow_run_id)
        self.flow_run_id = flow_run_id

    def __str__(self) -> str:
        return f"There is no run {self.flow_run_id} on the Prefect server."


class RunState(StrEnum):
    """Where a run stands, as far as its driver must know."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    FAILED = "failed"
    CRASHED = "crashed"
    CANCELLED = "cancelled"
    NOT_OURS = "not_ours"
    """Somebody else runs it, or it was not to be run."""

    @property
    def is_final(self) -> bool:
        """Whether the run is over."""
        return self in {RunState.COMPLETED, RunState.FAILED, RunState.CRASHED, RunState.CANCELLED}


class RunView(Value):
    """A run as the server knows it."""

    flow_run_id: UUID
    name: str
    state: RunState
    state_name: str
    message: str


STATES = {
    "SCHEDULED": RunState.SCHEDULED,
    "PENDING": RunState.RUNNING,
    "RUNNING": RunState.RUNNING,
    "CANCELLING": RunState.RUNNING,
    "PAUSED": RunState.SUSPENDED,
    "COMPLETED": RunState.COMPLETED,
    "FAILED": RunState.FAILED,
    "CRASHED": RunState.CRASHED,
    "CANCELLED": RunState.CANCELLED,
}


def state_of(state: State[Any] | None) -> RunState:
    """Translate a state of Prefect's."""
    return STATES[state.type.value] if state is not None else RunState.SCHEDULED


async def create_run(
    deployment_id: UUID,
    parameters: dict[str, Any],
    *,
    name: str | None = None,
    tags: Sequence[str] = (),
    idempotency_key: str | None = None,
) -> FlowRun:
    """Create a run of a deployment, scheduled for now; the same key gives the same run.

    Args:
        deployment_id: the deployment.
        parameters: plain values; what strangers wrote travels as text, for Prefect evaluates objects.
        name: what the UI calls the run; by default what the flow's `flow_run_name` says.
        tags: labels beside the deployment's own.
        idempotency_key: never expires, so it must hold what makes this episode different from the next.
    """
    async with get_client() as client:
        return await client.create_flow_run_from_deployment(
            deployment_id, parameters=parameters, name=name, tags=list(tags), idempotency_key=idempotency_key
        )


async def read_run(client: PrefectClient, flow_run_id: UUID) -> FlowRun:
    """Read a run.

    Raises:
        RunGone: the server does not know it.
    """
    try:
        return await client.read_flow_run(flow_run_id)
    except ObjectNotFound as error:
        raise RunGone(flow_run_id) from error


async def view(flow_run_id: UUID) -> RunView:
    """Read where a run stands, with the words of its state."""
    async with get_client() as client:
        run = await read_run(client, flow_run_id)
    said = run.state
    return RunView(
        flow_run_id=flow_run_id,
        name=run.name,
        state=state_of(said),
        state_name=(said.name if said else None) or "",
        message=(said.message if said else None) or "",
    )
