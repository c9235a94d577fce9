"""The chain that makes a rewritten timeline show: each entry's hash covers the one before.

It shows every change by somebody who does not recompute the whole chain; against one who does, keep the head's hash
elsewhere too, as the report does.
"""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import RowMapping

from tasks.ledger.canonical import Json, digest, plain
from tasks.ledger.rows import ChainBroken, ChainOk, TimelineRow
from tasks.ledger.tables import moment_text

FIRST = "0" * 64
"""What the first entry follows."""


def link(incident_id: str, seq: int, prev_hash: str, *, at: datetime, what: str, who: str, detail: Json) -> TimelineRow:
    """Make the entry that follows the one with this hash."""
    hashed = entry_hash(incident_id, seq, prev_hash, at=moment_text(at), what=what, who=who, detail=detail)
    return TimelineRow.model_validate(
        {
            "incident_id": incident_id,
            "seq": seq,
            "at": at,
            "what": what,
            "who": who,
            "detail": plain(detail),
            "prev_hash": prev_hash,
            "hash": hashed,
        }
    )


def entry_hash(incident_id: str, seq: int, prev_hash: str, *, at: str, what: str, who: str, detail: Json) -> str:
    """Hash an entry together with the hash before it."""
    parts: Json = {
        "incident_id": incident_id,
        "seq": seq,
        "at": at,
        "what": what,
        "who": who,
        "detail": detail,
        "prev_hash": prev_hash,
    }
    return digest(parts)


def check(rows: Iterable[RowMapping], *, length: int, head: str) -> ChainOk | ChainBroken:
    """Walk the stored rows of a timeline, as text, and tell where they stop being what was written.

    Args:
        rows: the rows in the order of `seq`, each column as it is stored.
        length: how many entries were written.
        head: the hash of the last one.
    """
    expected, before = 1, FIRST
    for row in rows:
        why = _fault(row, expected, before)
        if why is not None:
            return ChainBroken(seq=expected, why=why)
        expected, before = expected + 1, row["hash"]
    if expected - 1 == length and before != head:
        return ChainBroken(seq=expected, why="its last entry is not the one that was written")
    if expected - 1 != length:
        return ChainBroken(seq=expected, why=f"the timeline ends after {expected - 1} entries and had {length}")
    return ChainOk(length=length, head=head)


def _fault(row: RowMapping, expected: int, before: str) -> str | None:
    if str(row["seq"]) != str(expected):
        return f"entry {expected} is missing"
    if row["prev_hash"] != before:
        return "it does not follow the entry before it"
    texts = {name: row[name] for name in ("at", "what", "who")}
    if not all(isinstance(text, str) for text in (row["detail"], *texts.values())):
        return "it holds what is no text"
    try:
        detail = json.loads(row["detail"])
    except ValueError:
        return "its detail is no JSON any more"
    if row["hash"] != entry_hash(row["incident_id"], expected, before, detail=detail, **texts):
        return "its content is not what was written"
    return None
