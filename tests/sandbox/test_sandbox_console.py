"""The web console's stand-in: what a person does there, and that nobody else can."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tasks.sandbox.acts import STEPS
from tasks.sandbox.pages import LABELS
from tasks.sandbox.server import Sandbox
from tests.people import ROOT


@pytest.fixture
def stolen() -> Iterator[Sandbox]:
    """A stolen main account."""
    with Sandbox.start("stolen-main-account") as sandbox:
        yield sandbox


@pytest.fixture
def browser(stolen: Sandbox) -> Iterator[httpx.Client]:
    """A browser that looks at the console."""
    with httpx.Client(base_url=stolen.url, trust_env=False) as client:
        yield client


def token(browser: httpx.Client) -> str:
    """Read the page's form token."""
    found = re.search(r'name="token" value="([^"]+)"', browser.get("/console").text)
    assert found
    return found[1]


def names_since(sandbox: Sandbox, count: int) -> list[tuple[str, str, str]]:
    """Name the events after the first so many."""
    return [(event.name, event.user, event.ip) for event in sandbox.world.log.events[count:]]


@pytest.mark.parametrize(
    ("step", "event"),
    [
        ("change_password", "ChangeMailPassword"),
        ("enable_offsite_protection", "SetOffsiteLoginFlag"),
        ("enable_login_protection", "SetSafeAuthFlag"),
        ("enable_operation_protection", "SetSafeAuthFlag"),
        ("log_out_sessions", "ConsoleLogin"),
        ("disable_access_key", "DisableApiKey"),
    ],
)
def test_a_step_is_seen_in_the_audit_log_as_the_owners_from_his_own_place(
    stolen: Sandbox, step: str, event: str
) -> None:
    before = len(stolen.world.log.events)

    stolen.console(step)

    assert names_since(stolen, before) == [(event, "root", "198.51.100.21")]


def test_protections_that_a_person_turned_on_are_read_back(ask: Any, stolen: Sandbox) -> None:
    off = ask(stolen, "csip:DescribeAccessKeyUserDetail", {"SubUin": ROOT.uin})["User"]
    for step in STEPS:
        stolen.console(step)

    on = ask(stolen, "csip:DescribeAccessKeyUserDetail", {"SubUin": ROOT.uin})["User"]
    flags = ask(stolen, "cam:DescribeSafeAuthFlagColl", {"SubUin": int(ROOT.uin)})

    assert (off["LoginFlag"], off["ActionFlag"]) == (0, 0)
    assert (on["LoginFlag"], on["ActionFlag"], flags["OffsiteFlag"]["VerifyFlag"]) == (1, 1, 1)


def test_the_attacker_goes_on_until_the_sessions_are_logged_out(ask: Any, stolen: Sandbox) -> None:
    engine, clock = stolen._engine, stolen._engine.clock
    engine.clock = lambda: clock() + 200
    ask(stolen, "sts:GetCallerIdentity", keys=tuple(stolen.credentials().values()))
    going = [event for event in stolen.world.log.events if event.ip == "203.0.113.7" and event.at > clock()]

    stolen.console("log_out_sessions")
    engine.clock = lambda: clock() + 290
    ask(stolen, "sts:GetCallerIdentity")
    after = [event for event in stolen.world.log.events if event.ip == "203.0.113.7" and event.at > clock() + 201]

    assert len(going) >= 2
    assert after == []


def test_the_main_accounts_key_is_cut_off_by_its_owner_only(ask: Any, stolen: Sandbox) -> None:
    keys = tuple(stolen.credentials("root").values())
    assert ask(stolen, "sts:GetCallerIdentity", keys=keys)["UserId"] == ROOT.uin

    stolen.console("disable_access_key")

    with pytest.raises(TencentCloudSDKException, match="SecretIdNotFound"):
        ask(stolen, "sts:GetCallerIdentity", keys=keys)


def test_a_collaborator_changes_his_own_password(stolen: Sandbox) -> None:
    before = len(stolen.world.log.events)

    stolen.console("change_password", "dave")

    assert names_since(stolen, before) == [("ChangeMailPassword", "dave", "198.51.100.90")]


@pytest.mark.parametrize(("step", "who"), [("fly", "root"), ("change_password", "nobody")])
def test_an_unknown_step_or_person_is_named(stolen: Sandbox, step: str, who: str) -> None:
    with pytest.raises(LookupError, match=f"no console step '{step}' for '{who}'"):
        stolen.console(step, who)


