"""Open incidents by where they stand: without a run, at work, or waiting for a person."""

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from tasks.ledger.base import Connected
from tasks.ledger.rows import Incident, IncidentStatus
from tasks.ledger.tables import incidents, leases, records

STATES = ("queued", "at_work", "waiting")
"""Where an open incident stands: not begun yet, driven by a process, waiting for a person."""

_OPEN = incidents.c.status == IncidentStatus.OPEN.value
_LEASED = select(leases.c.incident_id).where(leases.c.incident_id == incidents.c.id).exists()

_REPORTED = select(records.c.incident_id).where(records.c.incident_id == incidents.c.id).exists()
"""A first report is written before the first question."""


class Backlog(Connected):
    """What is still to be done."""

    def unbound_incidents(self, endpoint: str) -> tuple[Incident, ...]:
        """List open incidents that no flow run works on yet, oldest first."""
        return self._open_ones(endpoint, incidents.c.flow_run_id.is_(None))

    def bound_incidents(self, endpoint: str, *, leased: bool) -> tuple[Incident, ...]:
        """List open incidents that a flow run works on, oldest first.

        Args:
            leased: only those that a process says to drive, or said before it died.
        """
        return self._open_ones(endpoint, incidents.c.flow_run_id.is_not(None), *((_LEASED,) if leased else ()))

    def count_open(self) -> dict[tuple[str, str], int]:
        """Count open incidents by runbook and state.

        `queued` have not been begun, `at_work` are driven, `waiting` wait for a person.
        """
        columns = {
            "queued": func.count().filter(~_LEASED, ~_REPORTED),
            "at_work": func.count().filter(_LEASED),
            "waiting": func.count().filter(~_LEASED, _REPORTED),
        }
        labelled = (column.label(name) for name, column in columns.items())
        query = select(incidents.c.runbook, *labelled).where(_OPEN).group_by(incidents.c.runbook)
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
        return {(row["runbook"], state): row[state] for row in rows for state in columns}

    def check_writable(self) -> None:
        """See that the ledger can be written.

        Raises:
            LedgerError: it can't be, with the mend.
        """
        with self._connection_to_write() as connection:
            connection.execute(select(1))

    def _open_ones(self, endpoint: str, *where: ColumnElement[bool]) -> tuple[Incident, ...]:
        ours = (_OPEN, incidents.c.endpoint == endpoint, *where)
        query = select(incidents).where(*ours).order_by(incidents.c.opened_at, incidents.c.id)
        with self._reading() as connection:
            return tuple(Incident.model_validate(dict(row)) for row in connection.execute(query).mappings())
