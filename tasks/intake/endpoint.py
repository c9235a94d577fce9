"""One message of one sender, from its bytes to its receipts: every check, in order."""

import asyncio
import hashlib
import logging
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from pydantic import JsonValue, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse

from tasks.errors import InputError, RunbookError
from tasks.intake.alerts import Recognisers, recognised
from tasks.intake.authentication import Proven, Unproven, prove
from tasks.intake.body import opened
from tasks.intake.formats import ROADS, Adapter
from tasks.intake.limits import TooMuch, body_of, check_headers
from tasks.intake.rate_limit import Bucket
from tasks.intake.redact import redact
from tasks.model.delivery import Delivery, Receipt
from tasks.model.intake_file import IntakeSource, Proof
from tasks.model.message import Reported

Take = Callable[[Delivery], Awaitable[tuple[Receipt, ...]]]
"""Puts a message safely into the ledger; returns only then."""

Counted = Callable[[str, str, str], None]
"""Counts a message by source, outcome (taken, joined, refused, ignored or failed) and the runbook that it is for:
empty where it is for none."""

NO_RUNBOOK = ("",)

RETRY_AFTER_S = 5  # a ledger that is held or a disk that is full is not better sooner

_LOG = logging.getLogger(__name__)
_CHALLENGE = {Proof.BEARER: 'Bearer realm="runbooks"', Proof.BASIC: 'Basic realm="runbooks"'}


@dataclass
class Door:
    """Where one sender comes in."""

    source: IntakeSource
    secret: SecretStr
    recognisers: Recognisers
    take: Take
    counted: Counted
    _bucket: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self._bucket = Bucket(self.source.per_minute)

    @property
    def adapter(self) -> Adapter:
        """How this sender's messages are read."""
        return ROADS[self.source.road]

    async def answer(self, request: Request) -> JSONResponse:
        """Take the message, and say what became of it; nothing of it is logged."""
        now = datetime.now(UTC)
        try:
            check_headers(request)
            wait_s = self._bucket.wait_s(time.monotonic())
            if wait_s:
                return self._too_often(wait_s)
            body = await body_of(request)
        except TooMuch as exc:
            return self._refused(exc.status, exc.reason)
        proven = prove(
            self.source, self.secret, headers=request.headers, query=request.query_params, body=body, now=now
        )
        if isinstance(proven, Unproven):
            return self._refused(proven.status, proven.reason, _challenge(self.source, proven))
        # Only the sender's own messages count: else anybody could use up its rate, and silence it.
        if not self._bucket.take(time.monotonic()):
            return self._too_often(self._bucket.wait_s(time.monotonic()))
        return await self._opened(body, request.headers.get("content-type", ""), proven, now)

    async def _opened(self, body: bytes, content_type: str, proven: Proven, now: datetime) -> JSONResponse:
        try:
            message = opened(body, content_type)
            read = self.adapter.read(body, content_type, at=now)
            ends = [recognised(each, self.recognisers) for each in read]
        except InputError as exc:
            return self._refused(HTTPStatus.BAD_REQUEST, str(exc))
        alerts = tuple(alert for end in ends if isinstance(end, tuple) for alert in end)
        if not alerts:
            return self._said(
                "ignored", HTTPStatus.OK, message, {"ignored": "the message is about nothing that a runbook answers"}
            )
        delivery = Delivery(
            source=self.source.name,
            road=self.source.road.value,
            sha256=hashlib.sha256(body).hexdigest(),
            body=redact(message),
            alerts=tuple(self._signed(alert) for alert in alerts),
            nonce=proven.nonce,
            nonce_until=proven.nonce_until,
            at=now,
        )
        return await self._taken(delivery, message)

    def _signed(self, reported: Reported) -> Reported:
        """The alert under the name of its sender, whatever it says itself."""
        alert = reported.alert.model_copy(update={"source": self.source.name})
        return reported.model_copy(update={"alert": alert})

    async def _taken(self, delivery: Delivery, message: JsonValue) -> JSONResponse:
        try:
            async with asyncio.timeout(self.adapter.patience_s):
                receipts = await self.take(delivery)
        except RunbookError as exc:
            if getattr(exc, "status", None) == HTTPStatus.CONFLICT:
                return self._refused(HTTPStatus.CONFLICT, "message: was taken before; sign each message anew")
            return self._failed(exc)
        except Exception as exc:  # noqa: BLE001 - an alert must not be lost: whatever went wrong, the sender tries again
            return self._failed(exc)
        incidents: JsonValue = [{"id": receipt.incident_id, "new": receipt.new} for receipt in receipts]
        outcome = "taken" if any(receipt.new for receipt in receipts) else "joined"
        names = tuple(dict.fromkeys(reported.runbook for reported in delivery.alerts))
        return self._said(outcome, self.adapter.status, message, {"incidents": incidents}, names)

    def _said(
        self,
        outcome: str,
        status: int,
        message: JsonValue,
        told: Mapping[str, JsonValue],
        runbooks: tuple[str, ...] = NO_RUNBOOK,
    ) -> JSONResponse:
        self._note(outcome, status, runbooks)
        echoed = {name: message[name] for name in self.adapter.echoes if isinstance(message, dict) and name in message}
        return JSONResponse({**self.adapter.answer, **echoed, **told}, status)

    def _refused(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
        self._note("refused", status)
        return JSONResponse({"error": reason}, status, headers)

    def _too_often(self, wait_s: float) -> JSONResponse:
        reason = f"rate: send at most {self.source.per_minute} messages a minute, or raise per_minute"
        return self._refused(HTTPStatus.TOO_MANY_REQUESTS, reason, {"Retry-After": str(max(1, math.ceil(wait_s)))})

    def _failed(self, exc: Exception) -> JSONResponse:
        """Nothing is promised; the error's words are not logged, for they may hold the message's."""
        _LOG.error("alert of %s not stored: %s", self.source.name, type(exc).__name__)
        self._note("failed", HTTPStatus.SERVICE_UNAVAILABLE)
        error = {"error": "the alert could not be stored; send it again"}
        return JSONResponse(error, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_AFTER_S)})

    def _note(self, outcome: str, status: int, runbooks: tuple[str, ...] = NO_RUNBOOK) -> None:
        for runbook in runbooks:
            self.counted(self.source.name, outcome, runbook)
        _LOG.info("message of %s: %s (%d)", self.source.name, outcome, status)


def _challenge(source: IntakeSource, refused: Unproven) -> dict[str, str]:
    """What HTTP wants beside 401."""
    known = _CHALLENGE.get(source.proof, "Signature") if refused.status == HTTPStatus.UNAUTHORIZED else None
    return {"WWW-Authenticate": known} if known else {}
