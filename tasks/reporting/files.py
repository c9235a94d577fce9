"""The report's files."""

import os
from pathlib import Path

from tasks.model.base import Value
from tasks.model.record import Record
from tasks.reporting.render import render_html, render_markdown

FILE_MODE = 0o600
FOLDER_MODE = 0o700


class Files(Value):
    """Where a report was written; None for a draft that the case does not need."""

    json_file: Path
    html: Path
    markdown: Path
    ticket: Path | None = None
    correction: Path | None = None


def record_json(record: Record) -> str:
    """The record itself."""
    return record.model_dump_json(indent=2) + "\n"


def write_files(record: Record, folder: Path) -> Files:
    """Write the report's files, readable by their owner only, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    folder.chmod(FOLDER_MODE)
    return Files(
        json_file=_write(folder / "record.json", record_json(record)),
        html=_write(folder / "report.html", render_html(record)),
        markdown=_write(folder / "report.md", render_markdown(record)),
        ticket=_write_draft(folder / "support-ticket.txt", record.drafts.support_ticket),
        correction=_write_draft(folder / "ip-correction.txt", record.drafts.ip_correction),
    )


def _write_draft(path: Path, text: str | None) -> Path | None:
    if text is None:
        path.unlink(missing_ok=True)
        return None
    return _write(path, text)


def _write(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path
