"""Events that the audit log did not show at first: what is due is read from here, so that any process may look."""

from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Select, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from tasks.ledger.base import Connected, Writer
from tasks.ledger.canonical import Json, digest
from tasks.ledger.rows import LateEvent
from tasks.ledger.tables import incidents, late_events

_SHOWN = [late_events.c[name] for name in LateEvent.model_fields]
"""All but the facts, which are large and which only the run wants."""


class LateEvents(Connected):
    """What is awaited, what was looked for, what turned up; each step is taken once, whoever is first."""

    def await_event(
        self,
        incident_id: str,
        *,
        policy: Json,
        first_at: datetime,
        due_at: datetime | None,
        said: Json = None,
        believed: str | None = None,
    ) -> None:
        """Note that the facts of an incident lack its event; said again, the first word stands.

        Args:
            policy: that of the facts.
            first_at: when they were gathered.
            due_at: when to look next.
            said: why they lack it, a sentence.
            believed: the event that it was taken for, which a record that is still to come may show to be another one.
        """
        with self._writing(incident_id) as writer:
            if _row(writer, incident_id) is not None:
                return
            looked = {"first_at": first_at, "last_at": first_at, "due_at": due_at, "looks": 0, "said": said}
            row = {"incident_id": incident_id, "policy": policy, "facts": None, "event_id": believed, **looked}
            writer.connection.execute(insert(late_events), row)
            detail: dict[str, Json] = {"next": due_at.isoformat() if due_at else None, "said": said}
            detail |= {"believed": believed} if believed else {}
            writer.enter("event_awaited", detail=detail, at=first_at)

    def late_event(self, incident_id: str) -> LateEvent | None:
        """Read how an incident's event is looked for; None where it was there at once."""
        with self._reading() as connection:
            found = connection.execute(_of(incident_id)).mappings().one_or_none()
        return None if found is None else LateEvent.model_validate(dict(found))

    def due_looks(self, endpoint: str, at: datetime) -> tuple[LateEvent, ...]:
        """List the incidents of a cloud whose event is to be looked for by now, closed ones too, first due first."""
        return self._list(endpoint, late_events.c.due_at <= at)

    def untaken_events(self, endpoint: str) -> tuple[LateEvent, ...]:
        """List the incidents of a cloud whose event turned up and whose run has not heard of it, or never will."""
        return self._list(endpoint, late_events.c.found_at.is_not(None), late_events.c.taken_at.is_(None))

    def note_look(
        self, seen: LateEvent, *, looks: int, at: datetime, due_at: datetime | None, said: Json, fresh: bool
    ) -> bool:
        """Note a look that found nothing; false where somebody else made it meanwhile.

        Args:
            seen: what the looker began with.
            said: why it found nothing, a sentence.
            fresh: whether that is another reason than the last one.
        """
        with self._writing(seen.incident_id) as writer:
            if _row(writer, seen.incident_id) != seen:
                return False
            _change(writer, looks=looks, last_at=at, due_at=due_at, said=said)
            last = due_at is None
            writer.enter(
                "looked_for_event", detail={"look": looks, "last": last, "said": said if fresh else None}, at=at
            )
            return True

    def event_found(self, seen: LateEvent, *, event_id: str, facts: Json, looks: int, at: datetime, late: Json) -> bool:
        """Keep what turned up, before anybody is told; false where somebody else found it first.

        Args:
            facts: gathered anew, with the event.
            late: how late it was, for people.
        """
        with self._writing(seen.incident_id) as writer:
            known = _row(writer, seen.incident_id)
            if known is None or known.found_at is not None:
                return False
            found = {"event_id": event_id, "facts": facts, "found_at": at}
            _change(writer, looks=looks, last_at=at, due_at=None, said=None, **found)
            detail: Json = {"event_id": event_id, "look": looks, "late": late, "sha256": digest(facts)}
            writer.enter("event_turned_up", detail=detail, at=at)
            return True

    def doubt_event(self, seen: LateEvent, *, said: Json, looks: int, at: datetime) -> bool:
        """Note that an incident was taken for an event that is not, or not surely, its own; false where that is known.

        Args:
            said: what the audit log shows by now, a sentence.
        """
        with self._writing(seen.incident_id) as writer:
            if _row(writer, seen.incident_id) != seen:
                return False
            _change(writer, looks=looks, last_at=at, due_at=None, said=said, found_at=at)
            detail: Json = {"event_id": seen.event_id, "look": looks, "said": said}
            writer.enter("event_doubted", detail=detail, at=at)
            return True

    def late_facts(self, incident_id: str) -> JsonValue:
        """Read the facts with what turned up; null where nothing has."""
        with self._reading() as connection:
            body: JsonValue = connection.scalar(
                select(late_events.c.facts).where(late_events.c.incident_id == incident_id)
            )
            return body

    def cut_wait(self, incident_id: str, key: str, at: datetime) -> bool:
        """End a wait because of what turned up, before its run is woken; true where it is this one that was ended."""
        with self._writing(incident_id) as writer:
            known = _row(writer, incident_id)
            if known is None or known.found_at is None or known.taken_at is not None:
                return False
            if known.cut_key is None:
                _change(writer, cut_key=key)
                writer.enter("wait_ended", detail={"key": key, "by": "event_turned_up"}, at=at)
            return known.cut_key in (None, key)

    def take_event(self, incident_id: str, at: datetime) -> None:
        """Note that the run goes on from what turned up."""
        with self._writing(incident_id) as writer:
            known = _row(writer, incident_id)
            if known is not None and known.found_at is not None and known.taken_at is None:
                _change(writer, taken_at=at)
                writer.enter("event_taken_in", detail={"event_id": known.event_id}, at=at)

    def _list(self, endpoint: str, *where: ColumnElement[bool]) -> tuple[LateEvent, ...]:
        query = select(*_SHOWN).join(incidents, incidents.c.id == late_events.c.incident_id)
        query = query.where(incidents.c.endpoint == endpoint, *where)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(late_events.c.due_at, late_events.c.incident_id)).mappings()
            return tuple(LateEvent.model_validate(dict(row)) for row in rows)


def _of(incident_id: str) -> Select[Any]:
    return select(*_SHOWN).where(late_events.c.incident_id == incident_id)


def _row(writer: Writer, incident_id: str) -> LateEvent | None:
    row = writer.connection.execute(_of(incident_id)).mappings().one_or_none()
    return None if row is None else LateEvent.model_validate(dict(row))


def _change(writer: Writer, **values: object) -> None:
    where = late_events.c.incident_id == writer.incident_id
    writer.connection.execute(update(late_events).where(where).values(**values))
