"""Clouds behind addresses that never change, and a clock that can be set back: a frozen run finds both as they were."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import patch
from uuid import UUID

from urllib3.util import connection

from flows.unusual_login import unusual_login
from tasks.cli.prepared_answers import filled, topic
from tasks.cli.respond import Worker, _guided
from tasks.config.settings import settings
from tasks.context import cloud_at, ledger
from tasks.engine.inplace import open_clients, run_in_place
from tasks.engine.leases import leased
from tasks.engine.questions import Accepted, Waiting, answer, waiting_question
from tasks.engine.runs import RunState, view
from tasks.model.answers_file import AnyAnswers
from tasks.sandbox.engine import SeenCall
from tasks.sandbox.server import Sandbox

HOST = "127.0.0.1"
READS = ("Get", "List", "Describe", "LookUp")
UNSAID = ("Password",)
"""Parameters that are random, or nobody's business."""


def endpoint_of(number: int) -> str:
    """Address of a cloud: on a port where nothing ever listens, so that no frozen run can reach anything by it."""
    return f"http://{HOST}:{number}"


@contextmanager
def standing_in(sandbox: Sandbox, number: int) -> Iterator[None]:
    """Let calls to a frozen address reach a sandbox, wherever it listens."""
    real, port = connection.create_connection, int(sandbox.url.rpartition(":")[2])

    def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
        return real((HOST, port) if address == (HOST, number) else address, *args, **kwargs)

    with patch.object(connection, "create_connection", connect):
        yield


@contextmanager
def clock_set_to(moment: datetime) -> Iterator[None]:
    """Let the clock of runbook, cloud and signatures go on from a moment; Prefect's server keeps the real one."""
    behind = datetime.now(UTC) - moment

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            found = datetime.now(tz) - behind
            return cls.fromtimestamp(found.timestamp(), tz)

    def seconds() -> float:
        return time.time() - behind / timedelta(seconds=1)

    told = SimpleNamespace(time=seconds, monotonic=time.monotonic, sleep=time.sleep)
    with ExitStack() as stack:
        for module in ("tasks.context", "tasks.cloud.client", "tasks.cloud.audit"):
            stack.enter_context(patch(f"{module}.datetime", Clock))
        for module in ("tasks.sandbox.server", "tencentcloud.common.abstract_client"):
            stack.enter_context(patch(f"{module}.time", told))
        yield


@contextmanager
def at_work(home: Path, sandbox: Sandbox, number: int, files: Mapping[str, str]) -> Iterator[None]:
    """Work in a home on the incident of a cloud.

    Args:
        files: content of the policy and the intake file, by the setting's name; a setting without one is unset.
    """
    variables = {"RUNBOOKS_HOME": str(home), "RUNBOOKS_CLOUD_ENDPOINT": endpoint_of(number), **sandbox.credentials()}
    for name, text in files.items():
        path = home / f"{name.lower()}-{number}.yaml"
        path.write_text(text, encoding="utf-8")
        variables[f"RUNBOOKS_{name}"] = str(path)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUNBOOKS_")}
    with patch.dict(os.environ, kept | variables, clear=True), standing_in(sandbox, number):
        forget()
        try:
            yield
        finally:
            ledger().close()
            forget()


async def walk(run: UUID, given: AnyAnswers, work: Worker) -> RunState:
    """Run a run here and answer what it asks from a file, until it ends or asks what the file has no answer to.

    Args:
        work: does the guided steps that the file says are done.
    """
    async with open_clients(), leased(run):
        while True:
            await run_in_place(unusual_login, run)
            question = await waiting_question(run)
            form = filled(question, given) if isinstance(question, Waiting) else None
            if not isinstance(question, Waiting) or form is None:
                return (await view(run)).state
            if topic(question.key) == "manual_steps":
                work(_guided(question))
            assert await answer(run, form, key=question.key) == Accepted(), question.key


def forget() -> None:
    """Forget what a process reads once."""
    settings.cache_clear()
    ledger.cache_clear()
    cloud_at.cache_clear()


def ours(sandbox: Sandbox) -> list[SeenCall]:
    """The runbook's own calls; the story's intruder may go on calling."""
    key = sandbox.credentials()["TENCENTCLOUD_SECRET_ID"]
    return [call for call in sandbox.calls() if call.key == key]


def writes(sandbox: Sandbox) -> list[str]:
    """Calls by which the runbook changed the cloud: what was called, and with what."""
    done = (call for call in ours(sandbox) if not call.code and not call.action.startswith(READS))
    return [f"{call.service}:{call.action} {_said(call.parameters)}" for call in done]


def _said(parameters: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(parameters.items()) if name not in UNSAID)
