"""Open incidents by where they stand: queued, at work, waiting for a person, in trouble."""

from collections.abc import Mapping

from sqlalchemy import and_, case, func, select
from sqlalchemy.sql.elements import ColumnElement

from tasks.decide.driving import TOLD, UNTOLD, Standing
from tasks.ledger.base import Connected
from tasks.ledger.rows import Incident, IncidentStatus, Lease
from tasks.ledger.tables import incidents, leases, records, troubles

STATES = tuple(each.value for each in Standing)
"""Where an open incident stands."""

_OPEN = incidents.c.status == IncidentStatus.OPEN.value
_LEASED = select(leases.c.incident_id).where(leases.c.incident_id == incidents.c.id).exists()

_REPORTED = select(records.c.incident_id).where(records.c.incident_id == incidents.c.id).exists()
"""A first report is written before the first question."""

_STANDING = case(
    (troubles.c.cancelled_at.is_not(None), Standing.STOPPED.value),
    (_LEASED, Standing.AT_WORK.value),
    (troubles.c.stops > UNTOLD, Standing.FAILED.value),
    (troubles.c.stops > 0, Standing.RETRYING.value),
    (and_(_REPORTED, incidents.c.flow_run_id.is_not(None)), Standing.WAITING.value),
    else_=Standing.QUEUED.value,
)
"""What the ledger knows of it; what the engine knows besides the sweeper writes into it within seconds."""

_WITH_TROUBLES = incidents.outerjoin(troubles, troubles.c.incident_id == incidents.c.id)


class Backlog(Connected):
    """What is still to be done."""

    def unbound_incidents(self, endpoint: str) -> tuple[Incident, ...]:
        """List open incidents that no flow run works on yet, oldest first."""
        return self._open_ones(endpoint, incidents.c.flow_run_id.is_(None))

    def bound_incidents(self, endpoint: str) -> tuple[Incident, ...]:
        """List open incidents that a flow run works on, oldest first."""
        return self._open_ones(endpoint, incidents.c.flow_run_id.is_not(None))

    def leases(self, endpoint: str) -> Mapping[str, Lease]:
        """Who drives the open incidents of one cloud, by incident; leases may have lapsed."""
        mine = (_OPEN, incidents.c.endpoint == endpoint)
        query = select(leases).join(incidents, incidents.c.id == leases.c.incident_id).where(*mine)
        with self._reading() as connection:
            rows = connection.execute(query).mappings()
            return {row["incident_id"]: Lease.model_validate(dict(row)) for row in rows}

    def count_open(self) -> dict[tuple[str, str], int]:
        """Count open incidents by runbook and state; every state of every runbook that has open ones."""
        each = select(incidents.c.runbook, _STANDING.label("state")).select_from(_WITH_TROUBLES).where(_OPEN).subquery()
        query = select(each.c.runbook, each.c.state, func.count()).group_by(each.c.runbook, each.c.state)
        with self._reading() as connection:
            found = {(runbook, state): count for runbook, state, count in connection.execute(query)}
        return {(runbook, state): found.get((runbook, state), 0) for runbook, _ in found for state in STATES}

    def told_incidents(self) -> Mapping[str, tuple[str, ...]]:
        """Open incidents that go on only when a person does something, by how they stand; oldest first."""
        query = select(incidents.c.id, _STANDING).select_from(_WITH_TROUBLES).where(_OPEN)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(incidents.c.opened_at, incidents.c.id)).all()
        return {each.value: tuple(name for name, state in rows if state == each) for each in TOLD}

    def _open_ones(self, endpoint: str, *where: ColumnElement[bool]) -> tuple[Incident, ...]:
        ours = (_OPEN, incidents.c.endpoint == endpoint, *where)
        query = select(incidents).where(*ours).order_by(incidents.c.opened_at, incidents.c.id)
        with self._reading() as connection:
            return tuple(Incident.model_validate(dict(row)) for row in connection.execute(query).mappings())
