"""A request's body and headers, within limits: nobody may fill our memory or hold us up."""

import asyncio
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request

from tasks.intake.alerts import MAX_BYTES

BODY_S = 10.0  # seconds that a sender has for a message; it is one packet or two
HEADERS_MAX = 100
HEADER_BYTES_MAX = 16 * 1024


class TooMuch(Exception):  # noqa: N818 - it is named by what is so
    """A request breaks a limit: `TooMuch(status, reason)`; it never leaves this package."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


def check_headers(request: Request) -> None:
    """Refuse headers that no sender of alerts needs.

    Raises:
        TooMuch: there are too many, or they are too large.
    """
    size = sum(len(name) + len(value) for name, value in request.headers.raw)
    if len(request.headers.raw) > HEADERS_MAX or size > HEADER_BYTES_MAX:
        reason = f"headers: send at most {HEADERS_MAX}, of {HEADER_BYTES_MAX // 1024} KiB in all"
        raise TooMuch(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, reason)


async def body_of(request: Request) -> bytes:
    """Read the body; what `Content-Length` says is not believed.

    Raises:
        TooMuch: it is too large, comes too slowly, or ends before its end.
    """
    try:
        async with asyncio.timeout(BODY_S):
            return await _read(request)
    except TimeoutError as exc:
        raise TooMuch(HTTPStatus.REQUEST_TIMEOUT, f"body: send it within {BODY_S:.0f} s") from exc
    except ClientDisconnect as exc:
        raise TooMuch(HTTPStatus.BAD_REQUEST, "body: the connection ended before it was whole") from exc


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise TooMuch(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"body: send at most {MAX_BYTES // 1024} KiB")
    return bytes(body)
