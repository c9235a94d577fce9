"""The vendor's own command line as a second client: it must be able to do everything that the sandbox has."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tasks.sandbox.registry import actions

OPERATIONS = sorted(action.operation for action in actions().values())


@pytest.fixture(scope="module")
def outcomes(shared: Any, cases: Any, resolve: Any, tccli: Any, tmp_path_factory: Any) -> dict[str, Any]:
    """What tccli says to each case."""
    folder = tmp_path_factory.mktemp("input")
    commands = []
    for number, (operation, case) in enumerate(cases.items()):
        service, _, action = operation.partition(":")
        path = folder / f"{number}.json"
        path.write_text(json.dumps(resolve(shared, case)))
        commands.append([service, action, "--region", "ap-guangzhou", "--cli-input-json", f"file://{path}"])
    return dict(zip(cases, tccli(shared, commands), strict=True))


def test_every_action_has_a_case_and_every_case_an_action(cases: Any) -> None:
    assert sorted(cases) == OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS)
def test_tccli_gets_an_answer_from_every_action(outcomes: Any, operation: str) -> None:
    status, out, err = outcomes[operation]

    assert (status, err) == (0, "")
    assert json.loads(out)["RequestId"]


def test_tccli_shows_the_fields_that_an_answer_has(outcomes: Any) -> None:
    answer = json.loads(outcomes["cam:GetUser"][1])

    assert (answer["Uin"], answer["Name"], answer["RecentlyLoginIP"]) == (100000000011, "alice", "203.0.113.7")


def test_tccli_reports_an_error_of_the_sandbox_with_its_code_and_fails(shared: Any, tccli: Any) -> None:
    ((status, _, err),) = tccli(shared, [["cam", "GetUser", "--Name", "nobody"]])

    assert status == 255
    assert "ResourceNotFound.UserNotExist" in err


def test_the_installed_tccli_program_works_as_a_person_would_use_it(shared: Any, tmp_path: Path) -> None:
    beside = Path(sys.executable).with_name("tccli")
    program = str(beside) if beside.exists() else shutil.which("tccli")
    assert program
    hidden = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}

    done = subprocess.run(
        [program, "sts", "GetCallerIdentity", "--region", "ap-guangzhou", "--endpoint", shared.url],
        env=hidden | {"HOME": str(tmp_path)} | shared.credentials(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["UserId"] == "100000000099"
