"""A toy flow, registered with the session's server, whose every step leaves a line in a journal."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint

from tasks.engine.connection import engine_environment
from tasks.engine.deployments import ensure_deployment
from tasks.engine.runs import create_run

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Toy:
    """The toy flow and its deployment."""

    flow: Flow[..., Any]
    deployment_id: UUID
    journal: Path

    def lines(self) -> list[str]:
        return self.journal.read_text(encoding="utf-8").splitlines() if self.journal.exists() else []

    def new_run(self, *, name: str = "alice", questions: int = 2, key: str | None = None) -> UUID:
        values = {"journal": str(self.journal), "name": name, "questions": questions}
        return asyncio.run(create_run(self.deployment_id, values, tags=["drill"], idempotency_key=key)).id


@pytest.fixture(scope="session")
def toy_flow() -> Flow[..., Any]:
    return load_flow_from_entrypoint(f"{HERE / 'toy_flow.py'}:toy")


@pytest.fixture
def toy(prefect_server: Any, toy_flow: Flow[..., Any], tmp_path: Path) -> Toy:
    env = engine_environment(prefect_server.api_url, prefect_server.home)
    registered = ensure_deployment(toy_flow, "toy", entrypoint="toy_flow.py:toy", root=HERE, env=env)
    return Toy(flow=toy_flow, deployment_id=asyncio.run(registered), journal=tmp_path / "journal.txt")


@pytest.fixture
def start_driver(prefect_server: Any) -> Iterator[Callable[[UUID], subprocess.Popen[str]]]:
    """Start processes that drive runs; those that the test leaves are ended."""
    started: list[subprocess.Popen[str]] = []

    def start(flow_run_id: UUID) -> subprocess.Popen[str]:
        command = [sys.executable, str(HERE / "drive_toy.py"), prefect_server.api_url, str(prefect_server.home)]
        process = subprocess.Popen([*command, str(flow_run_id)], stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
