"""A sandbox that the tests of this folder share, and a home that is set to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.sandbox.server import Sandbox
from tests.checkup.who_calls import be


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    with Sandbox.start("stolen-sub-account") as running:
        running.faults.set(rate_limit=False)
        yield running


@pytest.fixture
def sandbox(_running: Sandbox, in_english: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The cloud of a home whose policy declares two approvers; its faults are cleared afterwards."""
    in_english.chmod(0o700)
    (in_english / "policy.yaml").write_text(
        "mode: approve\n"
        "people:\n"
        "  - {name: 李雷, principals: [alice], approver: true}\n"
        "  - {name: 韩梅梅, principals: [bob], approver: true}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("RUNBOOKS_CLOUD_ENDPOINT", _running.url)
    be(monkeypatch, _running, "")
    yield _running
    _running.faults.clear()
    _running.faults.set(rate_limit=False)
