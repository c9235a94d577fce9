"""How the process is: for load balancers, for monitors, for people."""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tasks.context import ledger
from tasks.ledger.backlog import STATES
from tasks.metrics import BACKLOG, INCIDENTS, KEPT, exposition
from tasks.runbooks.registry import runbook_names
from tasks.serving.engine_probe import OK, EngineState
from tasks.serving.ledger_probe import LedgerProbe, LedgerState
from tasks.serving.queue import Roster
from tasks.serving.remembered import Remembered


def health_routes(
    roster: Roster,
    *,
    closed: Callable[[], bool],
    engine: Callable[[], EngineState],
    held_up: Callable[[], Mapping[str, str]] = dict,
) -> list[Route]:
    """Routes of `/healthz`, `/readyz` and `/metrics`.

    Ready, and so 200, means that alerts are taken and kept: a small write was taken within the last second. Where that
    is so, but Prefect's server does not answer or a loop of this process is held up, the status is "degraded" and not
    "ok": a load balancer goes on sending alerts, which lose nothing by it, and a monitor sees that a person is needed.
    That messages, or incidents in trouble, wait for a person is told beside it.

    Args:
        engine: how Prefect's server is.
        held_up: loops of this process that are not well, and why.
    """
    known = Remembered(LedgerProbe().look)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        ledgers = LedgerState("ending") if closed() else await known.get()
        state, answered_s = engine()
        loops = dict(held_up())
        ready = ledgers.problem is None
        whole = state == OK and not loops
        body = {
            "status": "unready" if not ready else OK if whole else "degraded",
            "ledger": ledgers.problem or OK,
            "engine": state,
            "engine_answered_s": answered_s,
            "held_up": loops,
            "kept_messages": ledgers.kept,
            **ledgers.told,
        }
        return JSONResponse(body, HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)

    counted = Remembered(lambda: asyncio.to_thread(exposition, lambda: _refresh(roster)))

    async def metrics(_: Request) -> Response:
        return Response(await counted.get(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _refresh(roster: Roster) -> None:
    counted = ledger().count_open()
    for runbook in runbook_names():
        for state in STATES:
            INCIDENTS.labels(runbook, state).set(counted.get((runbook, state), 0))
    BACKLOG.set(len(roster.waiting))
    KEPT.set(ledger().count_kept_messages())
