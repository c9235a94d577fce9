"""`runbooks check` against a sandbox: what it says, what it exits with, and that it changes nothing."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.checkup import machine, run
from tasks.cli.check import check_all
from tasks.config.settings import settings
from tasks.context import cloud_at, ledger
from tasks.decide.checkup.wording import ok
from tasks.decide.sentences import both
from tasks.model.finding import Finding
from tasks.sandbox.server import Sandbox
from tests.calls import READS
from tests.checkup.who_calls import be
from tests.incidents import opened
from tests.typed import Typed

OF_THE_ACCOUNT = ("clock", "credential", "permissions")


def grades(typed: Typed, *words: str) -> tuple[int, dict[str, list[str]]]:
    """The exit status, and what each check came to."""
    status, out, _ = typed("check", "--json", *words)
    found: dict[str, list[str]] = {}
    for one in json.loads(out)["findings"]:
        found.setdefault(one["check"], []).append(one["finding"]["grade"])
    return status, found


def tree(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file and folder, with its mode and content."""
    paths = (folder, *folder.rglob("*"))
    return {str(each): (each.stat().st_mode, _content(each)) for each in paths}


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def test_all_is_well_where_the_runner_has_what_the_policy_prints(sandbox: Sandbox, typed: Typed) -> None:
    status, found = grades(typed)

    assert (status, {name: sorted(set(each)) for name, each in found.items()}) == (
        0,
        {
            **{name: ["ok"] for name in (*OF_THE_ACCOUNT, "people", "intake", "disk", "databases", "engine")},
            "modes": ["note", "ok"],
        },
    )


@pytest.mark.usefixtures("sandbox")
def test_it_says_a_line_a_finding_in_either_language(typed: Typed) -> None:
    _, english, _ = typed("check")
    _, chinese, _ = typed("check", "--lang", "zh")

    assert "ok       permissions: all 41 permissions that it needs are there." in english.splitlines()
    assert "正常  权限：所需的 41 项权限都有。" in chinese.splitlines()
    assert len(english.splitlines()) == len(chinese.splitlines())


def test_nothing_is_changed_neither_there_nor_here(sandbox: Sandbox, typed: Typed, in_english: Path) -> None:
    ledger().close()  # made by this
    before, calls = tree(in_english), len(sandbox.calls())
    status, found = grades(typed)

    assert (status, found["databases"]) == (0, ["ok"])
    assert tree(in_english) == before
    assert {call.action for call in sandbox.calls()[calls:] if not call.action.startswith(READS)} == set()


def test_a_home_that_is_not_there_is_not_made(
    sandbox: Sandbox, typed: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNBOOKS_HOME", str(tmp_path / "later"))
    settings.cache_clear()
    status, _ = grades(typed)

    assert (status, (tmp_path / "later").exists()) == (0, False)


@pytest.mark.parametrize(
    ("who", "mode", "status", "credential", "permissions"),
    [
        ("", "approve", 0, ["ok"], ["ok", "ok"]),
        ("", "observe", 1, ["ok"], ["ok", "danger"]),
        ("alice", "approve", 1, ["danger", "note"], ["ok", "danger"]),
        ("ci-deployer", "approve", 0, ["ok", "unknown"], ["unknown"]),
    ],
    ids=["runner", "runner that observes", "administrator", "nobody"],
)
def test_whose_key_it_is_and_what_it_may(
    sandbox: Sandbox,
    typed: Typed,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    mode: str,
    status: int,
    credential: list[str],
    permissions: list[str],
) -> None:
    be(monkeypatch, sandbox, who)
    ended, found = grades(typed, "--mode", mode)

    assert (found["credential"], found["permissions"], ended) == (credential, permissions, status)


@pytest.mark.parametrize(
    "action", ["cam:ListAttachedUserAllPolicies", "cam:GetPolicy", "cam:GetUserPermissionBoundary"]
)
@pytest.mark.parametrize("fault", ["deny", "break_off"])
def test_what_cannot_be_read_is_unknown_and_named(sandbox: Sandbox, typed: Typed, action: str, fault: str) -> None:
    sandbox.faults.set(**{fault: [action]})
    status, out, _ = typed("check")
    lines = [line for line in out.splitlines() if line.startswith("unknown")]

    assert status == 0
    assert len(lines) == 1
    assert action in lines[0]
    assert (f"grant {action}" in lines[0]) == (fault == "deny")


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("principal", "grade"), [("runbook-runner", "danger"), ("100000000099", "danger"), ("alice", "ok")]
)
def test_the_key_of_somebody_under_suspicion_is_a_danger(typed: Typed, principal: str, grade: str) -> None:
    opened(ledger(), datetime(2026, 11, 23, 2, 10, tzinfo=UTC), alert={"principal": principal})

    assert grades(typed)[1]["credential"] == [grade]


