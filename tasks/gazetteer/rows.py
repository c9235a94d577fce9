"""The data files of this room, each with its sources in its head."""

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file, by the names of its columns."""
    text = files("tasks.gazetteer").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def spellings(*cells: str) -> tuple[str, ...]:
    """The names in cells, of which each may hold several between bars."""
    return tuple(name for cell in cells for name in cell.split("|") if name)
