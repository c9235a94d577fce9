"""What only one runbook knows stands in its folder: no shared room holds a name of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.decide.impact import RESOURCES_AFFECTED
from tasks.model.answer import CONFIRM
from tasks.runbooks.registry import runbook_names, runbook_of

ROOT = Path(__file__).parents[2]
EVERYBODYS = {RESOURCES_AFFECTED, CONFIRM}
"""Questions that shared rooms ask and answer themselves."""
NAME_ONE = (
    "tasks/bench/",  # a measurement is of one runbook
    "tasks/sandbox/",  # knows nothing of ours, and may call its own things so
    "tasks/ledger/migrations/",  # of the time when there was one
)
SOURCES = [*ROOT.glob("flows/**/*.py"), *ROOT.glob("tasks/**/*.py"), *ROOT.glob("templates/**/*.j2")]


def is_shared(path: Path) -> bool:
    name = str(path.relative_to(ROOT))
    own = (*NAME_ONE, *(f"tasks/runbooks/{one}/" for one in runbook_names()))
    return not name.startswith(own) and path.name.split(".")[0] not in runbook_names()


def strings(text: str) -> Iterator[tuple[int, str]]:
    """Every string of a module with its line; what an f-string fills in is none."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def words(path: Path) -> Iterator[tuple[int, str]]:
    """What a file says, line by line: a module in its strings, a template everywhere."""
    text = path.read_text(encoding="utf-8")
    return strings(text) if path.suffix == ".py" else iter(enumerate(text.splitlines(), start=1))


def naming(names: set[str]) -> re.Pattern[str]:
    """What names one of these; one that is an ordinary word does so only where it is a whole string."""
    parts = (rf"\b{re.escape(name)}\b" if re.search("[_-]", name) else rf"\A{name}\Z|\"{name}\"" for name in names)
    return re.compile("|".join(sorted(parts)))


@pytest.mark.parametrize("name", runbook_names())
def test_no_shared_room_names_a_runbook_or_one_of_its_questions(name: str) -> None:
    own = {name, name.replace("_", "-"), *runbook_of(name).text.questions} - EVERYBODYS
    named = naming(own)
    found = [
        f"{path.relative_to(ROOT)}:{line}: {match[0]}"
        for path in filter(is_shared, SOURCES)
        for line, text in words(path)
        if (match := named.search(text))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("of own_login alone", True),
        ("own_logins", False),
        ("moved", True),
        ("it moved away", False),
        ('{% if answers["moved"] %}', True),
    ],
)
def test_an_ordinary_word_names_nothing_in_a_sentence(text: str, names: bool) -> None:  # noqa: FBT001 - a column
    assert bool(naming({"own_login", "moved"}).search(text)) is names


def test_a_runbook_goes_before_others_that_there_are_and_none_of_them_before_it() -> None:
    before = {name: runbook_of(name).intake.goes_before for name in runbook_names()}
    pairs = {(name, other) for name, others in before.items() for other in others}

    assert {other for _, other in pairs} <= {*runbook_names()}
    assert pairs & {(other, name) for name, other in pairs} == set()


def test_what_is_everybodys_is_asked_by_a_runbook() -> None:
    asked = {question for name in runbook_names() for question in runbook_of(name).text.questions}

    assert asked >= EVERYBODYS
