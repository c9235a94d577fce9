"""`runbooks verify` and `export --archive`: nothing was changed, or what was."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.config.settings import settings
from tasks.context import ledger
from tasks.custody.anchors import seal_line
from tasks.custody.seal import keys_folder, seal
from tests.custody.closed_incident import Rewrite, happened
from tests.reporting.samples import record
from tests.typed import Typed

Changed = Callable[[dict[str, bytes]], None]


@pytest.fixture
def recorded(in_english: Path) -> str:
    """An incident with a record that can be printed."""
    found = happened()
    sample = record("contained").model_copy(update={"incident_id": found})
    ledger().save_record(found, sample.model_dump(mode="json"), sample.opened_at)
    seal(found)
    return found


def test_what_nobody_touched_is_said_to_be_whole(recorded: str, typed: Typed, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors"
    anchors.write_text("".join(f"{seal_line(one)}\n" for one in ledger().seals()))

    for words in ((), (recorded,), (recorded, "--anchor", str(anchors))):
        status, out, _ = typed("verify", *words)

        assert (status, "nothing was changed" in out) == (0, True)
    assert "不同" not in typed("verify", "--lang", "zh")[1]


def test_a_change_is_named_with_exit_status_1(recorded: str, typed: Typed, rewrite: Rewrite) -> None:
    rewrite("UPDATE approvals SET approver = 'mallory'")

    for words in ((), (recorded,)):
        status, out, _ = typed("verify", *words)

        assert (status, "approvals[" in out, "not as it was written" in out) == (1, True, True)


def test_an_incident_that_is_gone_is_missed(recorded: str, typed: Typed, rewrite: Rewrite, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors"
    anchors.write_text(seal_line(ledger().seals()[0]))
    rewrite("DELETE FROM seals", "PRAGMA foreign_keys = OFF")

    status, out, _ = typed("verify", "--anchor", str(anchors))

    assert (status, "not in the ledger any more" in out) == (1, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nonsense",), "RUN: 'nonsense'"),
        (("--anchor", "/nowhere"), "--anchor: /nowhere can't be read"),
        (("--key", "/nowhere"), "--key: is no public key"),
    ],
)
def test_a_wrong_call_is_said_in_a_sentence(recorded: str, typed: Typed, words: tuple[str, ...], says: str) -> None:
    status, _, err = typed("verify", *words)

    assert (status, says in err) == (2, True)


@pytest.fixture
def archive(recorded: str, typed: Typed, tmp_path: Path) -> Path:
    path = tmp_path / "incident.zip"
    assert typed("export", recorded, "--archive", "--to", str(path))[0] == 0
    return path


def test_an_archive_proves_itself_elsewhere(
    archive: Path, typed: Typed, recorded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (public,) = keys_folder().glob("*.pub")
    monkeypatch.setenv("RUNBOOKS_SIGNING_KEYS", str(tmp_path / "of-nobody"))
    settings.cache_clear()
    alone, with_key = typed("verify", str(archive)), typed("verify", str(archive), "--key", str(public))

    assert (alone[0], "compare its id with what you know" in alone[1]) == (0, True)
    assert (with_key[0], "compare its id" in with_key[1]) == (0, False)
    with zipfile.ZipFile(archive) as packed:
        names = set(packed.namelist())
    assert names >= {"ledger.json", "record.json", "manifest.json", "manifest.sig", f"keys/{public.name}"}
    assert archive.stat().st_mode & 0o777 == 0o600


def changed_record(files: dict[str, bytes]) -> None:
    files["record.json"] = b"{}"


def changed_with_its_manifest(files: dict[str, bytes]) -> None:
    dossier = json.loads(files["ledger.json"])
    dossier["tables"]["approvals"][0]["approver"] = "mallory"
    files["ledger.json"] = json.dumps(dossier).encode()


def further(files: dict[str, bytes]) -> None:
    files["further.txt"] = b"by nobody"


def lacking(files: dict[str, bytes]) -> None:
    del files["record.json"]


def unsigned(files: dict[str, bytes]) -> None:
    files["manifest.json"] = files["manifest.json"].replace(b'"made_at"', b'"made_by"')


def repack(archive: Path, change: Changed) -> None:
    """Change the files of an archive, and pack them again."""
    with zipfile.ZipFile(archive) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    change(files)
    with zipfile.ZipFile(archive, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (changed_record, "record.json of the archive was changed"),
        (changed_with_its_manifest, "approvals["),
        (further, "further.txt is not in the archive's manifest"),
        (lacking, "record.json is missing"),
        (unsigned, "the signature of the archive's manifest does not hold"),
    ],
)
def test_an_archive_that_was_changed_is_found_out(archive: Path, typed: Typed, change: Changed, says: str) -> None:
    repack(archive, change)

    status, out, _ = typed("verify", str(archive))

    assert (status, says in out) == (1, True)


def test_an_archive_of_an_unknown_key_is_said_where_others_are_known(
    archive: Path, typed: Typed, recorded: str
) -> None:
    for path in keys_folder().iterdir():
        path.unlink()
    ledger().note(recorded, "further", who="x", detail=None, at=record("contained").opened_at)
    seal(recorded)

    status, out, _ = typed("verify", str(archive))

    assert (status, "the archive is signed by the unknown key" in out) == (1, True)


def deep(files: dict[str, bytes]) -> None:
    files["ledger.json"] = b"[" * 100_000


def deep_manifest(files: dict[str, bytes]) -> None:
    files["manifest.json"] = b'{"sha256":' * 100_000


def no_hashes(files: dict[str, bytes]) -> None:
    files["manifest.json"] = b'{"key_id": "key-1", "sha256": [[1, 2], ["3", 4]]}'


def no_tables(files: dict[str, bytes]) -> None:
    files["ledger.json"] = b'{"incident_id": "\\u001b[31m", "tables": {}}'


def odd_rows(files: dict[str, bytes]) -> None:
    dossier = json.loads(files["ledger.json"])
    dossier["tables"] = {name: [{}, {"number": [[]]}] for name in dossier["tables"]}
    files["ledger.json"] = json.dumps(dossier).encode()


def beside(files: dict[str, bytes]) -> None:
    files["../../beside.txt"] = b"out of its folder"


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        (deep, 2, "ARCHIVE: is no archive of"),
        (deep_manifest, 2, "ARCHIVE: is no archive of"),
        (no_hashes, 2, "ARCHIVE: is no archive of"),
        (no_tables, 1, "the end of the timeline is not kept"),
        (odd_rows, 1, "timeline: it holds what the ledger never wrote"),
        (beside, 1, "beside.txt is not in the archive's manifest"),
    ],
)
def test_whatever_stands_in_an_archive_is_answered(
    archive: Path, typed: Typed, change: Changed, status: int, says: str
) -> None:
    repack(archive, change)

    ended, out, err = typed("verify", str(archive))

    assert (ended, says in out + err, "\x1b" in out + err) == (status, True, False)
    assert not (archive.parent.parent / "beside.txt").exists()


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_what_is_packed_otherwise_than_ours_is_not_unpacked(
    in_english: Path, typed: Typed, tmp_path: Path, way: int
) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w", way) as packed:
        packed.writestr("ledger.json", b"0" * 1000)

    status, _, err = typed("verify", str(path))

    assert (status, "packed otherwise than ours" in err) == (2, True)


def test_no_byte_that_was_spoilt_breaks_the_examination(archive: Path, typed: Typed) -> None:
    whole = archive.read_bytes()
    ends = set()
    for place in (*range(0, len(whole) - 22, len(whole) // 8), *range(len(whole) - 22, len(whole), 2)):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        ends.add(typed("verify", str(archive))[0])

    assert ends <= {0, 1, 2}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"no zip"])
def test_rubbish_is_no_archive(in_english: Path, typed: Typed, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rubbish.zip"
    path.write_bytes(content)

    status, _, err = typed("verify", str(path))

    assert (status, "ARCHIVE: can't be unpacked" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [(("--archive",), "--to: is needed"), (("--archive", "--fixture", "--to", "x.zip"), "give one of the two")],
)
def test_an_archive_needs_a_file_and_is_no_fixture(
    recorded: str, typed: Typed, words: tuple[str, ...], says: str
) -> None:
    status, _, err = typed("export", recorded, *words)

    assert (status, says in err) == (2, True)
