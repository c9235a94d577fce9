"""What people do in Prefect's UI to runs that wait or are at work: cancel, delete, set a state."""

from collections.abc import Mapping
from typing import Any

import httpx

from tasks.chaos.plan import Fault, Kind
from tasks.runbooks.registry import runbook_names

AT_WORK = "RUNNING"


async def meddle(client: httpx.AsyncClient, fault: Fault, runs: Mapping[str, str]) -> str | None:
    """Do to one run, or to the deployment, what the fault says; return the incident that it befell.

    It is empty where it befell all, and None where there was nothing to befall.

    Args:
        runs: the run of each open incident.
    """
    if fault.kind is Kind.DELETE_DEPLOYMENT:
        await _delete_deployment(client)
        return ""
    if not runs:
        return None
    incident = sorted(runs)[int(fault.lot * len(runs))]
    await _befall(client, fault, runs[incident])
    return incident


async def _befall(client: httpx.AsyncClient, fault: Fault, run: str) -> None:
    if fault.kind is Kind.DELETE_RUN:
        answer = await client.delete(f"flow_runs/{run}")
    else:
        state = await _cancelling(client, run) if fault.kind is Kind.CANCEL_RUN else {"type": fault.state}
        answer = await client.post(f"flow_runs/{run}/set_state", json={"state": state, "force": True})
    answer.raise_for_status()


async def _cancelling(client: httpx.AsyncClient, run: str) -> dict[str, Any]:
    """The state that the UI sets when *Cancel* is pressed: what is at work is to stop, what waits is over at once."""
    answer = await client.get(f"flow_runs/{run}")
    answer.raise_for_status()
    at_work = (answer.json().get("state") or {}).get("type") == AT_WORK
    return {"type": "CANCELLING", "name": "Cancelling"} if at_work else {"type": "CANCELLED"}


async def _delete_deployment(client: httpx.AsyncClient) -> None:
    body = {"deployments": {"name": {"any_": list(runbook_names())}}}
    answer = await client.post("deployments/filter", json=body)
    answer.raise_for_status()
    for one in answer.json():
        (await client.delete(f"deployments/{one['id']}")).raise_for_status()
