"""What the front door lets in: signatures, clocks, keys, tokens, names and types."""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tasks.sandbox.wire import Signed, sign

TEMPORARY = ("AKIDexampleTemporary0000000000001", "exampleSecretTemporary0000000001", "token-SECRET-deploy")
EXPIRED = ("AKIDexampleTemporary0000000000002", "exampleSecretTemporary0000000002", "token-SECRET-expired")


def refusal(do: Callable[[], Any]) -> str:
    """Give the code of the error that the SDK raises."""
    with pytest.raises(TencentCloudSDKException) as caught:
        do()
    code: str = caught.value.get_code()
    return code


def by_hand(
    sandbox: Any, *, skew_s: int = 0, headers: dict[str, str] | None = None, body: bytes = b"{}", spoil: bool = False
) -> httpx.Response:
    """Send a request that is signed without the SDK."""
    keys, stamp = sandbox.credentials(), int(sandbox._engine.clock()) + skew_s
    date = time.strftime("%Y-%m-%d", time.gmtime(stamp))
    parts = Signed(keys["TENCENTCLOUD_SECRET_ID"], date, "sts", ("content-type", "host"), "")
    host = sandbox.url.removeprefix("http://")
    digest = hashlib.sha256(body).hexdigest()
    canonical = f"POST\n/\n\ncontent-type:application/json\nhost:{host}\n\ncontent-type;host\n{digest}"
    signature = sign(keys["TENCENTCLOUD_SECRET_KEY"], parts, timestamp=str(stamp), canonical=canonical)
    signature = signature[::-1] if spoil else signature
    scope = f"{parts.key}/{date}/sts/tc3_request"
    sent = {
        "Content-Type": "application/json",
        "X-TC-Action": "GetCallerIdentity",
        "X-TC-Version": "2018-08-13",
        "X-TC-Timestamp": str(stamp),
        "Authorization": f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders=content-type;host, Signature={signature}",
    } | (headers or {})
    return httpx.post(sandbox.url, content=body, headers={k: v for k, v in sent.items() if v}, trust_env=False)


def code_of(response: httpx.Response) -> str:
    """Read the error code of an answer; empty for a success."""
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    error = response.json()["Response"].get("Error")
    return error["Code"] if error else ""


