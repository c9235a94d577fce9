"""A sandbox shared by the tests of this folder, its faults cleared after each."""

from collections.abc import Iterator

import pytest

from tasks.cloud.client import Cloud, connect
from tasks.sandbox.server import Sandbox


@pytest.fixture(scope="session")
def _running() -> Iterator[Sandbox]:
    with Sandbox.start("stolen-sub-account") as running:
        running.faults.set(rate_limit=False)
        yield running


@pytest.fixture
def sandbox(_running: Sandbox) -> Iterator[Sandbox]:
    yield _running
    _running.faults.clear()
    _running.faults.set(rate_limit=False)


@pytest.fixture
def cloud(sandbox: Sandbox) -> Cloud:
    return connect(endpoint=sandbox.url, environ=sandbox.credentials())


@pytest.fixture
def administrator(sandbox: Sandbox) -> Cloud:
    """The cloud of somebody who may also do what the runner may not."""
    return connect(endpoint=sandbox.url, environ=sandbox.credentials("alice"))
