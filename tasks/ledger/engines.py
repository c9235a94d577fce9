"""Engines that work on this ledger: each has runs that no other knows."""

from datetime import datetime

from sqlalchemy import insert, select, update

from tasks.ledger.base import Connected
from tasks.ledger.rows import Engine
from tasks.ledger.tables import engines


class Engines(Connected):
    """Which engines live; that they do leaves no entry in a timeline."""

    def engine_seen(self, engine_id: str, owner: str, at: datetime) -> None:
        """Say that an engine lives, by the process that is connected to it."""
        with self._connection_to_write() as connection:
            mine = update(engines).where(engines.c.id == engine_id).values(owner=owner, seen_at=at)
            if not connection.execute(mine).rowcount:
                connection.execute(insert(engines).values(id=engine_id, owner=owner, seen_at=at))

    def engines(self) -> tuple[Engine, ...]:
        """Every engine that ever worked on this ledger, and when it was seen last."""
        with self._reading() as connection:
            rows = connection.execute(select(engines).order_by(engines.c.id)).mappings()
            return tuple(Engine.model_validate(dict(row)) for row in rows)
