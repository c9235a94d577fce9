"""A notice in Prefect's UI, among its artifacts: one of each key, changed in its place, so that none pile up."""

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate

from tasks.errors import EngineError


async def put_notice(key: str, markdown: str, description: str, *, anew: bool) -> None:
    """Show a notice, in the place of the one that has this key.

    Args:
        key: lower case letters, digits and dashes, as Prefect wants it.
        anew: whether to make it where there is none.

    Raises:
        EngineError: the server can't be reached, or refuses it.
    """
    try:
        artifact_id = await _known(key)
        if artifact_id is not None:
            await _change(artifact_id, markdown, description)
        elif anew:
            made = ArtifactCreate(key=key, type="markdown", data=markdown, description=description)
            async with get_client() as client:
                await client.create_artifact(made)
    except httpx.HTTPError as exc:
        raise EngineError(f"The notice {key} could not be shown: {exc}") from exc


async def _known(key: str) -> str | None:
    """Id of the artifact that has this key."""
    async with get_client() as client:
        asked = {"artifacts": {"key": {"any_": [key]}}}
        found = (await client.request("POST", "/artifacts/latest/filter", json=asked)).json()
    return str(found[0]["latest_id"]) if found else None


async def _change(artifact_id: str, markdown: str, description: str) -> None:
    """Change it without an event of Prefect's, which would keep the text once more."""
    async with get_client() as client:
        changed = {"data": markdown, "description": description}
        await client.request("PATCH", "/artifacts/{id}", path_params={"id": artifact_id}, json=changed)
