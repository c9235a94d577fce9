"""What is wrong in a call is said in one sentence, with status 2, before anything is begun."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.__main__ import main
from tasks.config.settings import settings
from tasks.context import ledger
from tests.runbooks.bad_days.shell import ROOT

Call = Callable[..., tuple[int, str, str]]

GOOD = '{"ip": "203.0.113.7", "login_time": "2026-11-23T02:10:00+08:00", "account": "100000000001"}'


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call `runbooks` here, in a folder of its own, with a good alert and a key that fits no cloud."""
    (tmp_path / "good.json").write_text(GOOD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "HOME": str(tmp_path),
        "PREFECT_API_URL": "",
        "RUNBOOKS_HOME": str(tmp_path / "home"),
        "RUNBOOKS_CLOUD_ENDPOINT": "http://127.0.0.1:9",
        "TENCENTCLOUD_SECRET_ID": "AKIDexample",
        "TENCENTCLOUD_SECRET_KEY": "example",
        # The SDK's chain would ask a metadata server; nothing may leave this machine.
        "http_proxy": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*words: str, **env: str) -> tuple[int, str, str]:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        ledger.cache_clear()
        monkeypatch.setattr(sys, "argv", ["runbooks", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        settings.cache_clear()
        ledger.cache_clear()
        assert isinstance(ended.value.code, int)
        return ended.value.code, *capsys.readouterr()

    return run


def is_one_sentence(err: str) -> bool:
    return err.startswith("runbooks: ") and err.count("\n") == 1 and err.endswith("\n") and "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "alert: is empty"),
        ("   \n", "alert: is empty"),
        ("[1, 2]", "alert: is JSON but no object"),
        ("[" * 60_000, "alert: "),
        ("x" * 70_000, "alert: is larger than 64 KiB"),
        ("您好，请查收。", "names neither an address (ip), a time (login_time) nor a user (principal)"),
        ('{"ip": "203.0.113.999", "login_time": "2026-11-23T02:10:00+08:00"}', "alert field 'ip'"),
        ('{"ip": "203.0.113.7", "login_time": "yesterday"}', "alert field 'login_time'"),
        ('{"ip": "203.0.113.7", "login_time": "2026-11-23T02:10:00"}', "RFC 3339 time with its zone"),
        ('{"ip": "203.0.113.7", "account": "me"}', "alert field 'account'"),
        ('{"ip": "203.0.113.7", "adress": "x"}', "runbooks schema alert"),
        ('{"ip": {"a": 1}}', "alert field 'ip'"),
    ],
    ids=lambda value: value[:24].strip() or "blank",
)
def test_an_alert_that_is_none(call: Call, tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")

    status, out, err = call("respond", "bad.json")

    assert (status, out, is_one_sentence(err)) == (2, "", True), err
    assert named in err
    assert len(err) < 500
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("words", "env", "named"),
    [
        ("respond absent.json", {}, "ALERT: absent.json can't be read"),
        ("respond .", {}, "ALERT: . can't be read"),
        ("respond", {}, "Missing argument 'alert'"),
        ("respond good.json --mode rubbish", {}, "'--mode': 'rubbish'"),
        ("respond good.json --lang fr", {}, "'--lang': 'fr'"),
        ("respond good.json --timeout 0", {}, "'--timeout'"),
        ("respond good.json --timeout soon", {}, "'--timeout'"),
        ("respond good.json --tiemout 1", {}, "--tiemout"),
        ("respnd good.json", {}, "'respnd'"),
        ("respond good.json --answers absent.yaml", {}, "--answers: absent.yaml can't be read"),
        ("respond good.json --answers .", {}, "--answers: . can't be read"),
        ("respond good.json --answers torn.yaml", {}, "--answers: torn.yaml line 2 is not YAML"),
        ("respond good.json --answers odd.yaml", {}, "--answers answers.own_login: odd.yaml line 2"),
        ("respond good.json --record absent/record.json", {}, "--record: absent/record.json can't be written"),
        ("respond good.json --record .", {}, "--record: . can't be written"),
        ("answer x --record absent/record.json", {}, "--record: absent/record.json can't be written"),
        ("drill --record absent/record.json", {}, "--record: absent/record.json can't be written"),
        ("respond good.json", {"RUNBOOKS_SITE": "mars"}, "RUNBOOKS_SITE"),
        ("respond good.json", {"RUNBOOKS_LANG": "fr"}, "RUNBOOKS_LANG"),
        ("respond good.json", {"RUNBOOKS_CLOUD_ENDPOINT": "here"}, "RUNBOOKS_CLOUD_ENDPOINT"),
        ("respond good.json", {"RUNBOOKS_CLOUD_ENDPOINT": "http://127.0.0.1:9/x"}, "RUNBOOKS_CLOUD_ENDPOINT"),
        ("respond good.json", {"RUNBOOKS_POLICY": "absent.yaml"}, "RUNBOOKS_POLICY: absent.yaml can't be read"),
        ("respond good.json", {"RUNBOOKS_POLICY": "torn.yaml"}, "torn.yaml line 2"),
        (
            "respond good.json",
            {"RUNBOOKS_POLICY": "policy.yaml"},
            "RUNBOOKS_POLICY approvals_needed: policy.yaml line 2",
        ),
        ("respond good.json", {"TENCENTCLOUD_SECRET_KEY": ""}, "TENCENTCLOUD_SECRET_KEY"),
        (
            "respond good.json",
            {"TENCENTCLOUD_SECRET_ID": "", "TENCENTCLOUD_SECRET_KEY": ""},
            "TENCENTCLOUD_SECRET_ID: no credential found",
        ),
        ("respond good.json", {"RUNBOOKS_HOME": "good.json"}, "RUNBOOKS_HOME"),
        ("answer nonsense", {"RUNBOOKS_HOME": "good.json"}, "RUNBOOKS_HOME"),
        ("drill", {"RUNBOOKS_HOME": "good.json"}, "RUNBOOKS_HOME"),
        ("answer nonsense", {}, "RUN: 'nonsense' is no run or incident"),
        ("drill nonsense", {}, "SCENARIO: 'nonsense' is none"),
        ("sandbox nonsense", {}, "SCENARIO: 'nonsense' is none"),
        ("schema nonsense", {}, "SHAPE: 'nonsense' is none"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value.values()) or "-",
)
def test_a_call_that_can_not_be_meant(call: Call, tmp_path: Path, words: str, env: dict[str, str], named: str) -> None:
    (tmp_path / "torn.yaml").write_text("answers:\n  own_login: ]\n", encoding="utf-8")
    (tmp_path / "odd.yaml").write_text("answers:\n  own_login: perhaps\n", encoding="utf-8")
    (tmp_path / "policy.yaml").write_text("mode: approve\napprovals_needed: 7\n", encoding="utf-8")

    status, out, err = call(*words.split(), **env)

    assert (status, out, is_one_sentence(err)) == (2, "", True), err
    assert named in err
    assert not (tmp_path / "home" / "prefect").exists()


def test_a_prefect_server_that_is_not_there_is_named(call: Call) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and never listening
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/api"

        status, out, err = call("respond", "good.json", PREFECT_API_URL=url)

    assert (status, out, is_one_sentence(err)) == (2, "", True), err
    assert f"PREFECT_API_URL: {url}" in err


def test_a_good_call_is_no_bad_input(call: Call) -> None:
    status, out, err = call("schema", "alert")

    assert (status, err) == (0, "")
    assert '"login_time"' in out


def test_a_command_that_needs_another_one_gives_its_help(call: Call) -> None:
    status, out, err = call("bench")

    assert (status, out) == (2, "")
    assert "facts" in err


def test_a_bare_call_gives_the_help(call: Call) -> None:
    status, out, err = call()

    assert (status, err) == (0, "")
    assert "respond" in out


def test_the_process_says_the_same(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows", "respond", "absent.json"]
    env = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}

    ended = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout, is_one_sentence(ended.stderr)) == (2, "", True), ended.stderr
