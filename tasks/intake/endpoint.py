"""One message of one sender, from its bytes to its answer: every check, in order."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from pydantic import JsonValue, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse

from tasks.errors import RunbookError
from tasks.intake.alerts import Recognisers
from tasks.intake.answering import Answering
from tasks.intake.authentication import Proven, Unproven, prove, unproven_by_its_head
from tasks.intake.came import Came, taken_down
from tasks.intake.limits import TooMuch, body_of, check_headers
from tasks.intake.rate_limit import Bucket, others_per_minute
from tasks.intake.reading import Reading, read_body
from tasks.intake.used_signatures import UsedSignatures
from tasks.intake.wrong_tries import Brake
from tasks.model.base import Sentence
from tasks.model.delivery import Delivery, Kept, Receipt, Unread
from tasks.model.intake_file import IntakeSource

T = TypeVar("T")

Take = Callable[[Delivery], Awaitable[tuple[Receipt, ...]]]
"""Puts a message safely into the ledger; returns only then."""

Keep = Callable[[Unread], Awaitable[Kept]]
"""Puts a message that is not understood safely into the ledger, and tells a person; returns only then."""

SHORT_BYTES = 4096  # of a message that is read in 6 ms at most; one of 64 KiB takes 0.1 s, in which others would wait


OTHERS = Sentence(
    zh="它的签名（时间只到秒）已带来过另一条消息，因此没有当作提醒处理。",
    en="Its signature, whose time is in seconds, brought another message before; so it was not taken as an alert.",
)


class _TakenBefore(Exception):  # noqa: N818 - it is named by what is so
    """The message's proof was used up before; it never leaves this module."""


@dataclass
class Door:
    """Where one sender comes in.

    Args:
        address: where a request came from.
    """

    source: IntakeSource
    secret: SecretStr
    recognisers: Recognisers
    take: Take
    keep: Keep
    answering: Answering
    brake: Brake
    address: Callable[[Request], str]
    _alerts: Bucket = field(init=False)
    _others: Bucket = field(init=False)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _used: UsedSignatures = field(default_factory=UsedSignatures)

    def __post_init__(self) -> None:
        self._alerts = Bucket(self.source.per_minute)
        self._others = Bucket(others_per_minute(self.source.per_minute))

    async def answer(self, request: Request) -> JSONResponse:
        """Say what became of a message, once that is so; nothing of it is logged."""
        now, headers, query = datetime.now(UTC), request.headers, request.query_params
        try:
            check_headers(request)
            unproven = unproven_by_its_head(self.source, self.secret, headers=headers, query=query, now=now)
            if unproven is not None:
                return await self._unproven(unproven, request)
            wait_s = min(bucket.wait_s(time.monotonic()) for bucket in (self._alerts, self._others))
            if wait_s:
                return self.answering.too_often(wait_s)
            body = await body_of(request)
        except TooMuch as exc:
            return self.answering.refused(exc.status, exc.reason)
        proven = prove(self.source, self.secret, headers=headers, query=query, body=body, now=now)
        if isinstance(proven, Unproven):
            return await self._unproven(proven, request)
        return await self._proven(taken_down(self.source, body, headers.get("content-type", ""), now), proven)

    async def _unproven(self, unproven: Unproven, request: Request) -> JSONResponse:
        """Refuse a message, the later the more wrong ones came from its address."""
        if unproven.status != HTTPStatus.UNAUTHORIZED:
            return self.answering.unproven(unproven)
        wait_s = await self.brake.wrong(self.address(request))
        return self.answering.tried_in_vain(wait_s) if wait_s else self.answering.unproven(unproven)

    async def _proven(self, came: Came, proven: Proven) -> JSONResponse:
        """Read the message, and open it if the sender's rate for what it is allows that.

        Only the sender's own messages count: else anybody could use up its rate, and silence it.
        """
        reading = await self._read(came)
        if self._used.is_another(proven, came.sha256, now=came.at):
            return self.answering.taken_before()
        bucket = self._alerts if reading.alerts else self._others
        if not bucket.take(time.monotonic()):
            return self.answering.too_often(bucket.wait_s(time.monotonic()))
        try:
            return await self._opened(reading, came, proven)
        except _TakenBefore:
            bucket.give_back()  # whoever saw a message may bring it again, and would silence its sender
            return await self._set_aside(came) if proven.is_shared else self.answering.taken_before()

    async def _read(self, came: Came) -> Reading:
        """Read a short message at once, and a long one beside the loop, one of each sender at a time."""
        read = partial(read_body, self.answering.adapter, self.recognisers, came.body, came.content_type, at=came.at)
        if len(came.body) <= SHORT_BYTES:
            return read()
        async with self._reading:
            return await asyncio.to_thread(read)

    async def _opened(self, reading: Reading, came: Came, proven: Proven) -> JSONResponse:
        """Keep what is not understood, take what is an alert, and say what became of the message.

        What is kept goes first: a proof that may be used once is used up with the alerts, and both can be sent again.
        """
        told: dict[str, JsonValue] = {}
        if reading.whys:
            kept = await self._stored(self.keep(came.unread(reading.why)))
            if isinstance(kept, JSONResponse):
                return kept
            told["kept"] = kept.id
        if reading.mend:
            return self.answering.to_mend(reading.mend, told)
        if reading.alerts:
            delivery = came.delivery(reading, proven)
            receipts = await self._stored(self.take(delivery))
            if isinstance(receipts, JSONResponse):
                return receipts
            return self.answering.taken(delivery, receipts, came.message, told)
        return self.answering.kept(came.message, told) if told else self.answering.ignored(reading.topics, came.message)

    async def _set_aside(self, came: Came) -> JSONResponse:
        """Let a person look at an alert whose signature another one had: honest, or brought by whoever saw that one."""
        if not self._others.take(time.monotonic()):
            return self.answering.too_often(self._others.wait_s(time.monotonic()))
        kept = await self._stored(self.keep(came.unread(OTHERS)))
        return kept if isinstance(kept, JSONResponse) else self.answering.kept(came.message, {"kept": kept.id})

    async def _stored(self, storing: Awaitable[T]) -> T | JSONResponse:
        """Wait until the ledger has it; else what the sender hears instead.

        Raises:
            _TakenBefore: the proof was used up before.
        """
        try:
            async with asyncio.timeout(self.answering.adapter.patience_s):
                return await storing
        except RunbookError as exc:
            if getattr(exc, "status", None) == HTTPStatus.CONFLICT:
                raise _TakenBefore from exc
            return self.answering.failed(exc)
        except Exception as exc:  # noqa: BLE001 - an alert must not be lost: whatever went wrong, the sender tries again
            return self.answering.failed(exc)