def test_a_key_that_is_refused_is_a_danger_and_a_silent_cloud_is_unknown(
    sandbox: Sandbox, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.faults.set(break_off=["sts:GetCallerIdentity"])
    silent = grades(typed)[1]
    sandbox.faults.clear()
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "exampleWrong")
    cloud_at.cache_clear()
    status, refused = grades(typed)

    assert [silent[name] for name in OF_THE_ACCOUNT] == [["ok"], ["unknown"], ["unknown"]]
    assert [refused[name] for name in OF_THE_ACCOUNT] == [["ok"], ["danger"], ["unknown"]]
    assert status == 1


def test_a_cloud_that_is_away_leaves_the_machine_to_be_looked_at(
    sandbox: Sandbox, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOKS_CLOUD_ENDPOINT", "http://127.0.0.1:9")
    settings.cache_clear()
    _, found = grades(typed)

    assert [found[name] for name in OF_THE_ACCOUNT] == [["unknown"]] * 3
    assert found["disk"] == ["ok"]


@pytest.mark.usefixtures("sandbox")
def test_files_that_others_can_read_or_write_are_named_with_the_mend(typed: Typed, in_english: Path) -> None:
    secret = in_english / ".env"
    secret.write_text("", encoding="utf-8")
    secret.chmod(0o644)
    (in_english / "policy.yaml").chmod(0o666)
    status, out, _ = typed("check")

    assert status == 1
    assert f"→ chmod go-rwx {secret}" in out
    assert f"→ chmod go-w {in_english / 'policy.yaml'}" in out


@pytest.mark.usefixtures("sandbox")
def test_a_wrong_policy_or_intake_file_and_a_broken_ledger_are_dangers(
    typed: Typed, in_english: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (in_english / "policy.yaml").write_text("approvals_needed: 2\n", encoding="utf-8")
    (in_english / "intake.yaml").write_text("sources: [{name: phone, secret_env: PHONE}]\n", encoding="utf-8")
    (in_english / "ledger.db").write_bytes(b"no database at all, and long enough to be looked into" * 20)
    (in_english / "ledger.db").chmod(0o600)
    monkeypatch.setenv("RUNBOOKS_INTAKE", str(in_english / "intake.yaml"))
    monkeypatch.setenv("PHONE", "secret")
    settings.cache_clear()
    status, found = grades(typed)
    (in_english / "ledger.db").unlink()

    assert (status, found["people"], found["intake"], found["databases"]) == (1, ["danger"], ["danger"], ["danger"])


@pytest.mark.usefixtures("sandbox")
def test_an_engine_that_does_not_answer_is_a_danger_whose_password_is_not_shown(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://me:hidden-word@127.0.0.1:9/api")
    status, out, _ = typed("check")

    assert (status, "hidden-word" in out) == (1, False)
    assert "DANGER   engine: Prefect's API http://127.0.0.1:9/api does not answer." in out


def test_one_check_that_breaks_never_ends_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks() -> Iterator[Finding]:
        yield ok("先", "first")
        raise RuntimeError("a secret")

    every = (run.Check("odd", both("怪", "odd"), breaks), run.Check("disk", both("磁盘", "disk"), machine.disk))
    monkeypatch.setattr("tasks.cli.check.checks", lambda _: every)
    status = check_all(None, as_json=True, lang=None)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)

    assert [(one["check"], one["finding"]["grade"]) for one in found["findings"]] == [
        ("odd", "ok"),
        ("odd", "unknown"),
        ("disk", "ok"),
    ]
    assert (status, "a secret" in str(found)) == (0, False)
