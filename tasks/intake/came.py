"""A proven message as it came, and what of it is handed to the ledger."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue

from tasks.errors import InputError
from tasks.intake.authentication import Proven
from tasks.intake.body import opened, printable
from tasks.intake.readable import readable
from tasks.intake.reading import Reading
from tasks.intake.redact import redact, redact_text
from tasks.model.base import Sentence
from tasks.model.delivery import Delivery, Unread
from tasks.model.intake_file import IntakeSource
from tasks.model.message import Reported

CONTENT_TYPE_MAX = 200  # characters of it that are kept


class Came(NamedTuple):
    """A message as it came.

    Args:
        source: whose it is proved to be.
        message: as JSON says it, as a form, or as text; null where it is none of them.
        sha256: hex digest of the body.
    """

    source: IntakeSource
    body: bytes
    content_type: str
    message: JsonValue
    sha256: str
    at: datetime

    def unread(self, why: Sentence) -> Unread:
        """The message for a person to look at."""
        return Unread(
            source=self.source.name,
            road=self.source.road.value,
            content_type=redact_text(printable(self.content_type))[:CONTENT_TYPE_MAX],
            sha256=self.sha256,
            body=readable(self.body, self.content_type),
            why=why,
            at=self.at,
        )

    def delivery(self, reading: Reading, proven: Proven) -> Delivery:
        """The message with the alerts that it brings, under the name of its sender, whatever they say themselves."""
        return Delivery(
            source=self.source.name,
            road=self.source.road.value,
            sha256=self.sha256,
            body=redact(self.message),
            alerts=tuple(self._signed(alert) for alert in reading.alerts),
            nonce=proven.nonce,
            nonce_until=proven.nonce_until,
            again=proven.again,
            at=self.at,
        )

    def _signed(self, reported: Reported) -> Reported:
        return reported.model_copy(update={"alert": reported.alert.model_copy(update={"source": self.source.name})})


def taken_down(source: IntakeSource, body: bytes, content_type: str, at: datetime) -> Came:
    """The message that a sender brought, as it came."""
    try:
        message = opened(body, content_type)
    except InputError:
        message = None
    return Came(source, body, content_type, message, hashlib.sha256(body).hexdigest(), at)
