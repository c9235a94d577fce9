"""Registers a flow as the deployment that any plain Prefect worker can run, again and again to the same effect."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

WORK_POOL = "runbooks"


def code_root() -> Path:
    """Folder that holds `flows` and `tasks`: the checkout, or site-packages where the wheel is installed."""
    return Path(__file__).resolve().parents[2]


async def ensure_deployment(
    flow: Flow[..., Any],
    name: str,
    *,
    entrypoint: str,
    root: Path | None = None,
    work_pool: str = WORK_POOL,
    tags: Sequence[str] = (),
    description: str | None = None,
    env: Mapping[str, str] | None = None,
) -> UUID:
    """Register a flow and its deployment, or bring them up to date; return the deployment's id.

    Args:
        flow: the flow that the entrypoint names.
        name: the deployment's name.
        entrypoint: file and function, relative to the root: `flows/<name>.py:<name>`.
        root: folder that the entrypoint is relative to; by default the one that holds `flows`.
        work_pool: process work pool whose workers may run it; made if it is not there.
        tags: labels of every run in the UI.
        description: Markdown that the UI shows; by default the flow's docstring.
        env: environment of a worker's runs, such as the folder of results.
    """
    directory = str(root or code_root())
    async with get_client() as client:
        await _ensure_work_pool(client, work_pool)
        return await client.create_deployment(
            flow_id=await client.create_flow(flow),
            name=name,
            version=flow.version,
            description=description if description is not None else flow.description,
            tags=list(tags),
            work_pool_name=work_pool,
            entrypoint=entrypoint,
            path=directory,
            # What `prefect deploy` writes where prefect.yaml names no pull step.
            pull_steps=[{"prefect.deployments.steps.set_working_directory": {"directory": directory}}],
            parameter_openapi_schema=parameter_schema(flow).model_dump(exclude_unset=True),
            enforce_parameter_schema=True,
            job_variables={"env": dict(env)} if env else {},
        )


async def is_registered(deployment_id: UUID) -> bool:
    """Whether the server still knows a deployment."""
    async with get_client() as client:
        try:
            await client.read_deployment(deployment_id)
        except ObjectNotFound:
            return False
    return True


async def _ensure_work_pool(client: PrefectClient, name: str) -> None:
    try:
        await client.read_work_pool(name)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        try:
            await client.create_work_pool(WorkPoolCreate(name=name, type="process", base_job_template=template))
        except ObjectAlreadyExists:  # another process was first; it is the same pool
            return
