"""A plain Prefect process worker runs the real deployment: to the question, and on after the answer."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow

from tasks.engine.deployments import WORK_POOL
from tasks.engine.questions import Accepted, Waiting, answer, waiting_question
from tasks.engine.runs import create_run
from tasks.engine.session import deploy
from tests.runbooks.bad_days.shell import Stage

pytestmark = pytest.mark.prefect


@pytest.fixture
def worker(stage: Stage, tmp_path: Path) -> Iterator[None]:
    """A worker as an operator starts one, with the runbook's settings and its credential in the environment."""
    environment = stage.env | {"PREFECT_WORKER_QUERY_SECONDS": "1", "DO_NOT_TRACK": "1"}
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", WORK_POOL]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    yield
    os.killpg(process.pid, signal.SIGKILL)  # with the runs that it started
    process.wait()


def test_a_worker_runs_to_the_question_and_on_after_the_answer(
    stage: Stage, flow: Flow[..., Any], prefect_server: Any, monkeypatch: pytest.MonkeyPatch, request: Any
) -> None:
    monkeypatch.setenv("RUNBOOKS_HOME", str(stage.home))
    deployment = asyncio.run(deploy(flow, prefect_server.api_url))
    parameters = {"alert": json.dumps(stage.sandbox.alert()), "mode": "approve", "lang": "en"}
    run = asyncio.run(create_run(deployment, parameters)).id
    request.getfixturevalue("worker")

    async def asked(topic: str) -> Waiting:
        while True:
            question = await waiting_question(run)
            if isinstance(question, Waiting) and question.key.startswith(topic):
                return question
            await asyncio.sleep(0.2)

    first = asyncio.run(asked("own-login"))
    looked = stage.reads("csip")
    assert asyncio.run(answer(run, {"answer": "no", "answered_by": "owner"}, key=first.key)) == Accepted()
    second = asyncio.run(asked("co-user"))

    assert second.form["required"] == ["answer", "answered_by", "about"]
    assert stage.reads("csip") == looked > 0
    assert stage.writes() == []
    assert stage.incident().flow_run_id == str(run)
    assert stage.chain_holds()
