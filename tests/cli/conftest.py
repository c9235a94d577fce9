"""Commands as they are typed, in this process."""

import sys
from pathlib import Path

import pytest

from flows.__main__ import main
from tests.cli.typed import Typed


@pytest.fixture
def in_english(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose commands speak English, and read the policy that a test puts there as `policy.yaml`."""
    monkeypatch.setenv("RUNBOOKS_LANG", "en")
    monkeypatch.setenv("RUNBOOKS_POLICY", str(home / "policy.yaml"))
    return home


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Run a command line."""

    def once(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["runbooks", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return once
