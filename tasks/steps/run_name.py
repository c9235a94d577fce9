"""What the UI calls a run, so that its list tells the story."""

from uuid import UUID

from prefect.client.orchestration import get_client

from tasks.context import ledger
from tasks.engine.incident_run import MAX_NAME
from tasks.engine.step import step
from tasks.ledger.off_loop import in_thread
from tasks.model.case import Case
from tasks.model.facts import AnyFacts
from tasks.runbooks.registry import runbook_of


@step("name the run", name="name_run")
async def name_run(case: Case, facts: AnyFacts) -> str:
    """Give the run its telling name and its tags."""
    return await _named(case, facts)


@step("name the run anew · {point}", name="rename_run", distinct=("point",))
async def rename_run(case: Case, facts: AnyFacts, point: str) -> str:  # noqa: ARG001 - it tells the moments apart
    """Give it the name that it would have had if all had been known at once."""
    return await _named(case, facts)


async def _named(case: Case, facts: AnyFacts) -> str:
    name = runbook_of(case.runbook).text.run_name(case.alert, facts)[:MAX_NAME]
    campaign = await in_thread(ledger().campaign_of)(case.incident_id)
    tags = ["runbook", case.runbook, case.mode, case.incident_id, *([campaign.id] if campaign else [])]
    async with get_client() as client:
        await client.update_flow_run(UUID(case.run_id), name=name, tags=tags)
    return name
