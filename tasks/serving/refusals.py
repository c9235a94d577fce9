"""What is refused ends its connection: nothing behind it is read as a request, and no body is read to its end."""

import asyncio
from contextlib import suppress
from http import HTTPStatus

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNREAD_MAX_BYTES = 128 * 1024
"""Of a body that is not wanted: so much is thrown away, for who is cut off while it sends may never read the answer
(RFC 9112, section 9.6)."""
UNREAD_MAX_S = 1.0
"""For as long."""
CLOSE = (b"connection", b"close")


class Refusals:
    """An ASGI application whose refusals end their connections.

    A request whose length is told twice, by `Content-Length` and by `Transfer-Encoding`, is refused: somebody between
    its sender and us may believe the other one, and take its end for another request (RFC 9112, section 6.1).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = _Exchange(scope, receive, send)
        told = {"error": "request: has Content-Length and Transfer-Encoding; send one of them"}
        app = JSONResponse(told, HTTPStatus.BAD_REQUEST) if exchange.is_ambiguous else self._app
        await app(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lengths = {name: value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")}
        self.is_ambiguous = len(lengths) > 1
        self._whole = lengths.get(b"content-length", b"0").strip(b"0") == b"" and b"transfer-encoding" not in lengths
        self._receive = receive
        self._send = send

    async def receive(self) -> Message:
        """Hand on what came, and remember whether the request has ended."""
        message = await self._receive()
        self._whole = self._whole or message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Hand on the answer; a refusal, or one that comes before the request's end, is the last."""
        if message["type"] == "http.response.start":
            ends = message["status"] >= HTTPStatus.BAD_REQUEST or not self._whole
            message = {**message, "headers": [*message.get("headers", ()), *([CLOSE] if ends else [])]}
        is_last = message["type"] == "http.response.body" and not message.get("more_body", False)
        if not is_last or self._whole:
            await self._send(message)
            return
        await self._send({**message, "more_body": True})
        await self._throw_away()
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _throw_away(self) -> None:
        """Read on for a little, so that its sender can read what it was told."""
        left = UNREAD_MAX_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(UNREAD_MAX_S):
                while left > 0 and not self._whole:
                    message = await self.receive()
                    left -= len(message.get("body", b""))
