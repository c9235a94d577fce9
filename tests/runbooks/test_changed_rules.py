"""A waiting run goes on by what was decided and shown, though the rules have changed since: an upgrade may do that."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from flows.unusual_login import unusual_login
from tasks.cli.drill import person_at_console
from tasks.cli.prepared_answers import answers_type
from tasks.context import ledger
from tasks.engine.questions import Waiting, waiting_question
from tasks.engine.runs import RunState, create_run
from tasks.engine.session import deploy
from tasks.model.decision import EarlyContainment
from tasks.model.plan import ActionKind, Plan
from tasks.runbooks.registry import runbook_of
from tasks.sandbox.server import Sandbox
from tests.upgrade import stage
from tests.upgrade.freeze import contained_ahead
from tests.upgrade.waits import AUTO, HARMLESS, PEOPLE, STOLEN

pytestmark = pytest.mark.prefect

Parameters = dict[str, Any]


class At:
    """One incident at work, from its run's beginning on."""

    def __init__(self, sandbox: Sandbox, api_url: str) -> None:
        self.sandbox = sandbox
        self._api_url = api_url
        self._run: UUID | None = None

    def begin(self, parameters: Parameters) -> None:
        """Create the run."""

        async def create() -> UUID:
            return (await create_run(await deploy(unusual_login, self._api_url), parameters)).id

        self._run = asyncio.run(create())

    def walk(self, answers: dict[str, Any]) -> RunState:
        """Answer as far as there are answers."""
        assert self._run is not None
        given = answers_type().model_validate(answers)
        return asyncio.run(stage.walk(self._run, given, person_at_console(self.sandbox)))

    def waits_for(self) -> str:
        """The key of the wait."""
        assert self._run is not None
        question = asyncio.run(waiting_question(self._run))
        assert isinstance(question, Waiting)
        return question.key

    def record(self) -> dict[str, Any]:
        """The record as it is now."""
        incident = ledger().incident_of_run(str(self._run))
        assert incident is not None
        found = ledger().record(incident.id)
        assert isinstance(found, dict)
        return found

    def done(self, part: str = "actions") -> set[tuple[str, str]]:
        """What was done, or put back."""
        return {
            (each["kind"], each["target"]) for each in self.record()[part] if each["status"] in ("done", "verified")
        }


Set = Callable[[str], At]


@pytest.fixture
def at(prefect_server: Any, tmp_path: Path) -> Iterator[Set]:
    """Set an incident of a stolen sub-account up under a policy."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox.start("stolen-sub-account"))

        def begin(policy: str) -> At:
            stack.enter_context(stage.at_work(tmp_path, sandbox, 1, {"POLICY": policy}))
            return At(sandbox, prefect_server.api_url)

        yield begin


def never_early(monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: Any, **__: Any) -> EarlyContainment:
        return EarlyContainment(go=False, signs=(), reasons=())

    changed = replace(runbook_of("unusual_login"), contain_first=no)
    monkeypatch.setattr("tasks.steps.contain_first.runbook_of", lambda _: changed)


def test_what_was_contained_first_is_put_back_by_rules_that_would_not_have_contained(
    at: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = at(AUTO)
    here.begin({"alert": json.dumps(here.sandbox.alert())})
    here.walk({})
    contained = here.done()

    never_early(monkeypatch)
    state = here.walk(HARMLESS)

    assert (state, here.record()["verdict"]) == (RunState.COMPLETED, "ignored")
    assert here.done("put_back") == contained != set()


def test_what_was_contained_ahead_is_put_back_by_rules_that_would_not_have_contained(
    at: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = at(AUTO)
    parameters = asyncio.run(contained_ahead(here.sandbox))

    never_early(monkeypatch)
    here.begin(parameters)
    state = here.walk(HARMLESS)

    assert (state, here.record()["verdict"]) == (RunState.COMPLETED, "ignored")
    assert here.done("put_back") == here.done() != set()


def test_an_approval_stands_for_what_was_shown_though_it_would_be_planned_otherwise_now(
    at: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = at(f"mode: approve\n{PEOPLE}")
    here.begin({"alert": json.dumps(here.sandbox.alert())})
    here.walk(STOLEN | {"approvals": {}})
    shown, known = here.waits_for(), runbook_of("unusual_login")

    def without_passwords(*args: Any) -> Plan:
        found = known.plan(*args)
        return Plan(actions=tuple(each for each in found.actions if each.kind is not ActionKind.RESET_PASSWORD))

    changed = replace(known, plan=without_passwords)
    monkeypatch.setattr("tasks.steps.contain.runbook_of", lambda _: changed)
    state = here.walk(STOLEN)

    (approval,) = here.record()["approvals"]
    assert (state, here.record()["verdict"]) == (RunState.COMPLETED, "contained")
    assert shown == f"containment-{approval['plan_hash']}-1"
    assert ActionKind.RESET_PASSWORD in {kind for kind, _ in here.done()}
