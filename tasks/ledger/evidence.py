"""Evidence: what a source answered, masked by the caller, kept with its hash."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Text, bindparam, insert, select

from tasks.ledger.base import Connected, Writer
from tasks.ledger.canonical import Json, canonical, short_id
from tasks.ledger.errors import UnknownRow
from tasks.ledger.rows import EvidenceRow
from tasks.ledger.tables import evidence

_CITED = ("id", "source", "request_id", "sha256")


class Piece(NamedTuple):
    """An answer that is to be kept.

    Args:
        id: the same whenever incident, source, request and content are, so it is known before anything is written.
        body: in its canonical spelling.
    """

    id: str
    source: str
    request_id: str
    sha256: str
    at: datetime
    body: str


def piece(incident_id: str, *, source: str, request_id: str, at: datetime, body: Json) -> Piece:
    """Spell and hash an answer.

    Args:
        incident_id: whose it is.
        source: the call that gave it, such as `cloudaudit:DescribeEvents`.
        request_id: the vendor's; empty where the source has none.
        at: when the answer came.
        body: the answer; masked already, for the ledger keeps it as it is.
    """
    spelt = canonical(body)
    hashed = sha256(spelt.encode("ascii")).hexdigest()
    return Piece(short_id("ev", incident_id, source, request_id, hashed), source, request_id, hashed, at, spelt)


class EvidenceBox(Connected):
    """The raw answers on which an incident's facts stand."""

    def add_evidence(self, incident_id: str, *, source: str, request_id: str, at: datetime, body: Json) -> EvidenceRow:
        """Keep an answer; the same one again leads to the row that is there."""
        kept = piece(incident_id, source=source, request_id=request_id, at=at, body=body)
        self.add_evidence_all(incident_id, [kept])
        return self.evidence(kept.id)

    def add_evidence_all(self, incident_id: str, pieces: Iterable[Piece]) -> None:
        """Keep answers in this order, all of them or none; those that are there already stay as they are."""
        with self._writing(incident_id) as writer:
            fresh: dict[str, Piece] = {}
            for each in pieces:
                fresh.setdefault(each.id, each)
            for known in writer.connection.scalars(select(evidence.c.id).where(evidence.c.incident_id == incident_id)):
                fresh.pop(known, None)
            if fresh:
                _write(writer, list(fresh.values()))

    def evidence(self, evidence_id: str) -> EvidenceRow:
        """Look a piece of evidence up by the id that a report cites."""
        with self._reading() as connection:
            row = connection.execute(select(evidence).where(evidence.c.id == evidence_id)).mappings().one_or_none()
        if row is None:
            raise UnknownRow(f"The ledger knows no evidence {evidence_id}.")
        return EvidenceRow.model_validate(dict(row))

    def evidence_times(self, incident_id: str) -> dict[str, datetime]:
        """Tell when each of an incident's pieces was read, by id."""
        query = select(evidence.c.id, evidence.c.at).where(evidence.c.incident_id == incident_id)
        with self._reading() as connection:
            return {str(row.id): row.at for row in connection.execute(query)}


def _write(writer: Writer, fresh: list[Piece]) -> None:
    first = writer.next_seq
    rows = [
        {**each._asdict(), "incident_id": writer.incident_id, "seq": seq} for seq, each in enumerate(fresh, start=first)
    ]
    # The text that was hashed is what is stored; as a document it would be spelt once more.
    writer.connection.execute(insert(evidence).values(body=bindparam("body", type_=Text)), rows)
    writer.enter_all("evidence_added", [(_cited(row), each.at) for row, each in zip(rows, fresh, strict=True)])


def _cited(row: Mapping[str, object]) -> Json:
    return {name: str(row[name]) for name in _CITED}
