"""The keys that sign: a new one each quarter, introduced by the one before, of which only the public half stays."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from tasks.custody.keys import ROTATE_AFTER, known_keys, signing_key
from tasks.errors import SettingsError
from tests.scene import AT


def files(folder: Path) -> dict[str, int]:
    return {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("key-*")}


def test_the_first_key_is_made_for_its_owner_alone_and_stays_for_a_quarter(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    key, made = signing_key(folder, AT)
    again, told = signing_key(folder, AT + ROTATE_AFTER - timedelta(seconds=1))

    assert made is not None
    assert (again.id, told) == (key.id, None)
    assert files(folder) == {".pem": 0o600, ".pub": 0o644}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("age", [timedelta(0), ROTATE_AFTER])
def test_of_many_that_want_a_key_at_once_one_makes_it(tmp_path: Path, age: timedelta) -> None:
    if age:
        signing_key(tmp_path, AT)
    together = Barrier(8)

    def want() -> str:
        together.wait()
        return signing_key(tmp_path, AT + age)[0].id

    with ThreadPoolExecutor(8) as threads:
        wanted = {each.result() for each in [threads.submit(want) for _ in range(8)]}

    assert len(wanted) == 1
    assert wanted <= set(known_keys(tmp_path))


def test_the_next_key_is_introduced_and_the_old_one_can_sign_no_more(tmp_path: Path) -> None:
    first, _ = signing_key(tmp_path, AT)
    second, made = signing_key(tmp_path, AT + ROTATE_AFTER)

    assert made is not None
    assert made.by == first.id
    assert set(known_keys(tmp_path)) == {first.id, second.id}
    assert [path.stem for path in tmp_path.glob("*.pem")] == [second.id]


def test_a_signature_of_an_old_key_still_counts(tmp_path: Path) -> None:
    first, _ = signing_key(tmp_path, AT)
    signed = first.sign("head")
    signing_key(tmp_path, AT + ROTATE_AFTER)
    keys = known_keys(tmp_path)

    assert keys[first.id].signed("head", signed)
    assert not keys[first.id].signed("other", signed)
    assert not keys[first.id].signed("head", "no base64")


@pytest.mark.parametrize("by", ["", "key-else"])
def test_a_key_that_nobody_introduced_is_not_known(tmp_path: Path, by: str) -> None:
    ours, _ = signing_key(tmp_path / "ours", AT)
    theirs, public = signing_key(tmp_path / "theirs", AT + timedelta(days=1))
    assert public is not None
    forged = public.model_copy(update={"by": by, "introduction": theirs.sign("anything")})
    (tmp_path / "ours" / f"{theirs.id}.pub").write_text(forged.model_dump_json(), encoding="ascii")

    assert set(known_keys(tmp_path / "ours")) == {ours.id}


def test_a_key_that_is_named_by_hand_is_known(tmp_path: Path) -> None:
    theirs, _ = signing_key(tmp_path / "theirs", AT)

    assert set(known_keys(tmp_path / "none", tmp_path / "theirs" / f"{theirs.id}.pub")) == {theirs.id}


def test_rubbish_in_the_folder_is_no_key_and_rubbish_by_hand_is_an_error(tmp_path: Path) -> None:
    ours, _ = signing_key(tmp_path, AT)
    rubbish = tmp_path / "else.pub"
    rubbish.write_text("{}", encoding="ascii")

    assert set(known_keys(tmp_path)) == {ours.id}
    with pytest.raises(ValueError, match="key"):
        known_keys(tmp_path, rubbish)


def test_a_folder_that_cant_be_is_said_by_the_settings_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="RUNBOOKS_SIGNING_KEYS"):
        signing_key(tmp_path / "file", AT)


def test_a_key_that_is_taken_away_while_it_is_read_is_none(tmp_path: Path) -> None:
    key, _ = signing_key(tmp_path, AT)
    (tmp_path / f"{key.id}.pem").unlink()
    (tmp_path / f"{key.id}.pem").symlink_to(tmp_path / "gone")  # it is listed, and can't be opened

    assert signing_key(tmp_path, AT)[0].id != key.id
