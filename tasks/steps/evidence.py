"""Evidence of one gathering, kept in few transactions: each of its own would cost more than the call it came from."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from tasks.context import ledger
from tasks.ledger.evidence import Piece, piece
from tasks.lookup.collector import Keep

FULL = 8_000_000  # characters that wait at most; a gathering has about one million, a hunt may have hundreds


@asynccontextmanager
async def keeping(incident_id: str) -> AsyncIterator[Keep]:
    """Collect evidence within the block; where it ends well, all of it is durable before what comes next.

    Where it does not end, nothing was decided by what it had collected, and the next gathering asks anew.

    Raises:
        LedgerError: it can't be kept.
    """
    box = _Box(incident_id)
    yield box.keep
    await asyncio.to_thread(box.close)


class _Box:
    """What was collected and is not written yet; used from many threads."""

    def __init__(self, incident_id: str) -> None:
        self._incident_id = incident_id
        self._lock = threading.Lock()
        self._pieces: list[Piece] = []
        self._size = 0
        self._closed = False

    def keep(self, source: str, request_id: str, at: datetime, body: Any) -> str:
        """Take a piece in, and say which id it will have."""
        found = piece(self._incident_id, source=source, request_id=request_id, at=at, body=body)
        with self._lock:
            if self._closed:
                return found.id  # of a thread that nobody waited for; no fact cites it
            self._pieces.append(found)
            self._size += len(found.body)
            if self._size > FULL:
                self._write()
        return found.id

    def close(self) -> None:
        """Write what is left."""
        with self._lock:
            self._closed = True
            self._write()

    def _write(self) -> None:
        if self._pieces:
            ledger().add_evidence_all(self._incident_id, self._pieces)
        self._pieces, self._size = [], 0
