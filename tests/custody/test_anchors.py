"""What was signed is said where whoever rewrites the ledger can't unsay it."""

import socket
from pathlib import Path

import pytest

from tasks.context import ledger
from tasks.custody.anchors import anchor, places_of, seal_line, seals_in
from tasks.custody.seal import _seal_recent, keys_folder, seal, seal_end
from tasks.errors import SettingsError
from tests.custody.closed_incident import Rewrite, happened


def test_a_seal_is_read_back_from_any_line_that_holds_it(incident_id: str) -> None:
    kept = ledger().seals()
    line = f"Nov 28 06:00:01 host runbooks[1]: {seal_line(kept[0])} and more"

    assert tuple(seals_in(["nothing", line, line.replace("entries=", "entries=x")])) == kept


def test_it_is_said_on_standard_error_in_a_file_and_to_syslog(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", 0))
        where = f"{tmp_path / 'anchors'}, syslog://127.0.0.1:{heard.getsockname()[1]}"
        monkeypatch.setenv("RUNBOOKS_ANCHOR", where)
        made = seal(happened())
        said = [heard.recv(4096).decode() for _ in range(2)]
    written, printed = (tmp_path / "anchors").read_text(), capsys.readouterr().err

    assert made is not None
    assert [seals[-1] for seals in (tuple(seals_in(text.splitlines())) for text in (written, printed))] == [made, made]
    assert tuple(seals_in(said)) == (made,)
    assert all("runbooks-key" in text for text in (written, printed, said[0]))


def test_a_place_that_fails_is_said_and_holds_nothing_up(
    home: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    anchor("runbooks-seal", "/nowhere/at/all")

    assert capsys.readouterr().err.startswith("runbooks-seal\n")
    assert "/nowhere/at/all" in caplog.text


@pytest.mark.parametrize("place", ["relative", "syslogd", "https://example.com", "/there,else"])
def test_what_is_no_place_names_the_setting(place: str) -> None:
    with pytest.raises(SettingsError, match="RUNBOOKS_ANCHOR"):
        places_of(place)


def test_what_a_dead_process_left_unsigned_is_signed_later(home: Path) -> None:
    found = happened()
    _seal_recent(set())

    assert [made.incident_id for made in ledger().seals()] == [found]


def test_what_was_changed_before_it_was_signed_is_told_once_and_not_signed(
    home: Path, rewrite: Rewrite, caplog: pytest.LogCaptureFixture
) -> None:
    found, told = happened(), set[str]()
    rewrite("UPDATE timeline SET who = 'mallory' WHERE seq = 3")
    _seal_recent(told)
    _seal_recent(told)

    assert ledger().seals() == ()
    assert caplog.text.count(f"the timeline of {found} was changed from outside") == 1


def test_what_was_closed_long_ago_is_not_signed_by_itself(home: Path, rewrite: Rewrite) -> None:
    happened()
    rewrite("UPDATE incidents SET closed_at = '2026-01-01T00:00:00.000000Z'")
    _seal_recent(set())

    assert ledger().seals() == ()


def test_a_key_that_cant_be_made_holds_nothing_up(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    keys_folder().touch()
    seal_end(happened())

    assert "can't be signed for now" in caplog.text
    assert ledger().seals() == ()


def test_a_key_never_comes_near_the_ledger(incident_id: str, home: Path) -> None:
    (private,) = keys_folder().glob("*.pem")
    secret = private.read_text().splitlines()[1]

    assert keys_folder() == home / "custody"
    assert all(secret not in str(rows) for rows in ledger().dossier(incident_id).tables.values())
