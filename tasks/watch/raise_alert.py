"""What is unusual, as an alert that is safely in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tasks.decide.anomaly.detect import NO_TIME
from tasks.ledger.canonical import digest
from tasks.ledger.store import Ledger
from tasks.model.address import parse_address
from tasks.model.alert import Alert
from tasks.model.audit import AuditEvent
from tasks.model.base import Lang, Sentence
from tasks.model.delivery import Delivery, Receipt
from tasks.model.policy import Policy

SOURCE = "watch_logins"
ROAD = "watch"
TEXT_MAX = 4000
REPEATED_AFTER = timedelta(hours=24)
"""Until then the ledger itself knows an alert again; of an older login it is asked whose it is."""


@dataclass(frozen=True)
class Raising:
    """Where alerts go, and how incidents that they open are to be handled."""

    ledger: Ledger
    policy: Policy
    endpoint: str
    lang: Lang
    now: datetime

    def login(self, event: AuditEvent, why: Sequence[Sentence]) -> Receipt | None:
        """Raise a login; None where its incident is known from long ago."""
        if self._is_known(event):
            return None
        alert = Alert(
            ip=parse_address(event.ip),
            login_time=event.at if event.at > NO_TIME else None,
            **named(event),
            source=SOURCE,
            text=text_of(why),
        )
        receipt = self.take(alert, event.model_dump(mode="json"))
        self.ledger.claim_login(receipt.incident_id, event.id, endpoint=self.endpoint, at=self.now)
        return receipt

    def take(self, alert: Alert, body: Any) -> Receipt:
        """Put one alert into the ledger."""
        delivery = Delivery(source=SOURCE, road=ROAD, sha256=digest(body), body=body, alerts=(alert,), at=self.now)
        taken = self.ledger.take_delivery(delivery, mode=self.policy.mode, endpoint=self.endpoint, lang=self.lang)
        return taken[0]

    def _is_known(self, event: AuditEvent) -> bool:
        old = event.at < self.now - REPEATED_AFTER
        return old and self.ledger.incident_of_login(event.id, endpoint=self.endpoint) is not None


def named(event: AuditEvent) -> dict[str, Any]:
    """Who a record says it was, in which account and where."""
    return {
        "account": event.account or None,
        "principal": event.actor.name or event.actor.uin or None,
        "place": event.place.raw if event.place else None,
    }


def text_of(why: Sequence[Sentence]) -> str:
    """The reasons in both languages, as the alert's own words."""
    lines = [*(one.zh for one in why), *(one.en for one in why)]
    return "\n".join(lines)[:TEXT_MAX]
