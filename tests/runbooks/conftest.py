"""A whole incident in this process: a sandbox, the session's Prefect server, and answers from a file."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow

from flows.unusual_login import unusual_login
from tasks.cli.drill import person_at_console
from tasks.cli.options import Options
from tasks.cli.prepared_answers import answers_type
from tasks.cli.respond import run_incident
from tasks.cloud.permissions import actions_of
from tasks.commands.flow import flow_of
from tasks.config.settings import settings
from tasks.context import cloud_at, ledger
from tasks.errors import InputError
from tasks.intake.alerts import stated
from tasks.model.policy import Mode
from tasks.runbooks.registry import recognisers
from tasks.sandbox.server import Sandbox
from tests.calls import READS


@dataclass
class Ended:
    """How an incident ended.

    Args:
        record: the record as JSON; None where none was written.
        error: what the shell would print.
    """

    status: int
    record: dict[str, Any]
    sandbox: Sandbox
    home: Path
    error: str = ""
    printed: list[str] = field(default_factory=list)

    def statuses(self) -> dict[str, str]:
        return {f"{a['kind']}:{a['target']}": a["status"] for a in self.record["actions"]}

    def writes(self) -> list[str]:
        """Actions of the runner that change something, as the sandbox saw them."""
        return [call.action for call in self.sandbox.calls() if not call.action.split(":")[-1].startswith(READS)]


Respond = Callable[..., Ended]


def _called(sandbox: Sandbox) -> set[str]:
    """What the runner called, by the names in CAM."""
    runner = sandbox.scenario.story.runner
    return {f"{call.service}:{call.action}" for call in sandbox.calls() if call.principal == runner}


def forget() -> None:
    """Forget what a process reads once."""
    settings.cache_clear()
    ledger.cache_clear()
    cloud_at.cache_clear()


@pytest.fixture
def flow() -> Flow[..., Any]:
    return unusual_login


@pytest.fixture
def respond(prefect_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Respond]:
    """Run one incident to its end, by the runbook whose alert it is; answers as the answers file has them."""
    with ExitStack() as stack:

        def run(
            scenario: str,
            answers: dict[str, Any] | None = None,
            *,
            mode: Mode | None = "approve",
            lang: str = "zh",
            timeout_s: float | None = 0.05,
            policy: str | None = None,
            alert: str | None = None,
            prepare: Callable[[Sandbox], None] = lambda _: None,
            env: dict[str, str] | None = None,
        ) -> Ended:
            sandbox = stack.enter_context(Sandbox.start(scenario))
            prepare(sandbox)
            monkeypatch.setenv("PREFECT_API_URL", prefect_server.api_url)
            monkeypatch.setenv("RUNBOOKS_HOME", str(tmp_path))
            monkeypatch.setenv("RUNBOOKS_CLOUD_ENDPOINT", sandbox.url)
            if policy is not None:
                (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
                monkeypatch.setenv("RUNBOOKS_POLICY", str(tmp_path / "policy.yaml"))
            for name, value in (sandbox.credentials() | (env or {})).items():
                monkeypatch.setenv(name, value)
            forget()
            record = tmp_path / "record.json"
            record.unlink(missing_ok=True)
            given = answers_type().model_validate(answers) if answers is not None else None
            options = Options(mode=mode, answers=given, record=record, lang=lang, timeout_s=timeout_s)
            text = alert if alert is not None else json.dumps(sandbox.alert())
            status, error = 2, ""
            try:
                flow = flow_of(stated(text, recognisers()).runbook)
                status = run_incident(flow, text, options, work=person_at_console(sandbox))
            except InputError as exc:
                error = str(exc)
            written = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
            beyond = _called(sandbox) - {*actions_of(mode or "approve", "cn")}
            assert beyond == set(), "`runbooks policy` leaves out what this drill calls"
            return Ended(status=status, record=written, sandbox=sandbox, home=tmp_path, error=error)

        yield run
    forget()
