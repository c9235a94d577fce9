"""A head start: the facts by which an incident was contained while Prefect was still preparing its run."""

from tasks.context import ledger, utc_now
from tasks.model.base import Value
from tasks.model.facts import Facts
from tasks.model.kept import read_kept
from tasks.model.policy import Policy


class HeadStart(Value):
    """What the run goes on from, in whatever process: by these facts and this policy it was acted."""

    facts: Facts
    policy: Policy


def head_start_of(incident_id: str) -> HeadStart | None:
    """The head start of an incident, if it had one."""
    kept = ledger().head_start(incident_id)
    what = f"head start of incident {incident_id}"
    return read_kept(HeadStart, kept, what=what) if kept is not None else None


def keep_head_start(incident_id: str, found: HeadStart) -> None:
    """Keep it, before anything is done by it."""
    ledger().keep_head_start(incident_id, found.model_dump(mode="json"), utc_now())
