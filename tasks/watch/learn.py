"""What the watcher learns of incidents that logins belong to: whoever reported them, and however they ended."""

from dataclasses import replace
from datetime import timedelta

from tasks.decide.anomaly.baseline import VERSION, Standings, baseline_of
from tasks.decide.anomaly.learning import UNKNOWN_FOR, learned, overlooked, relearned
from tasks.decide.anomaly.proof import is_proven
from tasks.decide.usual import SETTLED, SUPPORTS, is_barred
from tasks.errors import Unreadable
from tasks.ledger.rows import Incident
from tasks.ledger.store import Ledger
from tasks.model.watch import Baseline, Standing
from tasks.runbooks.kept import record_in
from tasks.watch import read_logins as reading
from tasks.watch.look import Look
from tasks.watch.role_sessions import read_past
from tasks.watch.state import State

REACH = SUPPORTS + SETTLED + timedelta(days=1)
"""How old an incident may be whose login the audit log still shows, or that opened a little after its login."""


def learn(look: Look, state: State) -> State:
    """What is remembered, after what became of incidents since; learned anew from the audit log where it has to be."""
    past = look.raising.ledger.incidents_of_events(look.raising.endpoint, since=look.now - REACH)
    known = {one.event_id: one.standing for each in state.baseline.profiles.values() for one in each.recent}
    standings = _standings(look.raising.ledger, past, known)
    old = {event: standings[event] for event, incident in past.items() if incident.opened_at < look.now - UNKNOWN_FOR}
    if state.baseline.version < VERSION or overlooked(state.baseline, old):
        return replace(state, baseline=_relearned(look, state, _standings(look.raising.ledger, past, None)))
    return replace(state, baseline=learned(state.baseline, standings, min(state.position.through, look.now)))


def standings_of(look: Look) -> Standings:
    """What became of every incident whose login the audit log still shows."""
    past = look.raising.ledger.incidents_of_events(look.raising.endpoint, since=look.now - REACH)
    return _standings(look.raising.ledger, past, None)


def _relearned(look: Look, state: State, standings: Standings) -> Baseline:
    until = min(state.position.through, look.now)
    read = reading.past(look.reads(), until, look.now)
    past = (*read.events, *read_past(look.reads(), until, look.now))
    new = baseline_of(past, whole=read.whole, now=look.now, standings=standings)
    return relearned(state.baseline, new, look.now)


def _standings(ledger: Ledger, past: dict[str, Incident], known: dict[str, Standing] | None) -> dict[str, Standing]:
    """What became of each incident; a record is read once, and only of a login that a profile is waiting for.

    Args:
        known: of logins that profiles wait for, what was known before; None where every record is wanted.
    """
    return {event: _standing(ledger, one, known, event) for event, one in past.items()}


def _standing(ledger: Ledger, incident: Incident, known: dict[str, Standing] | None, event: str) -> Standing:
    if is_barred(incident.verdict):
        return Standing.OPEN if incident.verdict is None else Standing.REFUSED
    before = None if known is None else known.get(event, Standing.HARMLESS)
    if before in (Standing.HARMLESS, Standing.PROVEN):
        return before
    return Standing.PROVEN if _is_proven(ledger, incident) else Standing.HARMLESS


def _is_proven(ledger: Ledger, incident: Incident) -> bool:
    """Whether its record says so; one that can't be read proves nothing."""
    try:
        record = record_in(ledger.record(incident.id), incident)
    except Unreadable:
        return False
    return record is not None and is_proven(record)
