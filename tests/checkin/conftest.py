"""A home with its own ledger, and an incident in it that waits for check-ins."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.config.settings import settings
from tasks.context import ledger as ledger_of_process
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tests.checkin.checkin_samples import opened


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


@pytest.fixture
def incident(ledger: Ledger, now: datetime) -> Incident:
    return opened(ledger, now)


def days(count: float) -> timedelta:
    return timedelta(days=count)
