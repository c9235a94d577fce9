"""All tests play with one cast: that of the sandbox's company."""

import ast
from pathlib import Path

import pytest

from tasks.model.principal import Principal, PrincipalKind
from tasks.sandbox.server import Sandbox
from tests import people

TESTS = Path(__file__).parents[1]
KINDS = {"root": PrincipalKind.MAIN, "sub_user": PrincipalKind.SUB_USER, "collaborator": PrincipalKind.COLLABORATOR}


def named_principals(text: str) -> list[str]:
    """The constants of a module that are principals of its own."""
    made = [node for node in ast.parse(text).body if isinstance(node, ast.Assign | ast.AnnAssign) and node.value]
    return [ast.unparse(node).split(" = ")[0] for node in made if " = Principal(" in ast.unparse(node)]


def in_the_sandbox() -> set[Principal]:
    """Everybody of the drill whose kind the cast has."""
    with Sandbox.start("stolen-sub-account") as sandbox:
        cloud = sandbox.world.cloud
    users = {
        Principal(kind=KINDS[one.kind], uin=str(one.uin), name=one.name) for one in cloud.people if one.kind in KINDS
    }
    return users | {Principal(kind=PrincipalKind.ROLE, uin=one.id, name=one.name) for one in cloud.roles}


def test_the_cast_is_the_sandboxs() -> None:
    assert {*people.COMPANY, people.SVC_BACKUP} <= in_the_sandbox()


def test_only_the_cast_names_principals() -> None:
    named = {path for path in TESTS.rglob("*.py") if named_principals(path.read_text(encoding="utf-8"))}

    assert named == {TESTS / "people.py"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('EVE = Principal(kind=KIND, uin="1", name="eve")', ["EVE"]),
        ('EVE: Principal = Principal(kind=KIND, uin="1", name="eve")', ["EVE: Principal"]),
        ('EVE = ALICE.model_copy(update={"name": "eve"})', []),
        ('def test() -> None:\n    eve = Principal(kind=KIND, uin="1", name="eve")', []),
    ],
)
def test_a_principal_of_a_modules_own_is_seen(text: str, named: list[str]) -> None:
    assert named_principals(text) == named
