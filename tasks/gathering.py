"""Looking up the facts, as one step that the UI shows."""

from datetime import datetime
from typing import Any

from prefect.logging import get_run_logger

from tasks.case import Case, cloud_of, ledger, utc_now
from tasks.evidence import gather
from tasks.lookup.desk import Keep
from tasks.model.facts import Facts
from tasks.steps import step


def keeper(case: Case) -> Keep:
    """What stores the masked answers of the cloud as the case's evidence."""

    def keep(source: str, request_id: str, at: datetime, body: Any) -> str:
        return ledger().add_evidence(case.incident_id, source=source, request_id=request_id, at=at, body=body).id

    return keep


@step("look up · facts")
async def look_up(case: Case) -> Facts:
    """Gather all facts at once; what can't be had is unknown, with the reason."""
    log = get_run_logger()

    def progress(line: str) -> None:
        log.info("%s", line, extra={"story": True})

    return await gather(
        cloud_of(case), case.alert, case.policy, now=utc_now(), lang=case.lang, keep=keeper(case), progress=progress
    )
