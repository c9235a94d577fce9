"""What hangs at the end does not keep the process from it."""

import os
from threading import Event

import pytest

from tasks.serving.end import STATUS, end_within


def test_a_process_that_does_not_come_to_its_end_is_ended_and_what_hangs_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done, ended = list[str](), Event()

    def leave(status: int) -> None:
        done.append(f"exit {status}")
        ended.set()

    monkeypatch.setattr(os, "_exit", leave)

    end_within(0.0, lambda: done.append("server told"))
    ended.wait()

    assert done == ["server told", f"exit {STATUS}"]
    assert "what hangs: MainThread" in caplog.text
