"""Incidents in processes of their own; the cloud and the Prefect server are ours."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.sandbox.server import Sandbox
from tests.runbooks.bad_days.shell import ROOT, Stage, kill


@pytest.fixture
def new_stage(prefect_server: Any, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Set stages up on the session's Prefect server; what a test leaves at work is ended."""
    stages: list[Stage] = []

    def make(scenario: str = "stolen-sub-account") -> Stage:
        sandbox = Sandbox.start(scenario)
        env = os.environ | {
            "PREFECT_API_URL": prefect_server.api_url,
            "PREFECT_HOME": str(tmp_path / "prefect-home"),
            "PYTHONPATH": str(ROOT),
            "RUNBOOKS_HOME": str(tmp_path),
            "RUNBOOKS_CLOUD_ENDPOINT": sandbox.url,
            "RUNBOOKS_LANG": "en",
        }
        stages.append(Stage(sandbox, tmp_path, env | sandbox.credentials()))
        return stages[-1]

    yield make
    for stage in stages:
        for process in stage.started:
            kill(process)
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
        stage.sandbox.stop()


@pytest.fixture
def stage(new_stage: Callable[..., Stage]) -> Stage:
    return new_stage()
