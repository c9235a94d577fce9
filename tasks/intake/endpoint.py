"""One message of one sender, from its bytes to its answer: every check, in order."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import NamedTuple, TypeVar

from pydantic import JsonValue, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse

from tasks.errors import InputError, RunbookError
from tasks.intake.alerts import Recognisers
from tasks.intake.answering import Answering
from tasks.intake.authentication import Proven, Unproven, prove
from tasks.intake.body import opened, printable
from tasks.intake.limits import TooMuch, body_of, check_headers
from tasks.intake.rate_limit import Bucket
from tasks.intake.readable import readable
from tasks.intake.reading import Reading, read_body
from tasks.intake.redact import redact, redact_text
from tasks.model.delivery import Delivery, Kept, Receipt, Unread
from tasks.model.intake_file import IntakeSource
from tasks.model.message import Reported

T = TypeVar("T")

Take = Callable[[Delivery], Awaitable[tuple[Receipt, ...]]]
"""Puts a message safely into the ledger; returns only then."""

Keep = Callable[[Unread], Awaitable[Kept]]
"""Puts a message that is not understood safely into the ledger, and tells a person; returns only then."""

CONTENT_TYPE_MAX = 200  # characters of it that are kept


class _Came(NamedTuple):
    """A message as it came.

    Args:
        message: as JSON says it, as a form, or as text; null where it is none of them.
    """

    body: bytes
    content_type: str
    message: JsonValue
    sha256: str
    at: datetime


@dataclass
class Door:
    """Where one sender comes in."""

    source: IntakeSource
    secret: SecretStr
    recognisers: Recognisers
    take: Take
    keep: Keep
    answering: Answering
    _bucket: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self._bucket = Bucket(self.source.per_minute)

    async def answer(self, request: Request) -> JSONResponse:
        """Say what became of a message, once that is so; nothing of it is logged."""
        now = datetime.now(UTC)
        try:
            check_headers(request)
            wait_s = self._bucket.wait_s(time.monotonic())
            if wait_s:
                return self.answering.too_often(wait_s)
            body = await body_of(request)
        except TooMuch as exc:
            return self.answering.refused(exc.status, exc.reason)
        proven = prove(
            self.source, self.secret, headers=request.headers, query=request.query_params, body=body, now=now
        )
        if isinstance(proven, Unproven):
            return self.answering.unproven(proven)
        # Only the sender's own messages count: else anybody could use up its rate, and silence it.
        if not self._bucket.take(time.monotonic()):
            return self.answering.too_often(self._bucket.wait_s(time.monotonic()))
        return await self._opened(_came(body, request.headers.get("content-type", ""), now), proven)

    async def _opened(self, came: _Came, proven: Proven) -> JSONResponse:
        """Keep what is not understood, take what is an alert, and say what became of the message.

        What is kept goes first: a proof that may be used once is used up with the alerts, and both can be sent again.
        """
        reading = read_body(self.answering.adapter, self.recognisers, came.body, came.content_type, at=came.at)
        told: dict[str, JsonValue] = {}
        if reading.whys:
            kept = await self._stored(self.keep(self._unread(reading, came)))
            if isinstance(kept, JSONResponse):
                return kept
            told["kept"] = kept.id
        if reading.mend:
            return self.answering.to_mend(reading.mend, told)
        if reading.alerts:
            delivery = self._delivery(reading, came, proven)
            receipts = await self._stored(self.take(delivery))
            if isinstance(receipts, JSONResponse):
                return receipts
            return self.answering.taken(delivery, receipts, came.message, told)
        return self.answering.kept(came.message, told) if told else self.answering.ignored(reading.topics, came.message)

    def _unread(self, reading: Reading, came: _Came) -> Unread:
        return Unread(
            source=self.source.name,
            road=self.source.road.value,
            content_type=redact_text(printable(came.content_type))[:CONTENT_TYPE_MAX],
            sha256=came.sha256,
            body=readable(came.body, came.content_type),
            why=reading.why,
            at=came.at,
        )

    def _delivery(self, reading: Reading, came: _Came, proven: Proven) -> Delivery:
        return Delivery(
            source=self.source.name,
            road=self.source.road.value,
            sha256=came.sha256,
            body=redact(came.message),
            alerts=tuple(self._signed(alert) for alert in reading.alerts),
            nonce=proven.nonce,
            nonce_until=proven.nonce_until,
            at=came.at,
        )

    def _signed(self, reported: Reported) -> Reported:
        """The alert under the name of its sender, whatever it says itself."""
        alert = reported.alert.model_copy(update={"source": self.source.name})
        return reported.model_copy(update={"alert": alert})

    async def _stored(self, storing: Awaitable[T]) -> T | JSONResponse:
        """Wait until the ledger has it; else what the sender hears instead."""
        try:
            async with asyncio.timeout(self.answering.adapter.patience_s):
                return await storing
        except RunbookError as exc:
            if getattr(exc, "status", None) == HTTPStatus.CONFLICT:
                return self.answering.refused(HTTPStatus.CONFLICT, "message: was taken before; sign each message anew")
            return self.answering.failed(exc)
        except Exception as exc:  # noqa: BLE001 - an alert must not be lost: whatever went wrong, the sender tries again
            return self.answering.failed(exc)


def _came(body: bytes, content_type: str, at: datetime) -> _Came:
    try:
        message = opened(body, content_type)
    except InputError:
        message = None
    return _Came(body, content_type, message, hashlib.sha256(body).hexdigest(), at)
