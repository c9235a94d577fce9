"""Acts that failed and are tried again: what is due is read from here, so that any process may try, and one does."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from tasks.ledger.base import Connected, Writer
from tasks.ledger.canonical import Json, plain
from tasks.ledger.rows import IncidentStatus, Try
from tasks.ledger.tables import incidents, moment_text, tries


class Tries(Connected):
    """What is to be tried again, how often it was, and whether the run knows what came of it."""

    def await_try(
        self,
        incident_id: str,
        *,
        kind: str,
        target: str,
        plan_hash: str,
        request: Json,
        by: str,
        at: datetime,
        due_at: datetime,
    ) -> None:
        """Note that an act failed and is tried again; said again, the first word stands.

        Args:
            request: the action.
            by: who approved it.
        """
        what = {"kind": kind, "target": target, "plan_hash": plan_hash, "request": plain(request), "by": by}
        with self._writing(incident_id) as writer:
            if writer.found(tries, *_same(incident_id, kind, target, plan_hash)) is not None:
                return
            row = what | {"incident_id": incident_id, "due_at": due_at, "made": 0}
            writer.connection.execute(insert(tries), row)
            writer.enter("try_awaited", who=by, detail={**what, "due_at": moment_text(due_at), "made": 0}, at=at)

    def tries(self, incident_id: str) -> tuple[Try, ...]:
        """List what of an incident was tried again, or is to be."""
        return self._tries(tries.c.incident_id == incident_id)

    def due_tries(self, endpoint: str, at: datetime) -> tuple[Try, ...]:
        """List what is due in the open incidents of a cloud and in nobody's hands, first due first."""
        return self._tries(incidents.c.endpoint == endpoint, *_due(at))

    def untaken_tries(self, endpoint: str) -> tuple[str, ...]:
        """List the open incidents of a cloud of which nothing is left to try, and whose run has not heard of it."""
        known = self._tries(incidents.c.endpoint == endpoint, tries.c.taken_at.is_(None))
        left = {one.incident_id for one in known if one.due_at is not None}
        return tuple(dict.fromkeys(one.incident_id for one in known if one.incident_id not in left))

    def begin_try(self, seen: Try, at: datetime, until: datetime) -> bool:
        """Take a try in hand; false where somebody else has, or where it is not wanted any more.

        Args:
            until: from then on anybody may take it: who began it is gone.
        """
        with self._writing(seen.incident_id) as writer:
            known = _row(writer, seen)
            if known is None or known.due_at != seen.due_at or (known.held_until and known.held_until > at):
                return False
            _change(writer, seen, held_until=until)
            writer.enter("trying_again", detail=_named(seen) | {"try": seen.made + 1}, at=at)
            return True

    def end_try(self, seen: Try, *, status: str, due_at: datetime | None, said: Json, at: datetime) -> None:
        """Note what came of a try.

        Args:
            due_at: when it is tried next; None where that is over.
            said: what was seen, a sentence.
        """
        with self._writing(seen.incident_id) as writer:
            known = _row(writer, seen)
            if known is None or known.made != seen.made:
                return
            stopped = known.due_at is None
            due = None if stopped else due_at
            _change(writer, seen, made=seen.made + 1, due_at=due, held_until=None)
            detail = _named(seen) | {"made": seen.made + 1, "due_at": moment_text(due) if due else None}
            writer.enter("tried_again", detail=detail | {"status": status, "said": said}, at=at)

    def stop_tries(self, incident_id: str, by: str, at: datetime) -> None:
        """See that nothing of an incident is tried again; what is in hand is ended first by who has it."""
        with self._writing(incident_id) as writer:
            for one in _all(writer, tries.c.incident_id == incident_id, tries.c.due_at.is_not(None)):
                _change(writer, one, due_at=None)
                writer.enter("tries_stopped", who=by, detail=_named(one) | {"due_at": None}, at=at)

    def take_tries(self, incident_id: str, at: datetime) -> None:
        """Note that the run goes on from what came of them."""
        with self._writing(incident_id) as writer:
            for one in _all(writer, tries.c.incident_id == incident_id, tries.c.taken_at.is_(None)):
                _change(writer, one, taken_at=at)
                writer.enter("tries_taken", detail=_named(one), at=at)

    def _tries(self, *where: ColumnElement[bool]) -> tuple[Try, ...]:
        query = select(tries).join(incidents, incidents.c.id == tries.c.incident_id)
        query = query.where(incidents.c.status == IncidentStatus.OPEN.value, *where)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(tries.c.due_at, tries.c.incident_id, tries.c.target)).mappings()
            return tuple(Try.model_validate(dict(row)) for row in rows)


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return tries.c.due_at <= at, tries.c.held_until.is_(None) | (tries.c.held_until <= at)


def _same(incident_id: str, kind: str, target: str, plan_hash: str) -> tuple[ColumnElement[bool], ...]:
    mine = tries.c.incident_id == incident_id
    return mine, tries.c.kind == kind, tries.c.target == target, tries.c.plan_hash == plan_hash


def _named(one: Try) -> dict[str, Json]:
    return {"kind": one.kind, "target": one.target, "plan_hash": one.plan_hash}


def _all(writer: Writer, *where: ColumnElement[bool]) -> tuple[Try, ...]:
    rows = writer.connection.execute(select(tries).where(*where)).mappings()
    return tuple(Try.model_validate(dict(row)) for row in rows)


def _row(writer: Writer, one: Try) -> Try | None:
    return next(iter(_all(writer, *_same(one.incident_id, one.kind, one.target, one.plan_hash))), None)


def _change(writer: Writer, one: Try, **values: object) -> None:
    mine = _same(one.incident_id, one.kind, one.target, one.plan_hash)
    writer.connection.execute(update(tries).where(*mine).values(**values))
