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


@pytest.mark.parametrize(("verdict", "barred"), [(None, True), ("contained", True), ("ignored", False)])
def test_a_past_login_is_marked_with_its_incident_unless_that_was_closed_as_harmless(
    verdict: str | None,
    barred: bool,  # noqa: FBT001 - a column
    sandbox: Sandbox,
) -> None:
    (before,) = asyncio.run(gathered_early(sandbox, [opened(1)]))
    past = before.history.value.logins[0] if isinstance(before.history, Known) else None
    assert past is not None
    other = incidents.opened(ledger(), utc_now())
    ledger().claim_event(other.id, past.event_id, endpoint="", at=utc_now())
    if verdict:
        ledger().close_incident(other.id, verdict, utc_now())

    (found,) = asyncio.run(gathered_early(sandbox, [opened(2)]))

    assert isinstance(found.history, Known)
    marked = {one.event_id: one.barred_by for one in found.history.value.logins if one.barred_by}
    assert past.barred_by == ""
    assert marked == ({past.event_id: other.id} if barred else {})
