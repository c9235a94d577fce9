"""How the process is: for load balancers, for monitors, for people."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tasks.context import ledger
from tasks.errors import LedgerError
from tasks.ledger.backlog import STATES
from tasks.metrics import BACKLOG, INCIDENTS, KEPT, exposition
from tasks.runbooks.registry import runbook_names
from tasks.serving.queue import Roster
from tasks.serving.remembered import Remembered

PATIENCE_S = 2.0
"""How long a probe waits for the ledger."""

SHOWN = 20
"""Incidents that are named for each state that a person must end; `/metrics` counts them all."""


def health_routes(roster: Roster, *, closed: Callable[[], bool], engine_reachable: Callable[[], bool]) -> list[Route]:
    """Routes of `/healthz`, `/readyz` and `/metrics`.

    Ready means that alerts are taken and kept. That Prefect's server is away is told, but makes nothing unready:
    alerts must go on to arrive; that messages, or incidents in trouble, wait for a person, likewise.
    """

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        problem, kept, told = ("ending", None, {}) if closed() else await _ledger_state()
        engine = "ok" if engine_reachable() else "away"
        status = "ok" if problem is None else "unready"
        body = {"status": status, "ledger": problem or "ok", "engine": engine, "kept_messages": kept, **told}
        return JSONResponse(body, HTTPStatus.OK if problem is None else HTTPStatus.SERVICE_UNAVAILABLE)

    counted = Remembered(lambda: asyncio.to_thread(exposition, lambda: _refresh(roster)))

    async def metrics(_: Request) -> Response:
        return Response(await counted.get(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def _ledger_state() -> tuple[str | None, int | None, dict[str, list[str]]]:
    """Why the ledger can't take alerts now; where it can, how many messages and which incidents wait for a person."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.to_thread(ledger().check_writable)
            told = await asyncio.to_thread(ledger().told_incidents)
            shown = {state: list(incidents[:SHOWN]) for state, incidents in told.items()}
            return None, await asyncio.to_thread(ledger().count_kept_messages), shown
    except TimeoutError:
        return "The ledger is locked by another process.", None, {}
    except LedgerError as error:
        return str(error), None, {}


def _refresh(roster: Roster) -> None:
    counted = ledger().count_open()
    for runbook in runbook_names():
        for state in STATES:
            INCIDENTS.labels(runbook, state).set(counted.get((runbook, state), 0))
    BACKLOG.set(len(roster.waiting))
    KEPT.set(ledger().count_kept_messages())
