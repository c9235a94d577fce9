"""Incidents as tests open and read them, without a message that brought them."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from tasks.ledger import tables
from tasks.ledger.incidents import new_incident
from tasks.ledger.rows import EvidenceRow, Incident
from tasks.ledger.store import Ledger


def opened(ledger: Ledger, at: datetime, **changes: Any) -> Incident:
    """Open an incident that nothing reported."""
    plain = {
        "account": "100001",
        "runbook": "unusual_login",
        "alert": {},
        "mode": "observe",
        "endpoint": "",
        "lang": "en",
    }
    with ledger._connection_to_write() as connection:
        return new_incident(connection, {"dedupe_key": uuid4().hex, **plain, **changes}, at)


def evidence_of(ledger: Ledger, incident_id: str) -> tuple[EvidenceRow, ...]:
    """An incident's evidence in the order in which it came."""
    return tuple(EvidenceRow.model_validate(row) for row in ledger._rows(tables.evidence, incident_id))
