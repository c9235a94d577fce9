"""Whether a worker of Prefect's may be at work at a run, and what a worker's own cancel means."""

import os
import socket
from datetime import timedelta
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.objects import State as AnyState
from prefect.states import Cancelled, Pending, Running, State

from tasks.decide.driving import RunSeen
from tasks.engine.sightings import SUBMITTED, _has_worker, _seen
from tests.scene import AT

A_MOMENT = timedelta(milliseconds=1)


def run(state: State, since: timedelta, pid: str | None) -> FlowRun:
    state = AnyState.model_validate(state.model_dump() | {"timestamp": AT - since})
    return FlowRun(flow_id=uuid4(), infrastructure_pid=pid, state=state)


@pytest.mark.parametrize(
    ("state", "since", "pid", "works"),
    [
        (Pending(), SUBMITTED, "here:this", True),
        (Pending(), SUBMITTED + A_MOMENT, "here:this", False),
        (Running(), SUBMITTED * 99, "here:this", True),
        (Running(), timedelta(0), None, False),
        (Running(), timedelta(0), "here:0", False),
        (Running(), timedelta(0), "elsewhere:1", True),
    ],
)
def test_a_worker_that_has_not_begun_a_run_within_a_minute_never_will(
    state: State,
    since: timedelta,
    pid: str | None,
    works: bool,  # noqa: FBT001 - a column
) -> None:
    where = pid and pid.replace("here", socket.gethostname()).replace("this", str(os.getpid()))

    assert _has_worker(run(state, since, where), AT) is works


@pytest.mark.parametrize(
    ("message", "seen"),
    [
        ("Deployment 1f51ea79 no longer exists, cancelled run.", RunSeen.GONE),
        ("", RunSeen.CANCELLED),
        (None, RunSeen.CANCELLED),
    ],
)
def test_a_run_that_a_worker_cancelled_for_want_of_its_deployment_was_stopped_by_nobody(
    message: str | None, seen: RunSeen
) -> None:
    state = Cancelled(message=message) if message is not None else Cancelled()

    assert _seen(state, AT, False) is seen  # noqa: FBT003 - as it is called
