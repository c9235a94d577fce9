"""Cursors: what a watcher remembers between two looks; of two that move one at the same time, one is told."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from tasks.ledger.base import Connected
from tasks.ledger.canonical import Json, canonical
from tasks.ledger.tables import cursors

WRITTEN = "written"
"""The row that is written only to see whether a row can be."""
_NOTHING: Mapping[str, Json] = {}


class Cursors(Connected):
    """What watchers remember; no incident's, so nothing of it stands in a timeline."""

    def cursor(self, name: str) -> JsonValue:
        """Read a cursor; null if there is none yet."""
        with self._reading() as connection:
            return _value(connection, name)

    def move_cursor(
        self, name: str, value: Json, *, before: Json, at: datetime, beside: Mapping[str, Json] = _NOTHING
    ) -> bool:
        """Move a cursor, and others beside it, in one transaction; false, and nothing is moved, if another was first.

        Args:
            value: where it goes.
            before: where the caller found it; null where there was none.
            beside: other cursors and their new values; whoever moves this one owns them.
        """
        with self._connection_to_write() as connection:
            if canonical(_value(connection, name, locked=True)) != canonical(before):
                return False
            try:
                with connection.begin_nested():
                    for each, new in {name: value, **beside}.items():
                        _put(connection, each, new, at)
            except IntegrityError:  # another made it in the meantime, where writers are not alone
                return False
            return True

    def check_writable(self, at: datetime) -> None:
        """See that the ledger takes a write, by a small one.

        Raises:
            LedgerError: it does not, with the mend.
        """
        with suppress(IntegrityError), self._connection_to_write() as connection, connection.begin_nested():
            _put(connection, WRITTEN, None, at)


def _value(connection: Connection, name: str, *, locked: bool = False) -> JsonValue:
    query = select(cursors.c.value).where(cursors.c.name == name)
    value: JsonValue = connection.scalar(query.with_for_update() if locked else query)
    return value


def _put(connection: Connection, name: str, value: Json, at: datetime) -> None:
    row = {"value": value, "at": at}
    changed = connection.execute(update(cursors).where(cursors.c.name == name).values(row))
    if not changed.rowcount:
        connection.execute(insert(cursors).values(name=name, **row))
