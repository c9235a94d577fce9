"""A home with its own ledger, and an incident in it that waits for check-ins."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.checkin.tokens import hash_of, key_of, new_link, token_of
from tasks.config.settings import settings
from tasks.context import ledger as ledger_of_process
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tasks.model.checkin import CheckInLink
from tests import incidents

HOSTILE = "<script>alert(1)</script>\"'&\u202e<img src=x onerror=alert(1)>"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("RUNBOOKS_HOME", str(tmp_path))
    for name in ("RUNBOOKS_INTAKE", "RUNBOOKS_POLICY", "RUNBOOKS_LEDGER_URL", "RUNBOOKS_CLOUD_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    ledger_of_process.cache_clear()
    yield tmp_path
    ledger_of_process().close()
    settings.cache_clear()
    ledger_of_process.cache_clear()


@pytest.fixture
def ledger(home: Path) -> Ledger:
    return ledger_of_process()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def opened(ledger: Ledger, at: datetime, **alert: str) -> Incident:
    told = {"ip": "203.0.113.7", "account": "100000000001", "login_time": "2026-11-23T02:10:00+08:00", "place": "南京"}
    return incidents.opened(ledger, at, account="100000000001", alert=told | alert, mode="approve")


@pytest.fixture
def incident(ledger: Ledger, now: datetime) -> Incident:
    return opened(ledger, now)


def given(ledger: Ledger, home: Path, incident_id: str, at: datetime, person: str = "Li") -> tuple[str, CheckInLink]:
    """A link that was given to a person, with its token."""
    key = key_of(home)
    link = new_link(key, incident_id=incident_id, person=person, at=at)
    ledger.offer_checkin(link)
    token = token_of(key, incident_id=incident_id, person=person, made_at=at)
    assert hash_of(token) == link.token_hash
    return token, link


def days(count: float) -> timedelta:
    return timedelta(days=count)
