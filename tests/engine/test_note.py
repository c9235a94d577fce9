"""What is remembered of an embedded server is read by other versions too: else a second one would start beside it."""

import json
from pathlib import Path

from tasks.engine.server.note import NOTE_NAME, ServerNote, read_note, server_folder, write_note

NOTE = ServerNote(port=4270, pid=11, owner_pid=12)


def test_a_note_of_a_newer_version_is_read_as_far_as_it_is_known(tmp_path: Path) -> None:
    write_note(tmp_path, NOTE)
    path = server_folder(tmp_path) / NOTE_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | {"started_at": "2026-11-23"}), encoding="utf-8")

    assert read_note(tmp_path) == NOTE


def test_a_torn_note_counts_as_none(tmp_path: Path) -> None:
    (server_folder(tmp_path) / NOTE_NAME).write_text('{"port": 42', encoding="utf-8")

    assert read_note(tmp_path) is None
