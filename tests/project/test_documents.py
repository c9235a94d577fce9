"""The documents are true: each path that they name is there, and the map is the one that imports obey."""

import re
from pathlib import Path

import pytest

from tests.project.test_architecture import APART, LINES

ROOT = Path(__file__).parents[2]
PATH = re.compile(r"(?<![\w./-])(?:flows|tasks|templates|tests)/[\w./<>-]*")
ROOM = re.compile(r"`(flows|tasks/\w+)(?:/|\.py)[^`]*`")


def named(text: str) -> list[str]:
    """The paths in a text; `<name>` stands for any name."""
    return sorted({re.sub(r"<\w+>", "*", found.rstrip(".")) for found in PATH.findall(text)})


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def missing(text: str) -> list[str]:
    return [path for path in named(text) if not any(ROOT.glob(path))]


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "README.md"])
def test_every_path_that_a_document_names_is_there(name: str) -> None:
    assert named(read(name))
    assert missing(read(name)) == []


def test_a_path_that_is_not_there_is_missed() -> None:
    text = "See `tasks/nowhere.py`, `tasks/model/<name>.py`, `flows/nobody/<name>.py` and `tests/conftest.py`."

    assert missing(text) == ["flows/nobody/*.py", "tasks/nowhere.py"]


def test_the_map_has_every_room_on_its_line() -> None:
    rows = [line.split("|")[1] for line in read("CONTRIBUTING.md").splitlines() if line.startswith("| `")]
    rooms = [tuple(room.replace("/", ".") for room in ROOM.findall(row)) for row in rows]
    lines = [line for line in rooms if line]

    assert lines[: len(LINES)] == list(LINES)
    assert lines[len(LINES) :] == [(APART,)]
