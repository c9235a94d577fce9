"""What the database says, in one sentence that names the ledger and the mend."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tasks.errors import LedgerError
from tasks.ledger.errors import LedgerBusy

# SQLite's own names for what went wrong; their longer forms begin alike.
_MENDS = {
    "SQLITE_FULL": "can't grow, for its disk is full: free some space and try again.",
    "SQLITE_NOTADB": "is not a ledger, or is damaged: move it away, or put a copy of the ledger back.",
    "SQLITE_CORRUPT": "is damaged: move it away, or put a copy of the ledger back.",
    "SQLITE_CANTOPEN": "can't be opened: see that it is a file and that you may read and write its folder.",
    "SQLITE_READONLY": "can't be written: give yourself the right to write the file and its folder.",
    "SQLITE_PERM": "can't be opened: give yourself the right to read and write the file and its folder.",
    "SQLITE_AUTH": "can't be opened: give yourself the right to read and write the file and its folder.",
    "SQLITE_IOERR": "can't be read or written, for its disk fails: see to the disk and try again.",
}
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


def name_of(url: URL) -> str:
    """Name a ledger as a person would: the file, or the address without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return url.render_as_string(hide_password=True)


def explain(exc: SQLAlchemyError, url: URL) -> LedgerError:
    """Say what the database said, as an error of ours."""
    name = name_of(url)
    orig = exc.orig if isinstance(exc, DBAPIError) else None
    code = str(getattr(orig, "sqlite_errorname", ""))
    if code.startswith(_BUSY):
        return LedgerBusy(f"The ledger {name} is locked by another process: wait until that has ended, or end it.")
    for known, mend in _MENDS.items():
        if code.startswith(known):
            return LedgerError(f"The ledger {name} {mend}")
    said = str(orig or exc).strip().partition("\n")[0]
    return LedgerError(f"The ledger {name} can't be read or written; see to the database, which says: {said}")


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn what the database raises into errors of ours."""
    try:
        yield
    except SQLAlchemyError as exc:
        raise explain(exc, url) from exc
    except UnicodeEncodeError as exc:
        raise LedgerError(f"The ledger {name_of(url)} keeps only valid Unicode, and this text is none.") from exc
