"""The record of an incident as far as it came: the last report, and what the ledger knows since."""

from tasks.contain.execute import TRY
from tasks.contain.undo import PREFIX
from tasks.context import ledger
from tasks.decide.tries import with_tries
from tasks.ledger.actions import CLAIMED
from tasks.ledger.kept import outcome_of
from tasks.ledger.rows import ActionRow, Incident
from tasks.model.base import Sentence
from tasks.model.record import Impact, Record
from tasks.runbooks.kept import alert_of, record_in


def so_far(incident: Incident, run_id: str, why: Sentence) -> Record:
    """The record as far as it is known now.

    Args:
        why: what is said where it ended before its first report.
    """
    return _with_acts(record_in(ledger().record(incident.id), incident) or _unfinished(incident, run_id, why))


def _unfinished(incident: Incident, run_id: str, why: Sentence) -> Record:
    """The record of an incident that ended before its first report."""
    return Record(
        incident_id=incident.id,
        flow_run_id=run_id,
        mode=incident.mode,
        lang=incident.lang,
        opened_at=incident.opened_at,
        runbook=incident.runbook,
        alert=alert_of(incident),
        facts=None,
        verdict="needs_person",
        reasons=(why,),
        impact=Impact(affected="unknown"),
        next="none",
    )


def _begun(action: ActionRow) -> Sentence:
    name = action.name
    return Sentence(
        zh=f"{name} 已开始执行，中断时不知是否完成；继续该运行即会核实。",
        en=f"{name} was begun; whether it was done before the break is not known, and going on with the run will tell.",
    )


def _with_acts(record: Record) -> Record:
    """Add what was done after the last report was written: the ledger knew it first."""
    reported = {(outcome.kind, outcome.target) for outcome in record.actions}
    rows = [row for row in ledger().actions(record.incident_id) if not row.kind.startswith(PREFIX)]
    tried = tuple(outcome_of(row) for row in rows if TRY in row.plan_hash and row.status != CLAIMED)
    later = [row for row in rows if (row.kind, row.target) not in reported]
    done = {row.name: outcome_of(row) for row in later if row.status != CLAIMED}
    begun = tuple(_begun(row) for row in later if row.status == CLAIMED)
    actions = (*with_tries(record.actions, tried), *done.values())
    return record.model_copy(update={"actions": actions, "reasons": (*record.reasons, *begun)})
