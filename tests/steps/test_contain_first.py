"""Containment before the run begins: of whose incident it is, and of that alone."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.config.settings import settings
from tasks.context import cloud_of, ledger, utc_now
from tasks.decide.breaker import WINDOW
from tasks.lookup.collector import Collector
from tasks.model.case import Case
from tasks.model.facts import Facts
from tasks.model.policy import Policy
from tasks.runbooks.registry import runbook_of
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.gather import gather
from tasks.sandbox.server import Sandbox
from tasks.steps.contain_first import contain_ahead
from tasks.steps.open_case import case_of
from tests import incidents

RUNBOOK = runbook_of("unusual_login")
POLICY = Policy(mode="auto", auto_actions=("disable_access_key",))


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that this process is set to, with a ledger of its own."""
    with Sandbox.start("stolen-sub-account") as running:
        here = {"RUNBOOKS_HOME": str(tmp_path), "RUNBOOKS_CLOUD_ENDPOINT": running.url}
        for name, value in (running.credentials() | here).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield running
        ledger().close()


def case(sandbox: Sandbox) -> Case:
    alert, now = LoginAlert.model_validate(sandbox.alert()), utc_now()
    incident = incidents.opened(ledger(), now, mode="auto", endpoint=sandbox.url)
    return case_of(incident, run_id="", alert=alert, policy=POLICY, mode=None, lang=None, again=False, now=now)


def facts_of(found: Case) -> Facts:
    alert = LoginAlert.model_validate(found.alert.model_dump())
    return asyncio.run(gather(Collector(cloud_of(found), now=utc_now()), alert, POLICY))


@pytest.mark.parametrize(("record", "contained"), [("mine", True), ("anothers", False), (None, True)])
def test_it_is_contained_unless_another_incident_answers_what_it_is_about(
    record: str | None,
    contained: bool,  # noqa: FBT001 - a column
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    correlation = replace(RUNBOOK.correlation, record=lambda _: record)
    monkeypatch.setattr("tasks.steps.open_case.runbook_of", lambda _: replace(RUNBOOK, correlation=correlation))
    ours, other = case(sandbox), case(sandbox)
    ledger().claim_event(other.incident_id, "anothers", endpoint=sandbox.url, at=utc_now())

    done = contain_ahead(ours, facts_of(ours))

    disabled = [call for call in sandbox.calls() if call.action.endswith("UpdateAccessKey")]
    assert (done, bool(disabled), ledger().head_start(ours.incident_id) is not None) == (contained,) * 3


def forged(sandbox: Sandbox, *uins: str) -> None:
    """Have colleagues contained unasked on a forged alert, a minute ago."""
    other = case(sandbox)
    where = {"account": "100000000001", "at": utc_now() - timedelta(minutes=1), "within": WINDOW}
    assert ledger().reserve_unasked(other.incident_id, uins, **where, why_not=lambda _: None) is None


@pytest.mark.parametrize("colleagues", [(), ("100000000012",)])
def test_where_colleagues_were_just_contained_on_forged_alerts_people_are_asked_first(
    sandbox: Sandbox, colleagues: tuple[str, ...]
) -> None:
    forged(sandbox, *colleagues)
    wary = POLICY.model_copy(update={"auto_per_hour": 1})
    ours = case(sandbox).model_copy(update={"policy": wary})

    done = contain_ahead(ours, facts_of(ours))

    held = [entry for entry in ledger().timeline(ours.incident_id) if entry.what == "held_back"]
    writes = [call for call in sandbox.calls() if call.action.endswith("UpdateAccessKey")]
    assert (done, bool(writes), len(held)) == (not colleagues, not colleagues, len(colleagues))
    if held:
        assert "auto_per_hour" in str(held[0].detail)
