"""Incidents that wait for check-ins, and links that are given out for them."""

from datetime import datetime
from pathlib import Path

from tasks.checkin.tokens import hash_of, key_of, new_link, token_of
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tasks.model.checkin import CheckInLink
from tests import incidents

HOSTILE = "<script>alert(1)</script>\"'&\u202e<img src=x onerror=alert(1)>"


def opened(ledger: Ledger, at: datetime, **alert: str) -> Incident:
    told = {"ip": "203.0.113.7", "account": "100000000001", "login_time": "2026-11-23T02:10:00+08:00", "place": "南京"}
    return incidents.opened(ledger, at, account="100000000001", alert=told | alert, mode="approve")


def given(ledger: Ledger, home: Path, incident_id: str, at: datetime, person: str = "Li") -> tuple[str, CheckInLink]:
    """A link that was given to a person, with its token."""
    key = key_of(home)
    link = new_link(key, incident_id=incident_id, person=person, at=at)
    ledger.offer_checkin(link)
    token = token_of(key, incident_id=incident_id, person=person, made_at=at)
    assert hash_of(token) == link.token_hash
    return token, link
