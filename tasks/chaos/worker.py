"""A plain Prefect worker at the server that a home's note names: `python -m tasks.chaos.worker HOME POOL`."""

import os
import sys
import time
from pathlib import Path

from tasks.engine.connection import AUTH_VARIABLE
from tasks.engine.server.note import read_note
from tasks.engine.server.process import api_url_of
from tasks.engine.server.secret import auth_string

AT_ONCE = "2"
"""Runs of it at once: each is a process that imports Prefect."""
POLL_S = 0.5


def main(home: Path, pool: str) -> None:
    """Wait for the server's note, then become the worker."""
    while (note := read_note(home)) is None:
        time.sleep(POLL_S)
    os.environ |= {"PREFECT_API_URL": api_url_of(note.port), AUTH_VARIABLE: auth_string(home)}
    words = ["-m", "prefect", "worker", "start", "--pool", pool, "--limit", AT_ONCE]
    os.execv(sys.executable, [sys.executable, *words])  # noqa: S606 - our own interpreter


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
