"""The report's files."""

import json
import os
import stat
from pathlib import Path

import pytest

from tasks.model.kept import read_kept
from tasks.model.record import Record
from tasks.reporting.files import record_json
from tasks.runbooks.registry import runbook_of
from tasks.runbooks.unusual_login.correction import draft_correction
from tests.reporting.rendered import draft_ticket, render_html, render_markdown, write_files
from tests.reporting.samples import HOSTILE_TEXT, hostile_record, record


def drafted(case: Record) -> Record:
    drafts = {"support_ticket": draft_ticket(case), "ip_correction": draft_correction(case)}
    return case.model_copy(update={"drafts": drafts})


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_file_is_written_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "inc-1"
    case = drafted(record())

    files = write_files(case, folder)

    assert sorted(path.name for path in folder.iterdir()) == [
        "ip-correction.txt",
        "record.json",
        "report.html",
        "report.md",
        "support-ticket.txt",
    ]
    assert mode(folder) == 0o700
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert files.html.read_text(encoding="utf-8") == render_html(case)
    assert files.markdown.read_text(encoding="utf-8") == render_markdown(case)
    assert files.json_file.read_text(encoding="utf-8") == record_json(case)


def test_a_draft_that_is_no_longer_due_is_taken_away(tmp_path: Path) -> None:
    write_files(drafted(record()), tmp_path)

    none = record().model_copy(update={"drafts": {"support_ticket": None, "ip_correction": None}})
    files = write_files(none, tmp_path)

    assert files.drafts == {}
    assert not (tmp_path / "support-ticket.txt").exists()
    assert not (tmp_path / "ip-correction.txt").exists()


def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    write_files(record(), tmp_path)

    assert mode(tmp_path) == 0o700


def test_the_record_comes_back_from_its_file(tmp_path: Path) -> None:
    case = drafted(hostile_record(HOSTILE_TEXT))

    files = write_files(case, tmp_path)

    assert (
        read_kept(Record, json.loads(files.json_file.read_bytes()), what="record", types=runbook_of("unusual_login"))
        == case
    )
    assert json.loads(files.json_file.read_bytes())["schema_version"] == 2


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(record("contained"), tmp_path)
    before = (tmp_path / "record.json").read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_files(record("declined"), tmp_path)

    assert (tmp_path / "record.json").read_bytes() == before


def test_the_leftover_of_a_process_that_died_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f".record.json.{os.getpid()}.part").write_text("half")

    files = write_files(record(), tmp_path)

    assert files.json_file.read_text(encoding="utf-8") == record_json(record())
    assert list(tmp_path.glob(".*")) == []
