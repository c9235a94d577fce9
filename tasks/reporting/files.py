"""The report's files."""

import os
from pathlib import Path

from tasks.model.base import Value
from tasks.model.record import Record
from tasks.model.runbook import AnyRunbookText
from tasks.reporting.render import render_html, render_markdown

FILE_MODE = 0o600
FOLDER_MODE = 0o700


class Files(Value):
    """Where a report was written.

    Args:
        drafts: by their names; those that the case does not need are none.
    """

    json_file: Path
    html: Path
    markdown: Path
    drafts: dict[str, Path]


def record_json(record: Record) -> str:
    """The record itself."""
    return record.model_dump_json(indent=2) + "\n"


def write_files(record: Record, text: AnyRunbookText, folder: Path) -> Files:
    """Write the report's files, readable by their owner only, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    folder.chmod(FOLDER_MODE)
    written = {name: _write_draft(folder / draft_file(name), draft) for name, draft in record.drafts.items()}
    return Files(
        json_file=_write(folder / "record.json", record_json(record)),
        html=_write(folder / "report.html", render_html(record, text)),
        markdown=_write(folder / "report.md", render_markdown(record, text)),
        drafts={name: path for name, path in written.items() if path is not None},
    )


def draft_file(name: str) -> str:
    """The file's name of a draft: `support_ticket` is `support-ticket.txt`."""
    return f"{name.replace('_', '-')}.txt"


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