def test_the_page_has_a_button_for_each_step_in_both_languages_and_no_script(browser: httpx.Client) -> None:
    page = browser.get("/console")

    assert set(re.findall(r'action="/console/(\w+)"', page.text)) == set(STEPS) == set(LABELS)
    assert "修改登录密码 · Change the password" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_pressed_button_does_its_step_and_says_so(stolen: Sandbox, browser: httpx.Client) -> None:
    form = {"token": token(browser), "principal": "root"}

    answer = browser.post("/console/enable_offsite_protection", data=form, headers={"Origin": stolen.url})

    assert (answer.status_code, answer.headers["location"]) == (303, "/console?done=enable_offsite_protection")
    assert "✓ 开启异地登录保护" in browser.get(answer.headers["location"]).text
    assert stolen.world.cloud.offsite.verify


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, {"Origin": "own"}),
        ({"token": "guess"}, {"Origin": "own"}),
        ({"token": "own"}, {}),
        ({"token": "own"}, {"Origin": "https://example.com"}),
        ({"token": "own"}, {"Origin": "null"}),
        ({"token": "own"}, {"Origin": "http://["}),
        ({"token": "own"}, {"Origin": "http://example.com", "Host": "example.com"}),
        ({"token": "own", "principal": "x" * 5000}, {"Origin": "own"}),
    ],
    ids=str,
)
def test_nobody_but_the_page_itself_can_press_a_button(
    stolen: Sandbox, browser: httpx.Client, form: dict[str, str], headers: dict[str, str]
) -> None:
    form = {name: token(browser) if value == "own" else value for name, value in form.items()}
    headers = {name: stolen.url if value == "own" else value for name, value in headers.items()}

    answer = browser.post("/console/enable_offsite_protection", data=form, headers=headers)

    assert answer.status_code == 403
    assert not stolen.world.cloud.offsite.verify


def test_a_button_that_is_not_there_is_not_found(stolen: Sandbox, browser: httpx.Client) -> None:
    answer = browser.post("/console/fly", data={"token": token(browser)}, headers={"Referer": f"{stolen.url}/console"})

    assert answer.status_code == 404


def test_a_button_cannot_be_pressed_by_looking(browser: httpx.Client) -> None:
    assert browser.get("/console/change_password").status_code == 405


def test_health_names_the_scenario(browser: httpx.Client) -> None:
    assert browser.get("/health").json() == {
        "status": "ok",
        "scenario": "stolen-main-account",
        "account": ROOT.uin,
    }


def test_calls_are_remembered_with_who_what_and_how_it_ended(ask: Any, stolen: Sandbox) -> None:
    ask(stolen, "cam:GetUser", {"Name": "alice"})
    with pytest.raises(Exception, match="User does not exist"):
        ask(stolen, "cam:GetUser", {"Name": "nobody"})

    calls = [(one.service, one.action, one.parameters, one.principal, one.code) for one in stolen.calls()]

    assert calls[-2:] == [
        ("cam", "GetUser", {"Name": "alice"}, "runbook-runner", ""),
        ("cam", "GetUser", {"Name": "nobody"}, "runbook-runner", "ResourceNotFound.UserNotExist"),
    ]


def test_calls_that_were_turned_away_are_remembered_too(ask: Any, stolen: Sandbox) -> None:
    for options, faults in (({"keys": ("AKIDexampleNobody", "x")}, {}), ({}, {"cam:ListUsers": 1})):
        stolen.faults.set(server_error=faults)
        with pytest.raises(TencentCloudSDKException):
            ask(stolen, "cam:ListUsers", **options)

    calls = [(one.action, one.principal, one.code) for one in stolen.calls()]

    assert calls == [("ListUsers", "", "AuthFailure.SecretIdNotFound"), ("ListUsers", "", "server_error")]


def test_a_second_sandbox_cannot_take_the_port_of_the_first(stolen: Sandbox) -> None:
    port = int(stolen.url.rpartition(":")[2])

    with pytest.raises(OSError, match="in use"):
        Sandbox.start("known-egress", port=port)


def test_a_stopped_sandbox_leaves_no_thread_and_can_be_stopped_again() -> None:
    sandbox = Sandbox.start("known-egress")

    sandbox.stop()
    sandbox.stop()

    assert "sandbox" not in {thread.name for thread in threading.enumerate() if thread is sandbox._thread}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{sandbox.url}/health", trust_env=False)


SERVE = """
from tasks.sandbox.server import serve
serve("known-egress", port=0, state_file=None, latency_s=0.0, announce=lambda one: print(one.url, flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serving_goes_on_until_a_signal_and_ends_cleanly(ending: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answer = httpx.get(f"{url}/health", trust_env=False)
        process.send_signal(ending)
        rest = process.stdout.read()

    assert answer.json()["scenario"] == "known-egress"
    assert (process.returncode, rest) == (0, "ended\n")
