"""What the ledger keeps as JSON, read back as values, whichever version kept it."""

from tasks.ledger.rows import ActionRow
from tasks.model.kept import read_kept
from tasks.model.plan import Outcome


def outcome_of(action: ActionRow) -> Outcome:
    """What came of an action that is confirmed."""
    return read_kept(Outcome, action.result, what=f"action {action.id} of incident {action.incident_id}")
