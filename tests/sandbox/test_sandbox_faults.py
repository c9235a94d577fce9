"""Bad days, each as the SDK sees it."""

import subprocess
import sys
import time
from typing import Any

import httpx
import pytest
from requests.exceptions import ChunkedEncodingError
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tasks.sandbox import faults
from tasks.sandbox.registry import lookup
from tasks.sandbox.server import Sandbox


@pytest.fixture
def long_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second in which calls are counted lasts as long as the test, however slow the machine is."""
    monkeypatch.setattr(faults, "RATE_WINDOW_S", float("inf"))


def refusal(ask: Any, sandbox: Sandbox, operation: str, params: Any = None, **options: Any) -> TencentCloudSDKException:
    """Give the error that the SDK raises."""
    with pytest.raises(TencentCloudSDKException) as caught:
        ask(sandbox, operation, params, **options)
    return caught.value


def test_a_slow_cloud_answers_late(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(latency_s=0.3)
    before = time.monotonic()

    ask(sandbox, "sts:GetCallerIdentity")

    assert time.monotonic() - before >= 0.3


def test_throttling_refuses_so_many_calls_and_then_answers(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(throttle={"cam:ListUsers": 2})

    codes = [refusal(ask, sandbox, "cam:ListUsers").get_code() for _ in range(2)]

    assert codes == ["RequestLimitExceeded"] * 2
    assert ask(sandbox, "cam:ListUsers")["Data"]
    assert [call.code for call in sandbox.calls()] == ["RequestLimitExceeded", "RequestLimitExceeded", ""]


@pytest.mark.usefixtures("long_second")
@pytest.mark.parametrize(
    ("operation", "params", "limit"),
    [("cam:GetAccountSummary", {}, 20), ("cam:AttachUserPolicy", {"PolicyId": 2, "AttachUin": 100000000011}, 10)],
)
def test_the_real_rate_holds_for_each_action(
    ask: Any, sandbox: Sandbox, operation: str, params: dict[str, int], limit: int
) -> None:
    service, _, name = operation.partition(":")
    for _ in range(limit):
        sandbox.faults.check_rate(lookup(service, name))

    code = refusal(ask, sandbox, operation, params).get_code()
    sandbox.faults.set(rate_limit=False)

    assert code == "RequestLimitExceeded"
    assert ask(sandbox, operation, params)["RequestId"]


@pytest.mark.usefixtures("long_second")
def test_another_rate_can_be_set(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(rate_per_s=1, latency_s=0)
    ask(sandbox, "cam:ListUsers")

    assert refusal(ask, sandbox, "cam:ListUsers").get_code() == "RequestLimitExceeded"


def test_a_denied_action_names_the_operation_to_grant(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(deny=["cam:ListUsers"])

    error = refusal(ask, sandbox, "cam:ListUsers")

    assert error.get_code() == "UnauthorizedOperation"
    assert "you are not authorized to perform operation (cam:ListUsers)" in error.get_message()


def test_a_hanging_cloud_keeps_the_caller_waiting_and_still_stops(ask: Any) -> None:
    sandbox = Sandbox.start("stolen-sub-account")
    sandbox.faults.set(hang={"*": -1})

    code = refusal(ask, sandbox, "cam:ListUsers", timeout_s=1).get_code()
    sandbox.stop()

    assert code == "ClientNetworkError"
    assert not sandbox._thread.is_alive()


def test_an_answer_that_breaks_off_escapes_the_sdk_as_an_error_of_its_http_client(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(break_off={"cam:*": 1})

    with pytest.raises(ChunkedEncodingError):
        ask(sandbox, "cam:ListUsers")

    assert ask(sandbox, "cam:ListUsers")["Data"]


def test_a_lost_answer_was_done_once(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(lost_answer={"CreateAccessKey": 1})
    params = {"TargetUin": 100000000013}

    code = refusal(ask, sandbox, "cam:CreateAccessKey", params).get_code()

    assert code == "ClientNetworkError"
    assert len(ask(sandbox, "cam:ListAccessKeys", params)["AccessKeys"]) == 1


def test_a_server_error_is_http_500_and_does_nothing(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(server_error={"CreateAccessKey": 1})
    params = {"TargetUin": 100000000013}

    assert refusal(ask, sandbox, "cam:CreateAccessKey", params).get_code() == "ServerNetworkError"
    assert ask(sandbox, "cam:ListAccessKeys", params)["AccessKeys"] == []


def test_a_charset_makes_the_sdk_take_an_error_for_an_answer(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(charset={"cam:GetUser": 1})

    answer = ask(sandbox, "cam:GetUser", {"Name": "nobody"})

    assert answer["Error"]["Code"] == "ResourceNotFound.UserNotExist"


def test_an_audit_log_without_an_end_gives_empty_pages_each_with_another_token(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(no_end={"cloudaudit:DescribeEvents": 2})
    span = {"StartTime": int(time.time()) - 3600, "EndTime": int(time.time())}

    first = ask(sandbox, "cloudaudit:DescribeEvents", span)
    second = ask(sandbox, "cloudaudit:DescribeEvents", span | {"NextToken": first["NextToken"]})

    assert (first["Events"], first["ListOver"]) == (second["Events"], second["ListOver"]) == ([], False)
    assert first["NextToken"] != second["NextToken"]
    assert ask(sandbox, "cloudaudit:DescribeEvents", span)["Events"]


def test_cleared_faults_are_gone(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(deny=["*"], server_error=["*"])
    sandbox.faults.clear()

    assert ask(sandbox, "cam:ListUsers")["Data"]


def test_faults_of_another_process_are_set_over_http(ask: Any, sandbox: Sandbox) -> None:
    changes = {"deny": ["cam:ListUsers"], "latency_s": 0.01}

    answer = httpx.post(f"{sandbox.url}/faults", json=changes, trust_env=False)

    assert (answer.status_code, answer.json()["deny"]) == (200, {"cam:ListUsers": -1})
    assert refusal(ask, sandbox, "cam:ListUsers").get_code() == "UnauthorizedOperation"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"colour": 1}}, 400),
        ({"json": {"latency_s": -1}}, 400),
        ({"json": []}, 400),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"{}", "headers": {"Content-Type": "text/plain"}}, 403),
        ({"json": {}, "headers": {"Origin": "https://example.com"}}, 403),
        ({"json": {}, "headers": {"Host": "example.com"}}, 403),
    ],
    ids=str,
)
def test_faults_that_make_no_sense_or_come_from_a_web_page_are_refused(shared: Sandbox, sent: Any, status: int) -> None:
    before = shared.faults.plan

    answer = httpx.post(f"{shared.url}/faults", trust_env=False, **sent)

    assert answer.status_code == status
    assert shared.faults.plan == before


def test_a_scenario_brings_its_own_faults(ask: Any) -> None:
    with Sandbox.start("cloud-is-throttling") as sandbox:
        code = refusal(ask, sandbox, "sts:GetCallerIdentity").get_code()

        assert code == "RequestLimitExceeded"
        assert ask(sandbox, "sts:GetCallerIdentity")["Type"] == "CAMUser"


def test_a_runner_that_lacks_a_permission_is_refused_by_its_policies(ask: Any) -> None:
    with Sandbox.start("runner-lacks-permission") as sandbox:
        error = refusal(ask, sandbox, "cam:ListAccessKeys", {"TargetUin": 100000000011})

    assert error.get_code() == "UnauthorizedOperation"
    assert "(cam:ListAccessKeys)" in error.get_message()


def test_importing_the_sandbox_starts_nothing() -> None:
    code = "import threading, tasks.sandbox.server, tasks.sandbox.scenarios; print(threading.active_count())"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "1"
