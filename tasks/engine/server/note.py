"""What is remembered of an embedded server in its home, so that the next start finds it, or takes the same port."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from tasks.errors import EngineError

FOLDER = "prefect"  # in the home
NOTE_NAME = "server.json"
LOCK_NAME = "start.lock"
LOG_NAME = "server.log"


class ServerNote(BaseModel):
    """Where the server of a home listens, and which processes stand behind it (0: stopped in order)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: int
    pid: int
    owner_pid: int


def server_folder(home: Path) -> Path:
    """Folder of the embedded server and of the results of its runs, for this user alone."""
    folder = home / FOLDER
    for each in (home, folder):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def results_folder(home: Path) -> Path:
    """Folder where task results lie; a run that is resumed elsewhere must see the same one."""
    folder = server_folder(home) / "storage"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def read_note(home: Path) -> ServerNote | None:
    """Read what was remembered, by another version too; a torn or foreign file counts as nothing."""
    return _read(server_folder(home) / NOTE_NAME)


def peek_note(home: Path) -> ServerNote | None:
    """Read what was remembered without making the server's folder."""
    return _read(home / FOLDER / NOTE_NAME)


def _read(path: Path) -> ServerNote | None:
    try:
        text = path.read_text(encoding="utf-8")
        return ServerNote.model_validate_json(text, extra="ignore")
    except (FileNotFoundError, ValidationError):
        return None


def write_note(home: Path, note: ServerNote) -> None:
    """Remember a server; whole or not at all."""
    path = server_folder(home) / NOTE_NAME
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(note.model_dump_json(), encoding="utf-8")
    draft.replace(path)


@contextmanager
def start_lock(home: Path, *, timeout_s: float) -> Iterator[None]:
    """Let one process at a time start the server of a home; the lock falls with its holder, however that ends."""
    with closing(sqlite3.connect(server_folder(home) / LOCK_NAME, timeout=timeout_s, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise EngineError(
                f"Another process has been starting the Prefect server of {home} for too long."
            ) from error
        yield
