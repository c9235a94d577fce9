"""What every topic of the ledger shares: a reading connection, and a writing one that ends in the timeline."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, Table, insert, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from tasks.ledger.canonical import Json
from tasks.ledger.database import WRITING
from tasks.ledger.db_errors import name_of, translated
from tasks.ledger.errors import LedgerBusy, UnknownRow
from tasks.ledger.hash_chain import FIRST, link
from tasks.ledger.rows import TimelineRow
from tasks.ledger.tables import actions, chains, incidents, timeline
from tasks.ledger.taken_away import check_written

MACHINE = "runbooks"
"""Who did it, where no person did."""
TURN_S = 30.0
"""How long a thread waits for those before it: where another process holds the ledger each of them waits in vain for
ten seconds, and a queue of them would hold all threads of this one for minutes."""


class Writer:
    """One transaction on one incident; while it lasts, nobody else writes to that incident."""

    def __init__(self, connection: Connection, incident_id: str) -> None:
        self.connection = connection
        self.incident_id = incident_id
        row = connection.execute(_head_of(incident_id).with_for_update()).one_or_none()
        if row is None:
            raise UnknownRow(f"The ledger knows no incident {incident_id}.")
        self._seq, self._hash = row.seq, row.hash

    @property
    def head(self) -> tuple[int, str]:
        """How many entries the timeline has, and the last one's hash."""
        return int(self._seq), str(self._hash)

    @property
    def next_seq(self) -> int:
        """The number that the next entry will have."""
        return int(self._seq) + 1

    def enter(self, what: str, *, who: str = MACHINE, detail: Json = None, at: datetime) -> TimelineRow:
        """Add an entry to the incident's timeline."""
        return self.enter_all(what, [(detail, at)], who=who)[0]

    def enter_all(
        self, what: str, entries: Iterable[tuple[Json, datetime]], *, who: str = MACHINE
    ) -> list[TimelineRow]:
        """Add entries of one kind, each with its detail and time, in this order."""
        added: list[TimelineRow] = []
        for detail, at in entries:
            added.append(link(self.incident_id, self.next_seq, self._hash, at=at, what=what, who=who, detail=detail))
            self._seq, self._hash = added[-1].seq, added[-1].hash
        if added:
            self.connection.execute(insert(timeline), [entry.model_dump() for entry in added])
            head = update(chains).where(chains.c.incident_id == self.incident_id)
            self.connection.execute(head.values(seq=self._seq, hash=self._hash))
        return added

    def found(self, table: Table, *where: ColumnElement[bool]) -> RowMapping | None:
        """Read the one row that fits, if any."""
        return self.connection.execute(select(table).where(*where)).mappings().one_or_none()


class _Turn:
    """Threads that write to SQLite, one after the other; its own waiting would starve some."""

    def __init__(self, name: str) -> None:
        self._lock = Lock()
        self._name = name

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=TURN_S):
            raise LedgerBusy(f"The ledger {self._name} has too many writers waiting; try again in a moment.")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Connected:
    """A ledger's engine, and the two ways to use it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        one_writer = engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = _Turn(name_of(engine.url)) if one_writer else nullcontext()

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self._engine.url), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _connection_to_write(self) -> Iterator[Connection]:
        with (
            translated(self._engine.url),
            self._turn,
            self._engine.connect().execution_options(**WRITING) as connection,
        ):
            with connection.begin():
                yield connection
            check_written(connection)

    @contextmanager
    def _writing(self, incident_id: str) -> Iterator[Writer]:
        with self._connection_to_write() as connection:
            yield Writer(connection, incident_id)

    @contextmanager
    def _writing_action(self, action_id: str) -> Iterator[Writer]:
        with self._connection_to_write() as connection:
            incident_id = connection.scalar(select(actions.c.incident_id).where(actions.c.id == action_id))
            if incident_id is None:
                raise UnknownRow(f"The ledger knows no action {action_id}.")
            yield Writer(connection, incident_id)

    def _must_know(self, connection: Connection, incident_id: str) -> None:
        if connection.scalar(select(incidents.c.id).where(incidents.c.id == incident_id)) is None:
            raise UnknownRow(f"The ledger knows no incident {incident_id}.")

    def _rows(self, table: Table, incident_id: str, *where: ColumnElement[bool]) -> tuple[dict[str, Any], ...]:
        """Read the rows of an incident, in the order in which they were recorded."""
        of_incident = select(table).where(table.c.incident_id == incident_id, *where).order_by(table.c.seq)
        with self._reading() as connection:
            self._must_know(connection, incident_id)
            return tuple(dict(row) for row in connection.execute(of_incident).mappings())


def one_at_a_time(connection: Connection, lock: int) -> None:
    """Let the transactions that ask for this lock go one after another; on SQLite a writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock})


def begin_chain(connection: Connection, incident_id: str) -> None:
    """Give a new incident its empty timeline."""
    connection.execute(insert(chains).values(incident_id=incident_id, seq=0, hash=FIRST))


def _head_of(incident_id: str) -> Select[Any]:
    return select(chains.c.seq, chains.c.hash).where(chains.c.incident_id == incident_id)
