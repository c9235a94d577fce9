"""With whose key is called."""

import pytest

from tasks.context import cloud_at
from tasks.sandbox.server import Sandbox


def be(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, who: str) -> None:
    """Call with the key of somebody; empty for the runner."""
    for name, value in sandbox.credentials(who).items():
        monkeypatch.setenv(name, value)
    cloud_at.cache_clear()
