"""What the ledger can refuse, below `LedgerError`; arguments are positional, for Prefect pickles exceptions.

LedgerError
├── LedgerBusy      another process holds the ledger: try again
├── LedgerTakenAway  its file was deleted or replaced while it is open
├── UnknownRow      the ledger knows no such incident or action
├── AlreadySettled  it was settled differently before, and the first word stands
├── DrivenElsewhere  another living process drives the incident by now
├── Replayed        what may be used once only was used before
└── WrongEndpoint   an incident of one cloud may not go on against another
"""

from tasks.errors import LedgerError


class LedgerBusy(LedgerError):  # noqa: N818 - it is named by what is so
    """Another process holds the ledger for too long."""

    retry = True


class LedgerTakenAway(LedgerError):  # noqa: N818 - it is named by what is so
    """The ledger's file was deleted or replaced while it is open: `LedgerTakenAway(path, copy)`.

    Args:
        path: the ledger.
        copy: the file in which all is saved that it held; empty where there is none.
    """

    def __init__(self, path: str, copy: str) -> None:
        super().__init__(path, copy)
        self.path = path
        self.copy = copy

    def __str__(self) -> str:
        what = "that" if self.copy else "a backup"
        saved = f"; all that it held is saved in {self.copy}" if self.copy else ""
        return (
            f"The ledger {self.path} was deleted or replaced while it is in use, so nothing more is written{saved}: "
            f"end every process of runbooks, move {self.path}-wal and -shm away, put {what} in the ledger's place, and "
            "start again."
        )


class UnknownRow(LedgerError):  # noqa: N818 - it is named by what is so
    """The ledger knows no such incident or action."""


class AlreadySettled(LedgerError):  # noqa: N818 - it is named by what is so
    """It was settled differently before, and the first word stands."""


class DrivenElsewhere(LedgerError):  # noqa: N818 - it is named by what is so
    """Another living process drives the incident by now: whoever asked was silent for too long, and may not act."""


class Replayed(LedgerError):  # noqa: N818 - it is named by what is so
    """A message came whose nonce was used before: `Replayed(source)`."""

    status = 409

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source

    def __str__(self) -> str:
        return f"This message of {self.source} was taken before: sign each message anew."


class WrongEndpoint(LedgerError):  # noqa: N818 - it is named by what is so
    """An incident goes on against another cloud than its own: `WrongEndpoint(incident_id, opened, asked)`."""

    def __init__(self, incident_id: str, opened: str, asked: str) -> None:
        super().__init__(incident_id, opened, asked)
        self.incident_id = incident_id
        self.opened = opened
        self.asked = asked

    def __str__(self) -> str:
        opened, asked = (name or "the real cloud" for name in (self.opened, self.asked))
        return (
            f"Incident {self.incident_id} was opened against {opened} and may not go on against {asked}: "
            "set RUNBOOKS_CLOUD_ENDPOINT back, or open a new incident."
        )
