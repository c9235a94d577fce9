"""The permissions that the program asks for are those of the calls that it can make, neither fewer nor more."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.cloud.api import READ_VERBS, Site
from tasks.cloud.permissions import (
    ALWAYS_ALLOWED,
    CONTAINMENT,
    ONLY_CHINESE,
    ONLY_MAIN_ACCOUNT,
    READS,
    Need,
    actions_of,
    policy_document,
    policy_text,
)
from tasks.model.policy import Mode
from tasks.sandbox.registry import actions as sandbox_actions
from tests.typed import Typed

ROOT = Path(__file__).parents[2]
DOCUMENT_MAX = 6144  # characters of a PolicyDocument; tccli 3.1.189.1, CreatePolicy
WRITE_VERBS = (
    "Add",
    "Assume",
    "Attach",
    "Create",
    "Delete",
    "Detach",
    "Modify",
    "Put",
    "Remove",
    "Run",
    "Set",
    "Update",
)
NAME = re.compile(rf"(?:{'|'.join((*READ_VERBS, 'LookUp', *WRITE_VERBS))})[A-Z][A-Za-z]+")
FIELDS = {
    *("AttachRoleId", "AttachType", "AttachUin", "CreateTime", "DetachRoleId", "DetachUin"),
    "ListOver",
}
"""Names in the code that look like an action's and are a parameter's, or an answer's field."""

NOT_IN_THE_SANDBOX = {"sts:QueryApiKey", "cam:GetRolePermissionBoundary"}
"""Actions whose product the vendor's own examples show: tests/cloud/test_vendor_examples.py."""


def every(needs: tuple[Need, ...]) -> list[str]:
    return [action for need in needs for action in need.actions]


def literals(path: Path) -> Iterator[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def named_in_code() -> set[str]:
    """Every action's name in the room of the cloud; a name that is put together there would hide from this."""
    modules = (path for path in (ROOT / "tasks/cloud").glob("*.py"))
    return {text for path in modules for text in literals(path) if NAME.fullmatch(text)} - FIELDS


def test_each_action_in_the_code_has_its_permission_and_no_other_has_one() -> None:
    listed = {*every(READS), *every(CONTAINMENT), *ONLY_MAIN_ACCOUNT}

    assert {action.partition(":")[2] for action in listed} == named_in_code()


def test_only_the_room_of_the_cloud_calls_it() -> None:
    makers = {
        path.relative_to(ROOT).parts[1]
        for path in (*ROOT.glob("tasks/**/*.py"), *ROOT.glob("flows/**/*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "tasks.cloud.products"
    }

    assert makers == {"cloud", "bench"}, "the bench measures the floor under a call, in a sandbox"


def test_no_action_stands_there_twice() -> None:
    listed = every((*READS, *CONTAINMENT))

    assert len(listed) == len(set(listed))
    assert set(listed) >= ALWAYS_ALLOWED | ONLY_CHINESE
    assert not ONLY_MAIN_ACCOUNT & set(listed)


def test_each_is_an_action_of_its_product_that_the_sandbox_knows() -> None:
    known = {f"{service}:{name}" for service, name in sandbox_actions()}

    assert set(every((*READS, *CONTAINMENT))) - known == NOT_IN_THE_SANDBOX


def test_observing_needs_nothing_that_changes_anything() -> None:
    changing = [action for action in every(READS) if not action.partition(":")[2].startswith(READ_VERBS)]

    assert changing == []
    assert set(actions_of("observe", "cn")) == set(every(READS))


@pytest.mark.parametrize("mode", ["approve", "auto"])
def test_containing_needs_the_writes_besides(mode: Mode) -> None:
    assert set(actions_of(mode, "cn")) == {*every(READS), *every(CONTAINMENT)}


@pytest.mark.parametrize("mode", ["observe", "approve", "auto"])
def test_the_international_site_is_not_asked_for_what_it_has_not(mode: Mode) -> None:
    assert set(actions_of(mode, "intl")) == set(actions_of(mode, "cn")) - ONLY_CHINESE


@pytest.mark.parametrize("site", ["cn", "intl"])
def test_the_policy_names_each_action_and_fits_into_one(site: Site) -> None:
    document = json.loads(policy_text("auto", site))

    assert document["version"] == "2.0"
    assert [one["effect"] for one in document["statement"]] == ["allow"]
    assert document["statement"][0]["action"] == list(actions_of("auto", site))
    assert not any("*" in action for action in document["statement"][0]["action"])
    assert len(policy_text("auto", site)) <= DOCUMENT_MAX


def test_the_runner_of_the_sandbox_has_this_policy_and_no_other() -> None:
    company: dict[str, Any] = yaml.safe_load((ROOT / "tasks/sandbox/company.yaml").read_text(encoding="utf-8"))

    assert company["people"]["runbook-runner"]["policies"] == ["RunbookRunner"]
    assert company["policies"]["RunbookRunner"]["document"] == policy_document("auto", "cn")


def test_the_readme_names_the_same() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("### Permissions")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("|")]
    said = {what.strip(): re.findall(r"`(\w+:\w+)`", actions) for what, actions in rows if re.search(r"`\w+:", actions)}

    assert said == {need.what_for.en: list(need.actions) for need in (*READS, *CONTAINMENT)}


@pytest.mark.usefixtures("in_english")
def test_the_command_prints_what_the_mode_needs(typed: Typed, in_english: Path) -> None:
    (in_english / "policy.yaml").write_text("mode: approve\n", encoding="utf-8")
    by_file, observing = typed("policy"), typed("policy", "--mode", "observe")

    assert by_file == (0, policy_text("approve", "cn") + "\n", "")
    assert observing == (0, policy_text("observe", "cn") + "\n", "")
