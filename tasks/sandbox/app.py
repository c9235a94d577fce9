"""The sandbox's HTTP side: the API at `POST /`, and a few pages for people and programs on this machine."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tasks.sandbox.acts import tick
from tasks.sandbox.engine import Engine
from tasks.sandbox.errors import ApiError
from tasks.sandbox.pages import Console
from tasks.sandbox.protocol import TRANSPORT
from tasks.sandbox.registry import lookup
from tasks.sandbox.wire import read
from tasks.sandbox.world import Request

JSON = "application/json"  # exactly: the SDK takes an error for an answer when a charset follows
BODY_MAX = 10 * 1024 * 1024  # the API's own limit with TC3 signatures

NOT_DONE = ("hang", "server_error", "cut")
"""Faults of the wire by which nothing is done."""
DONE = ("hang_after", "error_after", "lost_answer", "break_off")
"""Those by which it is done, and its answer lost."""


class Api:
    """The API's one address."""

    def __init__(self, engine: Engine, stopping: asyncio.Event) -> None:
        self._engine = engine
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with whatever fault befalls it."""
        http = HttpRequest(scope, receive)
        arrived = self._engine.clock()
        body = await http.body()
        faults = self._engine.faults
        await self._wait(faults.plan.latency_s)
        kinds = _befalls(http, self._engine)
        unheard = next((kind for kind in NOT_DONE if kind in kinds), None)
        if unheard is not None:
            self._engine.turned_away(*_named(http), unheard)
            await self._fail(unheard, scope, receive, send)
            return
        content = json.dumps({"Response": self._answer(http, body, arrived)}, ensure_ascii=False).encode()
        unsaid = next((kind for kind in DONE if kind in kinds), None)
        if unsaid == "break_off":
            await _break_off(send, content, part=len(content) // 2)
            return
        if unsaid is not None:
            await self._fail(unsaid, scope, receive, send)
            return
        kind = f"{JSON}; charset=utf-8" if "charset" in kinds else JSON
        await Response(content, headers={"Content-Type": kind})(scope, receive, send)

    async def _fail(self, kind: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Give no answer, or none that tells anything."""
        if kind in ("hang", "hang_after"):
            await self._stopping.wait()
        elif kind in ("server_error", "error_after"):
            await Response("Internal Server Error", HTTPStatus.INTERNAL_SERVER_ERROR)(scope, receive, send)
        else:
            await _hang_up(scope, receive)

    def _read(self, http: HttpRequest, body: bytes, now: float) -> tuple[Request, str]:
        try:
            return read(http, body, self._engine.world, now=now)
        except ApiError as error:
            self._engine.turned_away(*_named(http), error.code)
            raise

    async def _wait(self, seconds: float) -> None:
        """Wait, but not longer than the sandbox runs."""
        if seconds > 0:
            try:
                await asyncio.wait_for(self._stopping.wait(), seconds)
            except TimeoutError:
                return

    def _answer(self, http: HttpRequest, body: bytes, arrived: float) -> dict[str, Any]:
        engine = self._engine
        request_id = str(uuid4())
        try:
            _check_size(body)
            with engine.lock:
                now = engine.clock()
                tick(engine, now)
                request, version = self._read(http, body, now)
                return engine.call(replace(request, request_id=request_id, arrived=arrived), version)
        except ApiError as error:
            return {"Error": {"Code": error.code, "Message": error.message}, "RequestId": request_id}


def _named(http: HttpRequest) -> tuple[str, str]:
    """Name the product and the action that a request says it is for."""
    scope = http.headers.get("Authorization", "").split("/")[2:3]
    return scope[0] if scope else "", http.headers.get("X-TC-Action", "")


def _check_size(body: bytes) -> None:
    if len(body) > BODY_MAX:
        raise ApiError("RequestSizeLimitExceeded", "The request is too large.")


def _befalls(http: HttpRequest, engine: Engine) -> set[str]:
    """Tell which faults of the wire befall a request; of an unknown action none."""
    try:
        action = lookup(*_named(http))
    except ApiError:
        return set()
    kinds = (*NOT_DONE, *DONE, "charset")
    return {kind for kind in kinds if engine.faults.strikes(kind, action)}


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection without a word."""
    transport: asyncio.Transport = scope["state"][TRANSPORT]
    transport.abort()
    await receive()  # the disconnect: uvicorn would send a 500 before it has seen that


async def _break_off(send: Send, content: bytes, *, part: int) -> None:
    """Promise an answer and send only a part of it: the server then closes the connection."""
    length = str(len(content)).encode()
    headers = [(b"content-type", JSON.encode()), (b"content-length", length)]
    await send({"type": "http.response.start", "status": HTTPStatus.OK.value, "headers": headers})
    await send({"type": "http.response.body", "body": content[:part], "more_body": True})


def build_app(engine: Engine, stopping: asyncio.Event, origin: Callable[[], str]) -> Starlette:
    """Put the addresses together."""
    console = Console(engine, origin)

    async def health(_: HttpRequest) -> Response:
        cloud = engine.world.cloud
        return JSONResponse({"status": "ok", "scenario": cloud.scenario, "account": str(cloud.uin)})

    async def faults(request: HttpRequest) -> Response:
        return await _set_faults(engine, request, origin())

    return Starlette(
        routes=[
            Route("/", Api(engine, stopping), methods=["POST"]),
            Route("/health", health, methods=["GET"]),
            Route("/console", console.show, methods=["GET"]),
            Route("/console/{step}", console.press, methods=["POST"]),
            Route("/faults", faults, methods=["POST"]),
        ]
    )


async def _set_faults(engine: Engine, request: HttpRequest, origin: str) -> Response:
    """Change the faults; refuse what a web page sends, for a page of anybody can reach loopback."""
    if request.headers.get("Content-Type") != JSON or request.headers.get("Origin", origin) != origin:
        return JSONResponse({"error": "send application/json, and not from a web page"}, HTTPStatus.FORBIDDEN)
    if urlsplit(origin).netloc != request.headers.get("Host"):
        return JSONResponse({"error": "wrong host"}, HTTPStatus.FORBIDDEN)
    try:
        changes = await request.json()
        engine.faults.set(**changes)
    except (ValueError, TypeError) as error:
        reason = error.errors(include_url=False)[0]["msg"] if isinstance(error, ValidationError) else str(error)
        return JSONResponse({"error": reason}, HTTPStatus.BAD_REQUEST)
    return JSONResponse(engine.faults.plan.model_dump())
