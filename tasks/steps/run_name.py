"""What the UI calls a run, so that its list tells the story."""

from uuid import UUID

from prefect.client.orchestration import get_client

from tasks.context import ledger
from tasks.engine.step import step
from tasks.model.alert import Alert
from tasks.model.case import Case
from tasks.model.fact import Known
from tasks.model.facts import Facts
from tasks.reporting.escape import visible

MAX_NAME = 120  # a longer one is cut off in the UI's list anyway


def run_name(case: Case, facts: Facts | None) -> str:
    """Name a run: `unusual-login · alice@100000000001 · 203.0.113.7`."""
    login = facts.login.value.event if facts is not None and isinstance(facts.login, Known) else None
    if login is None:
        return name_of(case.alert)
    account = login.account or case.alert.account or "?"
    return _named(login.actor.name, account, login.ip or str(case.alert.ip or "?"))


def name_of(alert: Alert) -> str:
    """Name a run by what its alert says, before anything is known."""
    return _named(alert.principal or "?", alert.account or "?", str(alert.ip or "?"))


def _named(who: str, account: str, address: str) -> str:
    return visible(f"unusual-login · {who}@{account} · {address}")[:MAX_NAME]


@step("name the run", name="name_run")
async def name_run(case: Case, facts: Facts) -> str:
    """Give the run its telling name and its tags."""
    name, campaign = run_name(case, facts), ledger().campaign_of(case.incident_id)
    tags = ["runbook", case.mode, case.incident_id, *([campaign.id] if campaign else [])]
    async with get_client() as client:
        await client.update_flow_run(UUID(case.run_id), name=name, tags=tags)
    return name
