"""A request's body and headers, within limits: nobody may fill our memory or hold us up."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request

from tasks.intake.alerts import MAX_BYTES

BODY_S = 10.0  # seconds that a sender has for a message; it is one packet or two
START_S = 3.0  # of these, seconds in which nothing need have come: a packet may be lost twice
BYTES_A_SECOND = 8 * 1024  # that come after them, on the average since the beginning
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
    """Read the body; what `Content-Length` says is believed only where it is too much.

    Raises:
        TooMuch: it is too large, comes too slowly, or ends before its end.
    """
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(min(BODY_S, START_S)) as limit:
            return await _read(request, lambda size: limit.reschedule(began + _allowed_s(size)))
    except TimeoutError as exc:
        reason = f"body: send it within {BODY_S:.0f} s, and {BYTES_A_SECOND // 1024} KiB a second"
        raise TooMuch(HTTPStatus.REQUEST_TIMEOUT, reason) from exc
    except ClientDisconnect as exc:
        raise TooMuch(HTTPStatus.BAD_REQUEST, "body: the connection ended before it was whole") from exc


def _allowed_s(size: int) -> float:
    """How long after its beginning a body of which so much came may still be under way."""
    return min(BODY_S, START_S + size / BYTES_A_SECOND)


async def _read(request: Request, came: Callable[[int], None]) -> bytes:
    if int(request.headers.get("content-length") or 0) > MAX_BYTES:
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        came(len(body))
        if len(body) > MAX_BYTES:
            raise _too_large()
    return bytes(body)


def _too_large() -> TooMuch:
    return TooMuch(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"body: send at most {MAX_BYTES // 1024} KiB")
