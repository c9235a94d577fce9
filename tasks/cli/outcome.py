"""How an incident ended, for the shell: the record and the exit status."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from tasks.cli.terminal import tell
from tasks.context import ledger
from tasks.engine.runs import RunState
from tasks.errors import InputError, SettingsError
from tasks.lookup.unavailable import fatal
from tasks.model.base import Sentence
from tasks.model.record import Record
from tasks.steps.publish import complete
from tasks.steps.so_far import so_far

CLOSED, DEFECT, BAD_INPUT, PERSON_NEEDED, INCOMPLETE = 0, 1, 2, 3, 4
STATUS = {
    "ignored": CLOSED,
    "contained": CLOSED,
    "containment_incomplete": INCOMPLETE,
    "declined": PERSON_NEEDED,
    "needs_person": PERSON_NEEDED,
    "undone": PERSON_NEEDED,
}


def record_of_run(run_id: UUID, why: Sentence) -> Record | None:
    """The incident's record as far as it is known now; None where no incident was opened."""
    incident = ledger().incident_of_run(str(run_id))
    if incident is None:
        return None
    return complete(so_far(incident, str(run_id), why))


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


@contextmanager
def _writing(path: Path) -> Iterator[Path]:
    """Give the draft that takes the file's place; what can't be written is the operator's to mend."""
    draft = _draft(path)
    try:
        yield draft
    except OSError as exc:
        draft.unlink(missing_ok=True)
        raise InputError("--record", f"{path} can't be written ({exc.strerror}); name a writable file") from exc


def check_writable(path: Path | None) -> None:
    """See that the record can be written, before anything is done that belongs into it.

    Raises:
        InputError: it can't be.
    """
    if path is None:
        return
    if path.is_dir():
        raise InputError("--record", f"{path} can't be written (it is a folder); name a writable file")
    with _writing(path) as draft:
        draft.touch(mode=0o600)
        draft.unlink()


def write_record(record: Record, path: Path) -> None:
    """Write the record to a file of the operator's, whole or not at all, readable by its owner only."""
    write_private(record.model_dump_json(indent=2), path)


def write_private(text: str, path: Path) -> None:
    """Write a text to a file of the operator's, whole or not at all, readable by its owner only."""
    write_private_bytes(text.encode("utf-8"), path)


def write_private_bytes(content: bytes, path: Path) -> None:
    """Write a file of the operator's, whole or not at all, readable by its owner only."""
    with _writing(path) as draft:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(path)


def exit_status(state: RunState, record: Record | None) -> int:
    """The command's exit status.

    Raises:
        SettingsError: the cloud refused the credential itself.
    """
    if record is None or state in {RunState.FAILED, RunState.CRASHED}:
        return DEFECT
    if record.facts is not None and (reason := fatal(record.facts)) is not None:
        raise SettingsError("TENCENTCLOUD_SECRET_ID", reason.message)
    ended = state is RunState.COMPLETED or record.closed_at is not None  # closed is closed, whatever the engine knows
    return STATUS[record.verdict] if ended else PERSON_NEEDED


def tell_outcome(record: Record, *, zh: bool) -> None:
    """Say in a few lines how it ended and where to read more."""
    tell()
    tell(f"{record.incident_id}: {record.verdict} · {' → '.join(record.path) or '-'}", style="bold")
    for reason in record.reasons:
        tell(f"  - {reason.zh if zh else reason.en}")
