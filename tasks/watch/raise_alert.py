"""What is unusual, as an alert that is safely in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tasks.decide.anomaly.detect import NO_TIME
from tasks.intake.alerts import recognised
from tasks.ledger.canonical import digest
from tasks.ledger.rows import IncidentStatus
from tasks.ledger.store import Ledger
from tasks.lookup.role_sessions import is_role_session
from tasks.model.address import parse_address
from tasks.model.audit import AuditEvent
from tasks.model.base import Lang, Sentence
from tasks.model.delivery import Delivery, Receipt
from tasks.model.message import Message
from tasks.model.policy import Policy
from tasks.runbooks.registry import correlation_of, recognisers

SOURCE = "watch_logins"
ROAD = "watch"
TEXT_MAX = 4000
REPEATED_AFTER = timedelta(hours=24)
"""Until then the ledger itself knows an alert again; of an older login it is asked whose it is."""

LOGIN = "ConsoleLogin"


@dataclass(frozen=True)
class Raising:
    """Where alerts go, and how incidents that they open are to be handled."""

    ledger: Ledger
    policy: Policy
    endpoint: str
    lang: Lang
    now: datetime

    def login(self, event: AuditEvent, why: Sequence[Sentence]) -> Receipt | None:
        """Raise a login; None where its incident is closed, or known from long ago."""
        if self._is_known(event):
            return None
        at = event.at if event.at > NO_TIME else None
        return self.take(self.found(event.ip, at, why, event), event.model_dump(mode="json"))

    def found(self, ip: str, at: datetime | None, why: Sequence[Sentence], event: AuditEvent | None) -> Message:
        """A login as a message, for the runbook that answers logins to recognise."""
        return Message(
            kind="record",
            event=LOGIN,
            ip=str(address) if (address := parse_address(ip)) else None,
            event_at=at,
            **(named(event) if event else {}),
            method=event.name if event and is_role_session(event) else None,
            source=SOURCE,
            text=text_of(why),
            at=self.now,
        )

    def take(self, message: Message, body: Any) -> Receipt:
        """Put what a message reports into the ledger."""
        alerts = recognised(message, recognisers())
        assert isinstance(alerts, tuple)  # noqa: S101 - a successful login by its name is an alert of its runbook
        delivery = Delivery(
            source=SOURCE,
            road=ROAD,
            sha256=digest(body),
            body=body,
            alerts=alerts,
            at=self.now,
        )
        taken = self.ledger.take_delivery(
            delivery, correlation_of, mode=self.policy.mode, endpoint=self.endpoint, lang=self.lang
        )
        return taken[0]

    def _is_known(self, event: AuditEvent) -> bool:
        owner = self.ledger.incident_of_event(event.id, endpoint=self.endpoint)
        if owner is None:
            return False
        return event.at < self.now - REPEATED_AFTER or self.ledger.incident(owner).status is IncidentStatus.CLOSED


def named(event: AuditEvent) -> dict[str, Any]:
    """Which record it is, and who that says it was, in which account and where."""
    return {
        "account": event.account or None,
        "principal": event.actor.name or event.actor.uin or None,
        "place": event.place.raw if event.place else None,
        "event_id": event.id or None,
    }


def text_of(why: Sequence[Sentence]) -> str:
    """The reasons in both languages, as the alert's own words."""
    lines = [*(one.zh for one in why), *(one.en for one in why)]
    return "\n".join(lines)[:TEXT_MAX]
