"""What a sender hears, in the words of its road; each answer is counted, and nothing of the message is logged."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from pydantic import JsonValue
from starlette.responses import JSONResponse

from tasks.intake.authentication import Unproven
from tasks.intake.formats import ROADS, Adapter
from tasks.intake.rate_limit import others_per_minute
from tasks.intake.repeated_lines import RepeatedLines
from tasks.model.delivery import Delivery, Receipt
from tasks.model.intake_file import IntakeSource, Proof
from tasks.model.message import Topic

RETRY_AFTER_S = 5  # a ledger that is held or a disk that is full is not better sooner
NOTHING: Mapping[str, JsonValue] = {}

_LOG = logging.getLogger(__name__)
_CHALLENGE = {Proof.BEARER: 'Bearer realm="runbooks"', Proof.BASIC: 'Basic realm="runbooks"'}


class Counted(Protocol):
    """Counts what became of messages."""

    def __call__(self, source: str, outcome: str, runbook: str = "", *, about: tuple[str, ...] = ()) -> None:
        """Count a message of a source.

        Args:
            outcome: taken, joined, kept, ignored, refused or failed.
            runbook: that it is for; empty where it is for none.
            about: what it, or parts of it, are about where it is ignored.
        """
        ...


@dataclass(frozen=True)
class Answering:
    """What one sender hears."""

    source: IntakeSource
    counted: Counted
    _refusals: RepeatedLines = field(default_factory=RepeatedLines)

    @property
    def adapter(self) -> Adapter:
        """How this sender's messages are read, and what it waits for."""
        return ROADS[self.source.road]

    def taken(
        self, delivery: Delivery, receipts: tuple[Receipt, ...], message: JsonValue, told: Mapping[str, JsonValue]
    ) -> JSONResponse:
        """The alerts of a message are safe; what else was kept of it is told beside them."""
        incidents: JsonValue = [{"id": receipt.incident_id, "new": receipt.new} for receipt in receipts]
        outcome = "taken" if any(receipt.new for receipt in receipts) else "joined"
        for runbook in dict.fromkeys(reported.runbook for reported in delivery.alerts):
            self.counted(self.source.name, outcome, runbook)
        if told:
            self.counted(self.source.name, "kept")
        return self._said(outcome, self.adapter.status, message, {"incidents": incidents, **told})

    def kept(self, message: JsonValue, told: Mapping[str, JsonValue]) -> JSONResponse:
        """Nobody understood the message, and a person will look at it: for its sender that is a success."""
        self.counted(self.source.name, "kept")
        return self._said("kept", self.adapter.status, message, told)

    def ignored(self, topics: tuple[Topic, ...], message: JsonValue) -> JSONResponse:
        """The message is surely about something else."""
        self.counted(self.source.name, "ignored", about=topics)
        return self._said("ignored", HTTPStatus.OK, message, {"ignored": ", ".join(topics)})

    def to_mend(self, mend: str, told: Mapping[str, JsonValue]) -> JSONResponse:
        """The sender means an alert and is told what is wrong with it; who reads no answer is kept all the same."""
        return self.refused(HTTPStatus.BAD_REQUEST, mend, told=told)

    def unproven(self, refused: Unproven) -> JSONResponse:
        """The sender is not who it says; 401 wants a challenge beside it."""
        known = _CHALLENGE.get(self.source.proof, "Signature") if refused.status == HTTPStatus.UNAUTHORIZED else None
        return self.refused(refused.status, refused.reason, {"WWW-Authenticate": known} if known else None)

    def too_often(self, wait_s: float) -> JSONResponse:
        """The sender has used up its rate."""
        logins, others = self.source.per_minute, others_per_minute(self.source.per_minute)
        reason = f"rate: send at most {logins} alerts and {others} other messages a minute, or raise per_minute"
        return self._later(reason, wait_s)

    def tried_in_vain(self, wait_s: float) -> JSONResponse:
        """From the sender's address too many wrong proofs came, and this is one more."""
        return self._later("proof: is wrong once more; a right one is taken at once", wait_s)

    def taken_before(self) -> JSONResponse:
        """The proof brought a message before, and may do so once only."""
        return self.refused(HTTPStatus.CONFLICT, "message: was taken before; sign each message anew")

    def _later(self, reason: str, wait_s: float) -> JSONResponse:
        return self.refused(HTTPStatus.TOO_MANY_REQUESTS, reason, {"Retry-After": str(max(1, math.ceil(wait_s)))})

    def refused(
        self,
        status: int,
        reason: str,
        headers: Mapping[str, str] | None = None,
        *,
        told: Mapping[str, JsonValue] = NOTHING,
    ) -> JSONResponse:
        """The message is not taken, and why."""
        outcome = "kept" if told else "refused"
        self.counted(self.source.name, outcome)
        more = self._refusals.more((outcome, status))
        if more is not None:
            self._log(f"{outcome}, and {more} before it that are not listed" if more else outcome, status)
        return JSONResponse({"error": reason, **told}, status, headers)

    def failed(self, exc: Exception) -> JSONResponse:
        """Nothing is promised; the error's words are not logged, for they may hold the message's."""
        _LOG.error("message of %s not stored: %s", self.source.name, type(exc).__name__)
        self.counted(self.source.name, "failed")
        self._log("failed", HTTPStatus.SERVICE_UNAVAILABLE)
        error = {"error": "the message could not be stored; send it again"}
        return JSONResponse(error, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_AFTER_S)})

    def _said(self, outcome: str, status: int, message: JsonValue, told: Mapping[str, JsonValue]) -> JSONResponse:
        self._log(outcome, status)
        echoed = {name: message[name] for name in self.adapter.echoes if isinstance(message, dict) and name in message}
        return JSONResponse({**self.adapter.answer, **echoed, **told}, status)

    def _log(self, outcome: str, status: int) -> None:
        _LOG.info("message of %s: %s (%d)", self.source.name, outcome, status)
