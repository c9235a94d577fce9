"""The shape of the project: one name everywhere, and what is delivered."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from tasks.commands.flow import WATCHERS
from tasks.runbooks.registry import runbook_names

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("flows/**/*.py"), *ROOT.glob("tasks/**/*.py")])

README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \|", flags=re.MULTILINE)
"""A row of one of the README's tables that begins with a name of ours."""

DEPLOYMENTS = {
    row["name"]: row for row in yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
}
KINDS = ("runbook", "watcher")
"""What a deployment is tagged as: a runbook answers an incident; a watcher only finds what has to be answered."""
# What asks people, or changes the cloud.
ACTS = (
    "tasks.steps.ask",
    "tasks.steps.approve",
    "tasks.steps.contain",
    "tasks.contain",
    "tasks.steps.forms",
    "tasks.cloud.writes",
)


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


def find(name: str) -> str:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return spec.origin


def flow_names() -> list[str]:
    return sorted(path.stem for path in ROOT.glob("flows/*.py") if not path.stem.startswith("__"))


def tagged(tag: str) -> list[str]:
    """Deployments with a tag."""
    return sorted(name for name, row in DEPLOYMENTS.items() if tag in row["tags"])


def named(pattern: str, ending: str) -> list[str]:
    """What the files of a pattern are called, without this ending, each once."""
    return sorted({path.name.removesuffix(ending) for path in ROOT.glob(pattern)})


def listed() -> list[str]:
    """The names in the README's first table, which is that of runbooks and watchers."""
    first, _, _ = README.partition("## ")
    return sorted(ROW.findall(first))


def reached(module: str, seen: set[str]) -> set[str]:
    """Our modules that a module imports, and those that they import."""
    path = ROOT / f"{module.replace('.', '/')}.py"
    if module in seen or not path.exists():
        return seen
    seen.add(module)
    for name in imports(path):
        reached(name, seen)
    return seen


def test_every_flow_is_a_runbook_or_a_watcher() -> None:
    kinds = {name: [tag for tag in row["tags"] if tag in KINDS] for name, row in DEPLOYMENTS.items()}

    assert sorted(kinds) == flow_names() == listed()
    assert [name for name, tags in kinds.items() if len(tags) != 1] == []


def test_a_runbook_has_a_folder_a_template_and_cases_of_its_name_and_each_of_these_a_runbook() -> None:
    folders = sorted(path.parent.name for path in ROOT.glob("tasks/runbooks/*/runbook.py"))
    templates = [name for name in named("templates/*.body.j2", ".body.j2") if name != "report"]
    tables = ROOT.glob("tests/runbooks/*/*_cases.yaml")
    cases = sorted(path.parent.name for path in tables if path.name == f"{path.parent.name}_cases.yaml")

    assert tagged("runbook") == folders == templates == cases == list(runbook_names())


def test_a_watcher_has_cases_of_its_name_and_is_served() -> None:
    assert tagged("watcher") == named("tests/watch/*_cases.yaml", "_cases.yaml") == list(WATCHERS)


@pytest.mark.parametrize("name", tagged("watcher"))
def test_a_watcher_asks_nobody_and_changes_nothing(name: str) -> None:
    found = reached(f"flows.{name}", set())

    assert "tasks.ledger.alerts" in found
    assert not any(module.startswith(ACTS) for module in found)


@pytest.mark.parametrize("name", flow_names())
def test_one_name_everywhere(name: str) -> None:
    tree = ast.parse((ROOT / "flows" / f"{name}.py").read_text(encoding="utf-8"))
    functions = [node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef)]

    assert DEPLOYMENTS[name]["entrypoint"] == f"flows/{name}.py:{name}"
    assert functions == [name]
    assert not any(isinstance(node, ast.ClassDef) for node in ast.walk(tree))
    assert len(list(ROOT.glob(f"tests/**/{name}_cases.yaml"))) == 1
    assert name.replace("_", "-") in CHANGELOG
    assert name not in sys.stdlib_module_names


def test_flows_and_tasks_belong_to_this_distribution_alone() -> None:
    owners = packages_distributions()
    others = {owner for name in ("flows", "tasks") for owner in owners.get(name, []) if owner != "tencent-runbooks"}

    assert others == set()
    assert {Path(find(name)).parent.parent for name in ("flows", "tasks")} == {ROOT}


def test_only_the_agreed_folders_stand_at_the_top() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    folders = {line.split("/")[0] for line in tracked if "/" in line}

    assert folders == {".ci", "flows", "tasks", "templates", "tests"}


def test_the_wheel_holds_what_a_run_needs(tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True)

    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()

    flows = {f"flows/{name}.py" for name in flow_names()}
    runbooks = {f"tasks/runbooks/{name}/runbook.py" for name in tagged("runbook")}

    assert flows | runbooks | {"tasks/prefect.yaml"} <= set(names)
    assert any(name.startswith("tasks/templates/") for name in names)
    assert any(name.startswith("tasks/sandbox/scenarios/") for name in names)
    assert any(name.startswith("tasks/ledger/migrations/") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_server_starts_with_the_installed_fastapi() -> None:
    code = "import prefect.server.api.server as s; s.create_app()"

    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]


def test_every_dependency_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    dependencies = tomllib.loads(text)["project"]["dependencies"]
    block = text[text.index("dependencies = [") : text.index("[project.optional-dependencies]")]

    assert (
        block.count("\n  # ") >= len(dependencies) - 4
    )  # the cloud's four packages and the server's two share a reason
