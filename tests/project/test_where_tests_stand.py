"""Tests live as the code lives: a folder for each room, and no file's name for two things."""

from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
OF_THE_WHOLE = {"project", "upgrade"}
OF_PYTEST = {"conftest.py"}


def folders(parent: Path) -> set[str]:
    return {path.name for path in parent.iterdir() if path.is_dir() and list(path.rglob("*.py"))}


def test_every_folder_of_tests_is_a_room() -> None:
    assert folders(TESTS) - OF_THE_WHOLE <= folders(ROOT / "tasks")


def test_no_file_of_tests_has_the_name_of_another() -> None:
    names = Counter(path.name for path in TESTS.rglob("*.py") if path.name not in OF_PYTEST)

    assert {name for name, times in names.items() if times > 1} == set()


def test_no_test_of_a_room_takes_anything_from_another_test_or_a_conftest() -> None:
    rooms = [path for path in TESTS.rglob("*.py") if path.parent.name != "project"]  # there a rule builds on another
    lines = [line for path in rooms for line in path.read_text(encoding="utf-8").splitlines()]
    taken = [line for line in lines if line.startswith("from tests.") and (".test_" in line or ".conftest" in line)]

    assert taken == []
