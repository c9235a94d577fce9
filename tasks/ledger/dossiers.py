"""Dossiers: everything that the ledger holds of an incident, as it is stored, to be examined or handed over."""

from typing import Any

from sqlalchemy import Column, RowMapping, String, Table, select, type_coerce

from tasks.ledger.base import Connected
from tasks.ledger.rows import Dossier
from tasks.ledger.tables import Document, MomentText, incidents, metadata

LEFT_OUT = {"leases", "messages"}
"""Who drives it now; and messages, which stand apart until a person opens one."""


class Dossiers(Connected):
    """An incident, whole."""

    def dossier(self, incident_id: str) -> Dossier:
        """Read all rows of an incident, each column as it is stored: a cell that somebody changed may be no JSON."""
        with self._reading() as connection:
            self._must_know(connection, incident_id)
            tables = {
                table.name: tuple(_plain(row) for row in connection.execute(_rows(table, incident_id)).mappings())
                for table in OF_INCIDENTS
            }
        return Dossier(incident_id=incident_id, tables=tables)


def _plain(row: RowMapping) -> dict[str, Any]:
    """A row as JSON has it; bytes, of which the ledger writes none, as Python spells them."""
    return {name: repr(value) if isinstance(value, bytes) else value for name, value in row.items()}


def _rows(table: Table, incident_id: str) -> Any:
    mine = table.c.id if table is incidents else table.c.incident_id
    columns = [_as_stored(column).label(column.name) for column in table.c]
    order = [table.c.seq] if "seq" in table.c else list(table.primary_key)
    return select(*columns).where(mine == incident_id).order_by(*order)


def _as_stored(column: Column[Any]) -> Any:
    return type_coerce(column, String) if isinstance(column.type, Document | MomentText) else column


OF_INCIDENTS = tuple(
    table
    for name, table in metadata.tables.items()
    if name not in LEFT_OUT and (table is incidents or "incident_id" in table.c)
)
