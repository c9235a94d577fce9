"""What befell the runs of incidents: stopped, cancelled by a person, lost; counted for every process alike."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from tasks.ledger.base import Connected, Writer
from tasks.ledger.rows import IncidentStatus, Trouble
from tasks.ledger.tables import incidents, troubles

WENT_ON, STAYS_STOPPED = "went_on", "stays_stopped"
"""What a person can say of an incident whose run was cancelled."""


class Troubles(Connected):
    """What stands between an open incident and its driver."""

    def run_stopped(self, incident_id: str, why: str, at: datetime) -> Trouble:
        """Note that its run stopped without having been told to, and is taken up again, or left to a person."""
        with self._writing(incident_id) as writer:
            stops = _trouble(writer).stops + 1
            writer.enter("run_stopped", detail={"number": stops, "why": why}, at=at)
            return _change(writer, stops=stops, why=why)

    def run_well(self, incident_id: str, at: datetime) -> None:
        """Note that its run goes on as it should; what stopped it before counts no more."""
        with self._writing(incident_id) as writer:
            if _trouble(writer).stops:
                writer.enter("run_well", at=at)
                _change(writer, stops=0, why="")

    def run_cancelled(self, incident_id: str, at: datetime) -> Trouble:
        """Note that a person cancelled its run; one cancel counts once, however often it is seen."""
        with self._writing(incident_id) as writer:
            known = _trouble(writer)
            if known.cancelled_at is not None:
                return known
            writer.enter("run_cancelled", detail={"number": known.cancels + 1}, at=at)
            return _change(writer, cancels=known.cancels + 1, cancelled_at=at)

    def settle_cancel(self, incident_id: str, said: str, *, by: str, why: str, at: datetime) -> None:
        """Keep what is to become of an incident whose run was cancelled; the first word on each cancel stands.

        Args:
            said: `WENT_ON` or `STAYS_STOPPED`.
        """
        with self._writing(incident_id) as writer:
            known = _trouble(writer)
            if known.cancelled_at is not None:
                writer.enter(said, who=by, detail={"number": known.cancels, "why": why}, at=at)
                _change(writer, cancelled_at=None)

    def lose_run(self, incident_id: str, flow_run_id: str, at: datetime) -> bool:
        """Note that the engine does not know its run any more, so that it is given another; false if it has by now."""
        with self._writing(incident_id) as writer:
            query = select(incidents.c.flow_run_id).where(incidents.c.id == incident_id)
            if writer.connection.scalar(query) != flow_run_id:
                return False
            known = _trouble(writer)
            values = incidents.c.id == incident_id
            writer.connection.execute(update(incidents).where(values).values(flow_run_id=None))
            _change(writer, lost=known.lost + 1, first_run=known.first_run or flow_run_id)
            writer.enter("run_lost", detail={"flow_run_id": flow_run_id}, at=at)
            return True

    def trouble(self, incident_id: str) -> Trouble:
        """What befell an incident's run; nothing, as a rule."""
        with self._reading() as connection:
            return _read(connection, incident_id)

    def open_troubles(self, endpoint: str) -> Mapping[str, Trouble]:
        """What befell the runs of open incidents of one cloud, by incident; those that nothing befell are left out."""
        query = (
            select(troubles)
            .join(incidents, incidents.c.id == troubles.c.incident_id)
            .where(incidents.c.status == IncidentStatus.OPEN.value, incidents.c.endpoint == endpoint)
            .order_by(incidents.c.opened_at, incidents.c.id)
        )
        with self._reading() as connection:
            rows = connection.execute(query).mappings()
            return {row["incident_id"]: Trouble.model_validate(dict(row)) for row in rows}


def _read(connection: Connection, incident_id: str) -> Trouble:
    row = connection.execute(select(troubles).where(troubles.c.incident_id == incident_id)).mappings().one_or_none()
    return Trouble(incident_id=incident_id) if row is None else Trouble.model_validate(dict(row))


def _trouble(writer: Writer) -> Trouble:
    return _read(writer.connection, writer.incident_id)


def _change(writer: Writer, **values: object) -> Trouble:
    mine = troubles.c.incident_id == writer.incident_id
    if not writer.connection.execute(update(troubles).where(mine).values(values)).rowcount:
        row = Trouble(incident_id=writer.incident_id).model_copy(update=values)
        writer.connection.execute(insert(troubles).values(row.model_dump()))
    return _trouble(writer)
