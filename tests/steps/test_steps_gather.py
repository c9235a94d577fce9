"""Gathering as a run does it: evidence in the ledger, and one account shared by all incidents of the process."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.config.settings import settings
from tasks.context import cloud_at, ledger, utc_now
from tasks.metrics import CALLS
from tasks.model.fact import Known
from tasks.model.message import Reported
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.sandbox.server import Sandbox
from tasks.steps import gather as gathering
from tasks.steps.gather import begin_early, early_facts
from tests import incidents

INCIDENTS = 3


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that this process is set to, with a ledger of its own."""
    with Sandbox.start("stolen-sub-account") as running:
        running.faults.set(rate_limit=False)
        for name, value in (running.credentials() | {"RUNBOOKS_HOME": str(tmp_path)}).items():
            monkeypatch.setenv(name, value)
        forget()
        yield running
        ledger().close()
        forget()


def forget() -> None:
    settings.cache_clear()
    ledger.cache_clear()
    cloud_at.cache_clear()
    gathering._early.clear()


async def gathered_early(sandbox: Sandbox, ids: list[str]) -> list[LoginFacts]:
    alert = LoginAlert.model_validate(sandbox.alert())
    for each in ids:
        begin_early(
            each,
            Reported(runbook="unusual_login", alert=alert),
            Policy(),
            endpoint=sandbox.url,
            site="cn",
            lang="en",
            now=utc_now(),
        )
    await asyncio.gather(*(gathering._early[each].task for each in ids))
    return [facts for each in ids if (facts := early_facts(each))]


def test_incidents_at_once_share_the_account_and_each_has_its_own_evidence(sandbox: Sandbox) -> None:
    ids = [opened(number) for number in range(INCIDENTS)]
    before = CALLS.labels("cam:ListAccounts", "ok")._value.get()

    facts = asyncio.run(gathered_early(sandbox, ids))

    actions = [call.action for call in sandbox.calls()]
    assert (actions.count("ListAccounts"), actions.count("ListAccessKeys")) == (1, INCIDENTS)
    assert CALLS.labels("cam:ListAccounts", "ok")._value.get() - before == 1
    for each, incident_id in zip(facts, ids, strict=True):
        kept = {evidence.id for evidence in incidents.evidence_of(ledger(), incident_id)}
        known = [fact for _, fact in each if isinstance(fact, Known)]
        assert len(known) > 8
        assert {name for fact in known for name in fact.evidence} <= kept
    first, *others = (
        {row.sha256 for row in incidents.evidence_of(ledger(), each) if "List" in row.source} for each in ids
    )
    assert all(other & first for other in others)


def opened(number: int) -> str:
    incident = incidents.opened(ledger(), utc_now(), account="100000000001")
    return incident.id
