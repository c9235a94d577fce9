"""The rooms of the house: which there are, and which way imports may point."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("flows/**/*.py"), *ROOT.glob("tasks/**/*.py")])

# From the top down: a room imports only rooms of lower lines, never its neighbour on the same line.
LINES = (
    ("flows",),
    ("tasks.commands",),
    ("tasks.bench", "tasks.chaos"),
    ("tasks.cli",),
    ("tasks.serving",),
    ("tasks.steps", "tasks.checkup"),
    ("tasks.checkin", "tasks.watch", "tasks.custody"),
    ("tasks.engine",),
    ("tasks.runbooks", "tasks.contain", "tasks.context"),
    ("tasks.reporting", "tasks.lookup", "tasks.ledger", "tasks.metrics"),
    ("tasks.decide", "tasks.ipinfo", "tasks.cloud", "tasks.intake", "tasks.config"),
    ("tasks.model", "tasks.gazetteer"),
    ("tasks.errors",),
)
APART = "tasks.sandbox"  # imports nothing of ours
STARTS_THE_SANDBOX = ("tasks.cli", "tasks.bench", "tasks.chaos")
ROOMS = {room: line for line, rooms in enumerate(LINES) for room in rooms}
LOOSE = {"tasks.context", "tasks.errors", "tasks.metrics"}
MOST_LOOSE = 3
MAY_NAME_A_RUNBOOK = ("tasks.bench",)


class Import(NamedTuple):
    """One import of one of our modules, and where it stands."""

    importer: str
    imported: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}: {self.importer} imports {self.imported}"


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in SOURCES}


def room_of(module: str) -> str | None:
    """The room that a module is in; None where it is in none that is named here."""
    known = (*ROOMS, APART)
    return next((room for room in known if module == room or module.startswith(f"{room}.")), None)


def runbook_of(module: str) -> str | None:
    """The runbook that a module belongs to: its folder, or its flow."""
    parts = module.split(".")
    if parts[:2] == ["tasks", "runbooks"] and len(parts) > 3:
        return parts[2]
    return parts[1] if parts[0] == "flows" and len(parts) > 1 else None


def imports(path: Path) -> Iterator[Import]:
    """Every import of ours, wherever in the file it stands; `from package import module` names the module."""
    importer = module_of(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else node.module for name in full]
        else:
            continue
        yield from (Import(importer, name, where) for name in names if name.split(".")[0] in ("flows", "tasks"))


def foreign(path: Path) -> set[str]:
    """The packages that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
    return found


ALL = tuple(found for path in SOURCES for found in imports(path))


def rule_broken(found: Import) -> str:
    """Which rule an import breaks; empty where it breaks none."""
    importer, imported = room_of(found.importer), room_of(found.imported)
    if importer is None or imported is None:
        return ""  # the test of the rooms speaks of those
    if importer == imported:
        return ""
    if importer == APART:
        return "the sandbox imports nothing of ours"
    if imported == APART:
        return "" if importer in STARTS_THE_SANDBOX else "only cli, bench and chaos start the sandbox"
    if ROOMS[importer] == ROOMS[imported]:
        return "a room does not import its neighbour on the same line"
    return "" if ROOMS[importer] < ROOMS[imported] else "imports point down"


def runbook_named(found: Import) -> str:
    """The runbook that an import reaches into without being part of it; empty where it does not."""
    owner, mine = runbook_of(found.imported), runbook_of(found.importer)
    if owner is None or not found.imported.startswith("tasks.runbooks.") or mine == owner:
        return ""
    return "" if room_of(found.importer) in MAY_NAME_A_RUNBOOK else owner


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_is_in_a_room(module: str) -> None:
    assert room_of(module) is not None or module == "tasks", f"{module} is in no room of LINES"


def test_at_most_three_modules_stand_outside_the_rooms() -> None:
    loose = {f"tasks.{path.stem}" for path in ROOT.glob("tasks/*.py") if path.stem != "__init__"}

    assert loose == LOOSE
    assert len(loose) <= MOST_LOOSE


def test_imports_point_down() -> None:
    broken = [f"{found}: {rule}" for found in ALL if (rule := rule_broken(found))]

    assert broken == []


def test_only_its_own_flow_and_the_benches_reach_into_a_runbook() -> None:
    broken = [f"{found}: {name} is reached through the registry" for found in ALL if (name := runbook_named(found))]

    assert broken == []


@pytest.mark.parametrize(
    ("importer", "imported", "rule"),
    [
        ("tasks.decide.plan", "tasks.ledger.rows", "imports point down"),
        ("tasks.lookup.login", "tasks.ledger.rows", "a room does not import its neighbour on the same line"),
        ("tasks.errors", "tasks.model.base", "imports point down"),
        ("tasks.sandbox.app", "tasks.errors", "the sandbox imports nothing of ours"),
        ("tasks.steps.ask", "tasks.sandbox.server", "only cli, bench and chaos start the sandbox"),
        ("tasks.cli.drill", "tasks.sandbox.server", ""),
        ("tasks.cli.drill", "tasks.errors", ""),
        ("tasks.decide.hunt.trail", "tasks.decide.sentences", ""),
    ],
)
def test_the_rules_themselves(importer: str, imported: str, rule: str) -> None:
    assert rule_broken(Import(importer, imported, "here")) == rule


@pytest.mark.parametrize(
    ("importer", "named"),
    [
        ("tasks.steps.ask", "unusual_login"),
        ("flows.watch_logins", "unusual_login"),
        ("tasks.bench.facts", ""),
        ("flows.unusual_login", ""),
        ("tasks.runbooks.unusual_login.decide", ""),
    ],
)
def test_who_may_reach_into_a_runbook(importer: str, named: str) -> None:
    assert runbook_named(Import(importer, "tasks.runbooks.unusual_login.questions", "here")) == named


def test_only_the_cloud_layer_imports_the_sdk() -> None:
    importers = {room_of(module_of(path)) for path in SOURCES if "tencentcloud" in foreign(path)}

    assert importers == {"tasks.cloud"}


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name == "__init__.py"], ids=module_of)
def test_a_package_file_holds_only_its_docstring(path: Path) -> None:
    body = ast.parse(path.read_text(encoding="utf-8")).body

    assert [type(node) for node in body] == [ast.Expr]
