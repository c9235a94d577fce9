"""A plain Prefect process worker runs the same deployment, and takes over a run that was begun in place."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client

from tasks.engine.deployments import WORK_POOL
from tasks.engine.inplace import run_in_place
from tasks.engine.questions import Accepted, Waiting, answer, waiting_question
from tasks.engine.runs import RunState, view

pytestmark = pytest.mark.prefect

APPROVE = {"choice": "批准 · approve"}


@pytest.fixture
def worker(prefect_server: Any, tmp_path: Path) -> Iterator[None]:
    """A worker as an operator starts one: it knows the server's address and nothing else of ours."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment = plain | {
        "PREFECT_API_URL": prefect_server.api_url,
        "PREFECT_API_AUTH_STRING": ":".join(prefect_server.auth),
        "PREFECT_HOME": str(tmp_path / "worker-home"),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", WORK_POOL, "--limit", "1"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    yield
    os.killpg(process.pid, signal.SIGKILL)  # with the runs that it started
    process.wait()


async def until(run: UUID, wanted: RunState) -> None:
    """Wait until a run is where it should be; where it ended otherwise, say so."""
    while (seen := await view(run)).state is not wanted:
        assert not seen.state.is_final, seen
        await asyncio.sleep(0.2)


async def until_asked(run: UUID) -> None:
    """Wait until a run's question can be answered, which is a moment after it is seen as suspended."""
    await until(run, RunState.SUSPENDED)
    while not isinstance(await waiting_question(run), Waiting):  # noqa: ASYNC110 - the server tells no event
        await asyncio.sleep(0.1)


async def until_polled_twice() -> None:
    """Wait until the worker has asked for runs twice: what it got the first time, it has then dealt with."""
    async with get_client() as client:
        polls = {(await client.read_work_queue_by_name("default", WORK_POOL)).last_polled}
        while len(polls) <= 2:
            await asyncio.sleep(0.2)
            polls.add((await client.read_work_queue_by_name("default", WORK_POOL)).last_polled)


@pytest.mark.usefixtures("worker")
def test_a_worker_runs_to_the_question_and_goes_on_after_the_answer(toy: Any) -> None:
    begun_here = toy.new_run(questions=1)
    asyncio.run(until_asked(begun_here))

    assert asyncio.run(answer(begun_here, APPROVE)) == Accepted()
    asyncio.run(until(begun_here, RunState.COMPLETED))

    assert toy.lines().count("body") == 2
    assert toy.lines().count("look_up alice") == 1
    assert toy.lines()[-1] == "end"


@pytest.mark.usefixtures("worker")
def test_a_worker_with_a_limit_outlives_a_run_that_is_answered_while_its_old_process_is_still_there(toy: Any) -> None:
    lingering = toy.journal.with_suffix(".linger")
    lingering.touch()
    run = toy.new_run(questions=1)
    asyncio.run(until_asked(run))

    assert asyncio.run(answer(run, APPROVE)) == Accepted()
    asyncio.run(until_polled_twice())
    bodies = toy.lines().count("body")
    lingering.unlink()
    asyncio.run(until(run, RunState.COMPLETED))

    assert (bodies, toy.lines().count("body")) == (1, 2)


def test_a_worker_resumes_a_run_that_was_begun_in_place(toy: Any, request: pytest.FixtureRequest) -> None:
    run = toy.new_run(questions=1)
    assert asyncio.run(run_in_place(toy.flow, run)) is RunState.SUSPENDED
    assert asyncio.run(answer(run, APPROVE)) == Accepted()

    request.getfixturevalue("worker")
    asyncio.run(until(run, RunState.COMPLETED))

    assert toy.lines().count("look_up alice") == 1
    assert toy.lines().count("act 0 批准 · approve") == 1