def test_the_sdk_signs_the_whole_url_as_the_host_and_is_believed(shared: Any, ask: Any) -> None:
    answer = ask(shared, "sts:GetCallerIdentity")

    assert (answer["AccountId"], answer["UserId"], answer["Type"]) == ("100000000001", "100000000099", "CAMUser")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"skew_s": -300}, ""),
        ({"skew_s": -301}, "AuthFailure.SignatureExpire"),
        ({"skew_s": 301}, "AuthFailure.SignatureExpire"),
        ({"spoil": True}, "AuthFailure.SignatureFailure"),
        ({"headers": {"Authorization": "Bearer example"}}, "AuthFailure.InvalidAuthorization"),
        ({"headers": {"Authorization": ""}}, "AuthFailure.InvalidAuthorization"),
        ({"headers": {"X-TC-Timestamp": ""}}, "MissingParameter"),
        ({"headers": {"X-TC-Timestamp": "soon"}}, "InvalidParameter"),
        ({"headers": {"X-TC-Action": ""}}, "MissingParameter"),
        ({"headers": {"X-TC-Version": ""}}, "MissingParameter"),
        ({"headers": {"X-TC-Version": "2000-01-01"}}, "NoSuchVersion"),
        ({"headers": {"X-TC-Region": "ap-atlantis"}}, "UnsupportedRegion"),
        ({"headers": {"X-TC-Action": "ListUsers"}}, "InvalidAction"),
        ({"body": b"{"}, "InvalidParameter"),
        ({"body": b"[]"}, "InvalidParameter"),
        ({"body": b'{"Name": 1}'}, "UnknownParameter"),
        ({"body": b""}, ""),
    ],
    ids=str,
)
def test_the_front_door_answers_each_request_with_the_real_code(
    shared: Any, change: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = float(int(time.time()))
    monkeypatch.setattr(shared._engine, "clock", lambda: now)

    assert code_of(by_hand(shared, **change)) == code


def test_a_signed_body_may_not_be_exchanged(shared: Any) -> None:
    good = by_hand(shared).request

    response = httpx.post(shared.url, headers=good.headers, content=b"[]", trust_env=False)

    assert code_of(response) == "AuthFailure.SignatureFailure"


def test_an_unknown_key_is_not_found(shared: Any, ask: Any) -> None:
    keys = ("AKIDexampleNobody", "secret")

    assert refusal(lambda: ask(shared, "sts:GetCallerIdentity", keys=keys)) == "AuthFailure.SecretIdNotFound"


def test_a_wrong_secret_fails_the_signature(shared: Any, ask: Any) -> None:
    keys = (shared.credentials()["TENCENTCLOUD_SECRET_ID"], "wrong")

    assert refusal(lambda: ask(shared, "sts:GetCallerIdentity", keys=keys)) == "AuthFailure.SignatureFailure"


def test_temporary_credentials_of_a_role_are_known_by_their_token(shared: Any, ask: Any) -> None:
    answer = ask(shared, "sts:GetCallerIdentity", keys=TEMPORARY)

    assert (answer["Type"], answer["PrincipalId"]) == ("CAMRole", "4611686018427397905")


@pytest.mark.parametrize(
    "keys", [TEMPORARY[:2], (*TEMPORARY[:2], "another"), EXPIRED], ids=["none", "wrong", "expired"]
)
def test_a_token_that_is_absent_wrong_or_expired_is_refused(shared: Any, ask: Any, keys: Any) -> None:
    assert refusal(lambda: ask(shared, "sts:GetCallerIdentity", keys=keys)) == "AuthFailure.TokenFailure"


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("cam:GetUser", {}, "MissingParameter"),
        ("cam:GetUser", {"Name": None}, "MissingParameter"),
        ("cam:GetUser", {"Name": 1}, "InvalidParameter"),
        ("cam:GetUser", {"Name": "alice", "Nmae": "x"}, "UnknownParameter"),
        ("cam:DescribeSubAccounts", {"FilterSubAccountUin": "1"}, "InvalidParameter"),
        ("cam:DescribeSubAccounts", {"FilterSubAccountUin": [1, "2"]}, "InvalidParameter"),
        ("cam:ListCollaborators", {"Limit": True}, "InvalidParameter"),
        ("cam:SetMfaFlag", {"LoginFlag": {"Telegram": 1}}, "UnknownParameter"),
        ("cam:CreateSubAccountLoginIpPolicy", {"IpPolicies": [{"IP": "192.0.2.1"}]}, "MissingParameter"),
        ("cam:ListEverything", {}, "InvalidAction"),
    ],
    ids=str,
)
def test_parameters_are_checked_by_name_and_type(shared: Any, ask: Any, operation: str, params: Any, code: str) -> None:
    assert refusal(lambda: ask(shared, operation, params)) == code


def test_a_product_that_the_sandbox_has_not_is_named(shared: Any, ask: Any) -> None:
    assert refusal(lambda: ask(shared, "nosuch:DoThat", version="2020-01-01")) == "NoSuchProduct"


@pytest.mark.parametrize("operation", ["cloudaudit:DescribeAuditTracks", "cvm:DescribeInstances"])
def test_a_regional_action_asks_for_the_region(shared: Any, ask: Any, operation: str) -> None:
    params = {"PageNumber": 1, "PageSize": 1} if operation.startswith("cloudaudit") else {}

    assert refusal(lambda: ask(shared, operation, params, region="")) == "MissingParameter"


def test_a_global_action_needs_no_region(shared: Any, ask: Any) -> None:
    assert ask(shared, "cam:GetUserAppId", region="")["AppId"] == 1250000001


def test_a_huge_request_is_refused(shared: Any) -> None:
    body = json.dumps({"x": "a" * (10 * 1024 * 1024)}).encode()

    assert code_of(by_hand(shared, body=body)) == "RequestSizeLimitExceeded"
