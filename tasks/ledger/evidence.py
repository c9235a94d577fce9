"""Evidence: what a source answered, masked by the caller, kept with its hash."""

from datetime import datetime

from sqlalchemy import insert, select

from tasks.ledger.base import Connected
from tasks.ledger.canonical import Json, digest, plain, short_id
from tasks.ledger.errors import UnknownRow
from tasks.ledger.rows import Evidence
from tasks.ledger.tables import evidence


class EvidenceBox(Connected):
    """The raw answers on which an incident's facts stand."""

    def add_evidence(self, incident_id: str, *, source: str, request_id: str, at: datetime, body: Json) -> Evidence:
        """Keep an answer; the same one again leads to the row that is there.

        Args:
            incident_id: whose it is.
            source: the call that gave it, such as `cloudaudit:DescribeEvents`.
            request_id: the vendor's; empty where the source has none.
            at: when the answer came.
            body: the answer; masked already, for the ledger keeps it as it is.
        """
        sha256 = digest(body)
        key = {
            "id": short_id("ev", incident_id, source, request_id, sha256),
            "incident_id": incident_id,
            "source": source,
            "request_id": request_id,
            "sha256": sha256,
        }
        with self._writing(incident_id) as writer:
            known = writer.found(evidence, evidence.c.id == key["id"])
            if known is not None:
                return Evidence.model_validate(dict(known))
            row = key | {"seq": writer.next_seq, "at": at, "body": plain(body)}
            writer.connection.execute(insert(evidence), row)
            writer.enter("evidence_added", detail={name: key[name] for name in _CITED}, at=at)
            return Evidence.model_validate(row)

    def evidence(self, evidence_id: str) -> Evidence:
        """Look a piece of evidence up by the id that a report cites."""
        with self._reading() as connection:
            row = connection.execute(select(evidence).where(evidence.c.id == evidence_id)).mappings().one_or_none()
        if row is None:
            raise UnknownRow(f"The ledger knows no evidence {evidence_id}.")
        return Evidence.model_validate(dict(row))

    def evidence_of(self, incident_id: str) -> tuple[Evidence, ...]:
        """List an incident's evidence in the order in which it came."""
        return tuple(Evidence.model_validate(row) for row in self._rows(evidence, incident_id))


_CITED = ("id", "source", "request_id", "sha256")
