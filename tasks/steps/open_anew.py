"""Opening an incident anew: its event turned up after it was closed, or is not the one that it was closed for."""

import hashlib

from tasks.context import ledger, utc_now
from tasks.ledger.errors import Replayed
from tasks.ledger.rows import Incident, LateEvent
from tasks.model.delivery import Delivery
from tasks.model.message import Reported
from tasks.runbooks.kept import alert_of
from tasks.runbooks.registry import correlation_of
from tasks.steps.publish import publish_again

SOURCE = "late_record"
"""Who reports it then: nobody but the audit log."""


def open_anew(late: LateEvent) -> str | None:
    """Open an incident of the same alert that names the closed one; None where the event is answered already.

    The closed one stays as it was decided. It is done once, whoever dies or does it at the same time: the message that
    opens the new one is taken once.
    """
    closed, believed = ledger().incident(late.incident_id), ledger().late_facts(late.incident_id) is None
    other = ledger().incident_of_event(late.event_id or "", endpoint=closed.endpoint)
    opened = None if other is not None and not believed else _opened(closed)
    if opened is not None:
        at = utc_now()
        ledger().note(opened, "opened_anew_for", who=SOURCE, detail={"incident_id": closed.id}, at=at)
        ledger().note(closed.id, "opened_anew_as", who=SOURCE, detail={"incident_id": opened}, at=at)
    ledger().take_event(late.incident_id, utc_now())
    publish_again(closed)
    return opened


def _opened(closed: Incident) -> str | None:
    """The new incident; None where another process has opened it."""
    alert = alert_of(closed)
    text = alert.model_dump_json()
    delivery = Delivery(
        source=SOURCE,
        road="generic",
        sha256=hashlib.sha256(f"{closed.id} {text}".encode()).hexdigest(),
        body=alert.model_dump(mode="json"),
        alerts=(Reported(runbook=closed.runbook, alert=alert),),
        at=utc_now(),
        nonce=closed.id,
    )
    opening = {"mode": closed.mode, "endpoint": closed.endpoint, "lang": closed.lang}
    try:
        (receipt,) = ledger().take_delivery(delivery, correlation_of, **opening, again=True)
    except Replayed:
        return None
    return receipt.incident_id
