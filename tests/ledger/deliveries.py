"""Reports of logins, as intake brings them to the ledger."""

from datetime import datetime
from typing import Any

from tasks.ledger.store import Ledger
from tasks.model.delivery import Delivery, Receipt
from tasks.model.message import Reported
from tasks.runbooks.registry import correlation_of
from tasks.runbooks.unusual_login.alert import LoginAlert

ALICES_LOGIN: dict[str, Any] = {"account": "100000000001", "principal": "alice", "ip": "203.0.113.7"}


def delivery(
    at: datetime, *alerts: dict[str, Any], source: str = "sms", sha256: str = "a" * 64, **more: Any
) -> Delivery:
    told = tuple(Reported(runbook="unusual_login", alert=LoginAlert.model_validate(alert)) for alert in alerts)
    return Delivery(source=source, road="generic", sha256=sha256, body={"n": 1}, alerts=told, at=at, **more)


def take(ledger: Ledger, given: Delivery, **more: Any) -> tuple[Receipt, ...]:
    return ledger.take_delivery(given, correlation_of, mode="observe", endpoint="", lang="zh", **more)
