"""Seals: signed heads of timelines, so that who recomputes a timeline, or cuts its end off, is found out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from pydantic import JsonValue
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.sql.elements import ColumnElement

from tasks.ledger.base import Connected, Writer, one_at_a_time
from tasks.ledger.canonical import Json, canonical, digest
from tasks.ledger.hash_chain import FIRST
from tasks.ledger.rows import Incident, IncidentStatus, SealRow
from tasks.ledger.tables import incidents, moment_text, seals, timeline

# Any number that no other program takes for an advisory lock in the same database.
_LOCK = 0x5365616C73


class Signer(Protocol):
    """A key that signs; it never comes into the ledger."""

    @property
    def id(self) -> str:
        """Which key it is."""

    def sign(self, text: str) -> str:
        """Sign a text; the signature in base64."""


class Seals(Connected):
    """Which timelines were signed, and when."""

    def seal(self, incident_id: str, signer: Signer, at: datetime) -> SealRow | None:
        """Sign the head of an incident's timeline as it is now; None where exactly that is signed already."""
        with self._connection_to_write() as connection:
            one_at_a_time(connection, _LOCK)
            seq, head = Writer(connection, incident_id).head
            before = _last(connection, seals.c.incident_id == incident_id)
            if before is not None and (before.seq, before.head) == (seq, head):
                return None
            last = _last(connection)
            row: dict[str, JsonValue] = {
                "number": last.number + 1 if last else 1,
                "incident_id": incident_id,
                "seq": seq,
                "head": head,
                "at": moment_text(at),
                "key_id": signer.id,
                "previous": seal_hash(last) if last else FIRST,
            }
            made = SealRow.model_validate(row | {"signature": signer.sign(canonical(row))})
            connection.execute(insert(seals), made.model_dump())
            return made

    def seals(self, incident_id: str | None = None) -> tuple[SealRow, ...]:
        """List the seals of an incident, or of the whole ledger, in their order."""
        query = select(seals).order_by(seals.c.number)
        if incident_id is not None:
            query = query.where(seals.c.incident_id == incident_id)
        with self._reading() as connection:
            return tuple(SealRow.model_validate(dict(row)) for row in connection.execute(query).mappings())

    def unsealed(self, *, closed_after: datetime) -> tuple[Incident, ...]:
        """List the incidents that were closed since then and whose timeline has an end that is not signed.

        That a process let go of an incident is no news.
        """
        signed = select(func.max(seals.c.seq)).where(seals.c.incident_id == incidents.c.id).scalar_subquery()
        told = timeline.c.what.not_in(("lease_taken", "lease_released"))
        last = select(func.max(timeline.c.seq)).where(timeline.c.incident_id == incidents.c.id, told).scalar_subquery()
        query = select(incidents).where(
            incidents.c.status == IncidentStatus.CLOSED.value,
            incidents.c.closed_at >= closed_after,
            func.coalesce(signed, 0) < last,
        )
        with self._reading() as connection:
            rows = connection.execute(query.order_by(incidents.c.closed_at, incidents.c.id)).mappings().all()
        return tuple(Incident.model_validate(dict(row)) for row in rows)


def signed_text(seal: SealRow) -> str:
    """What a seal's signature is over."""
    return canonical(_plain(seal, without="signature"))


def seal_hash(seal: SealRow) -> str:
    """The hash by which the next seal follows this one: sha256, in hex."""
    return digest(_plain(seal))


def _plain(seal: SealRow, *, without: str = "") -> Json:
    fields: Mapping[str, JsonValue] = seal.model_dump(exclude={without}) | {"at": moment_text(seal.at)}
    return fields


def _last(connection: Connection, *where: ColumnElement[bool]) -> SealRow | None:
    row = connection.execute(select(seals).where(*where).order_by(seals.c.number.desc()).limit(1)).mappings().first()
    return None if row is None else SealRow.model_validate(dict(row))
