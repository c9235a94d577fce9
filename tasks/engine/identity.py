"""Which engine this is: two Prefect servers may work on one ledger, and neither knows the other's runs."""

from datetime import datetime, timedelta
from uuid import uuid4

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import VariableCreate
from prefect.exceptions import ObjectAlreadyExists

from tasks.context import ledger, utc_now
from tasks.engine.owner import is_gone, owner
from tasks.ledger.off_loop import in_thread

NAME = "runbooks_engine"
ALIVE = timedelta(seconds=20)
"""How long an engine whose process shows no life is still taken for alive: four times as long as one is silent."""


async def engine_id() -> str:
    """The id that stands in this engine's own database, made where it has none yet; it goes when the database goes."""
    async with get_client() as client:
        known = await client.read_variable_by_name(NAME)
        if known is None:
            try:
                known = await client.create_variable(VariableCreate(name=NAME, value=uuid4().hex))
            except ObjectAlreadyExists:  # another process was first
                known = await client.read_variable_by_name(NAME)
    return str(known.value) if known is not None else ""


def others_live(mine: str, now: datetime) -> bool:
    """Whether another engine lives that works on this ledger; one that this very process knew before is no more."""
    rows = (each for each in ledger().engines() if each.id != mine and each.owner != owner())
    return any(now - each.seen_at < ALIVE and not is_gone(each.owner) for each in rows)


async def is_elsewhere() -> bool:
    """Whether a run that this engine does not know may be another's."""
    return await in_thread(others_live)(await engine_id(), utc_now())
