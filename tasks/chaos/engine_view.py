"""Prefect's server of a home as anybody who reaches its API sees it: what waits, with which form, and answers to it."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tasks.engine.connection import prefect_http
from tasks.engine.server.note import read_note
from tasks.engine.server.process import api_url_of
from tasks.engine.server.secret import auth_of
from tasks.errors import EngineError

PAGE = 200
"""Runs in one answer at most: PREFECT_SERVER_API_DEFAULT_LIMIT."""
WAITS = "PAUSED"
UNREACHED = (httpx.HTTPError, OSError, ValueError, KeyError, EngineError)
"""What a server says that is away, or that is just coming or going."""


class Form(NamedTuple):
    """A question that a run waits with."""

    run: str
    incident: str
    key: str
    schema: Mapping[str, Any]


class EngineView:
    """The server that a home's note names at this moment."""

    def __init__(self, home: Path) -> None:
        self._home = home

    @property
    def pid(self) -> int:
        """Id of the embedded server's process; 0 where there is none."""
        note = read_note(self._home)
        return note.pid if note is not None else 0

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """Open a client of the server as it is now.

        Raises:
            OSError: there is none.
        """
        note = read_note(self._home)
        if note is None:
            raise OSError("no server yet")
        url = api_url_of(note.port)
        async with prefect_http(url, opening=auth_of(self._home, url)) as client:
            yield client


async def waiting(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """List every run that waits."""
    return await runs(client, {"state": {"type": {"any_": [WAITS]}}})


async def runs(client: httpx.AsyncClient, where: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List runs, all pages of them."""
    found: list[dict[str, Any]] = []
    while True:
        body = {"flow_runs": dict(where), "limit": PAGE, "offset": len(found), "sort": "ID_DESC"}
        answer = await client.post("flow_runs/filter", json=body)
        answer.raise_for_status()
        page: list[dict[str, Any]] = answer.json()
        found += page
        if len(page) < PAGE:
            return found


def key_of(run: Mapping[str, Any]) -> str:
    """Key of the question that a run waits with; empty where it does not."""
    state = run.get("state") or {}
    details = state.get("state_details") or {}
    return str(details.get("pause_key") or "") if state.get("type") == WAITS else ""


def incident_of(run: Mapping[str, Any]) -> str:
    """Id of the incident that a run answers."""
    return str((run.get("parameters") or {}).get("incident") or "")


async def form_of(client: httpx.AsyncClient, run: Mapping[str, Any]) -> Form | None:
    """Read the form that a run waits with; None where there is none, or it was answered."""
    key = key_of(run)
    if not key:
        return None
    prefix = f"suspended-{key}-"
    body = {"prefix": prefix, "limit": 50, "exclude_keys": []}
    answer = await client.post(f"flow_runs/{run['id']}/input/filter", json=body)
    answer.raise_for_status()
    rows = {row["key"].removeprefix(prefix): row["value"] for row in answer.json()}
    if "schema" not in rows or "response" in rows:
        return None
    return Form(str(run["id"]), incident_of(run), key, json.loads(rows["schema"]))


async def submit(client: httpx.AsyncClient, form: Form, filled: Mapping[str, Any]) -> bool:
    """Press *Resume* with a filled form; whether it was accepted."""
    answer = await client.post(f"flow_runs/{form.run}/resume", json={"run_input": dict(filled)})
    if answer.status_code == httpx.codes.CONFLICT:
        return False
    answer.raise_for_status()
    return bool(answer.json().get("status") == "ACCEPT")


async def with_forms(client: httpx.AsyncClient, found: Iterable[Mapping[str, Any]]) -> set[str]:
    """Incidents whose runs wait with a form that can be answered."""
    forms = [await form_of(client, run) for run in found]
    return {form.incident for form in forms if form is not None}
