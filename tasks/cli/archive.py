"""An incident as one signed file, for whoever examines it elsewhere."""

from pathlib import Path

from tasks.cli.explain import recorded
from tasks.cli.outcome import CLOSED, check_writable, write_private_bytes
from tasks.config.settings import settings
from tasks.context import ledger, utc_now
from tasks.custody.archive import pack
from tasks.custody.keys import known_keys
from tasks.custody.seal import keys_folder, todays_key
from tasks.errors import InputError

PRINTED = {".html", ".md", ".txt"}
"""The report and its drafts."""


def archive_incident(run: str, *, fixture: bool, to: Path | None) -> int:
    """Write an incident's archive; returns the exit status.

    Args:
        run: id of the incident, or of its run.
        fixture: asked for as well, which can't be.
        to: the file.

    Raises:
        InputError: no such incident, nothing of it to export, or no file to write to.
    """
    if fixture:
        raise InputError("--archive", "holds more than --fixture; give one of the two")
    if to is None:
        raise InputError("--to", "is needed with --archive; name a file such as incident.zip")
    check_writable(to)
    record = recorded(run)
    folder = settings().reports / record.incident_id
    reports = {f"report/{path.name}": _text(path) for path in sorted(folder.glob("[!.]*")) if path.suffix in PRINTED}
    files = {"record.json": record.model_dump_json(indent=2), **reports}
    dossier, key = ledger().dossier(record.incident_id), todays_key()
    write_private_bytes(pack(dossier, files, known_keys(keys_folder()), key, utc_now()), to)
    return CLOSED


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
