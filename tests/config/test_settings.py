"""Where settings come from: the environment, and the home; never the folder that somebody happens to stand in."""

from pathlib import Path

import pytest

from tasks.config.settings import read_settings

PLANTED = "RUNBOOKS_CLOUD_ENDPOINT=https://planted.example.com\nRUNBOOKS_HOME=/planted\n"


@pytest.mark.parametrize("place", ["folder", "home"])
def test_a_planted_file_counts_in_the_home_alone(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("folder", "home"):
        (tmp_path / name).mkdir()
    (tmp_path / place / ".env").write_text(PLANTED, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "folder")
    monkeypatch.setenv("RUNBOOKS_HOME", str(tmp_path / "home"))

    read = read_settings()

    assert (read.endpoint is not None) is (place == "home")
    assert read.home == tmp_path / "home"
