"""Undoing a containment: after a false alarm, or when the account is safe again."""

from contextlib import ExitStack

from tasks.cli.drill import point_at, raise_sandbox
from tasks.cli.find import find_incident
from tasks.cli.outcome import CLOSED, INCOMPLETE
from tasks.cli.terminal import tell
from tasks.cloud.client import connect
from tasks.config.settings import settings
from tasks.contain.responder import Responder
from tasks.contain.undo import undo
from tasks.context import check_endpoint, ledger, utc_now
from tasks.custody.seal import seal_end
from tasks.engine.owner import owner
from tasks.errors import InputError
from tasks.ledger.rows import Incident
from tasks.model.base import Lang
from tasks.model.plan import Outcome
from tasks.model.record import Record
from tasks.runbooks.kept import record_in

DONE = ("done", "verified")


def undoable(record: Record, names: tuple[str, ...]) -> tuple[Outcome, ...]:
    """What the API did, last first; only what is named, where anything is.

    Raises:
        InputError: a name is none of the record's.
    """
    done = {o.name: o for o in record.actions if o.how == "api" and o.status in DONE}
    unknown = [name for name in names if name not in done]
    if unknown:
        raise InputError("ACTION", f"{unknown[0]!r} was not done; done were: {', '.join(done) or 'none'}")
    return tuple(outcome for name, outcome in reversed(done.items()) if not names or name in names)


def _record(incident: Incident) -> Record:
    saved = record_in(ledger().record(incident.id), incident)
    if saved is None:
        raise InputError("INCIDENT", f"{incident.id} has no report yet, so nothing was done that could be undone")
    return saved


def undo_incident(run: str, names: tuple[str, ...], *, by: str, lang: Lang | None) -> int:
    """Undo what an incident's containment did; returns the exit status.

    Args:
        run: id of the incident, or of its run.
        names: actions (`kind:target`); none for all that can be undone.
        by: who asks for it, for the ledger.
    """
    incident = find_incident(run)
    outcomes = undoable(_record(incident), names)
    spoken = lang or settings().lang
    with ExitStack() as stack:
        if incident.endpoint and (sandbox := raise_sandbox(incident.endpoint)) is not None:
            stack.callback(sandbox.stop)
            point_at(sandbox, None)
        check_endpoint(incident.id, incident.endpoint)
        cloud = connect(endpoint=settings().endpoint, site=settings().site)
        responder = Responder(cloud, ledger(), incident.id, owner(), utc_now)
        results = [undo(responder, one, by=by) for one in outcomes]
    seal_end(incident.id)
    for result in results:
        tell(f"undo {result.name} → {result.status}: {getattr(result.detail, spoken)}")
    return CLOSED if all(result.status != "failed" for result in results) else INCOMPLETE
