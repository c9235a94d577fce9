"""Containment is proved by effect: what was cut off can no longer be done."""

import json
from typing import Any

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tasks.sandbox.server import Sandbox
from tests.people import ALICE
from tests.scene import STRANGER

ALICE_UIN = int(ALICE.uin)
DENY_ALL = json.dumps({"version": "2.0", "statement": [{"effect": "deny", "action": ["*"], "resource": ["*"]}]})


def refusal(ask: Any, sandbox: Sandbox, operation: str, params: Any = None, **options: Any) -> str:
    """Give the code of the error that the SDK raises."""
    with pytest.raises(TencentCloudSDKException) as caught:
        ask(sandbox, operation, params, **options)
    code: str = caught.value.get_code()
    return code


def key_of(sandbox: Sandbox, who: str) -> str:
    """Name the key of somebody."""
    return sandbox.credentials(who)["TENCENTCLOUD_SECRET_ID"]


def quarantine(ask: Any, sandbox: Sandbox, uin: int) -> int:
    """Deny somebody everything."""
    made = ask(sandbox, "cam:CreatePolicy", {"PolicyName": "quarantine", "PolicyDocument": DENY_ALL})
    ask(sandbox, "cam:AttachUserPolicy", {"PolicyId": made["PolicyId"], "AttachUin": uin})
    number: int = made["PolicyId"]
    return number


def test_a_policy_that_is_made_has_an_id_of_its_own(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(rate_limit=False)
    known = {one.id for one in sandbox.world.cloud.policies}
    names = [f"made-{number}" for number in range(12)]

    made = [
        ask(sandbox, "cam:CreatePolicy", {"PolicyName": name, "PolicyDocument": DENY_ALL})["PolicyId"] for name in names
    ]

    assert len(known.union(made)) == len(known) + len(names)


def test_the_attackers_key_works_until_it_is_switched_off_and_again_when_switched_on(
    ask: Any, sandbox: Sandbox
) -> None:
    keys = tuple(sandbox.credentials("svc-backup").values())
    uin = next(one["Uin"] for one in ask(sandbox, "cam:ListUsers")["Data"] if one["Name"] == "svc-backup")
    switch = {"AccessKeyId": keys[0], "TargetUin": uin}
    assert ask(sandbox, "cvm:DescribeInstances", keys=keys)["TotalCount"] > 0

    ask(sandbox, "cam:UpdateAccessKey", switch | {"Status": "Inactive"})

    assert refusal(ask, sandbox, "cvm:DescribeInstances", keys=keys) == "AuthFailure.SecretIdNotFound"
    (shown,) = ask(sandbox, "cam:ListAccessKeys", {"TargetUin": uin})["AccessKeys"]
    assert shown["Status"] == "Inactive"
    ask(sandbox, "cam:UpdateAccessKey", switch | {"Status": "Active"})
    assert ask(sandbox, "cvm:DescribeInstances", keys=keys)["TotalCount"] > 0


def test_a_deleted_key_is_gone_for_good(ask: Any, sandbox: Sandbox) -> None:
    keys = tuple(sandbox.credentials("alice").values())
    gone = {"AccessKeyId": keys[0], "TargetUin": ALICE_UIN}

    ask(sandbox, "cam:DeleteAccessKey", gone)

    assert refusal(ask, sandbox, "cvm:DescribeRegions", keys=keys) == "AuthFailure.SecretIdNotFound"
    assert refusal(ask, sandbox, "cam:DeleteAccessKey", gone) == "ResourceNotFound.SecretNotExist"


def test_a_quarantined_user_can_do_nothing_in_the_open_session_or_by_key(ask: Any, sandbox: Sandbox) -> None:
    assert sandbox.attempt("alice", "cam:ListUsers", ip=STRANGER) == ""

    number = quarantine(ask, sandbox, ALICE_UIN)

    assert sandbox.attempt("alice", "cam:ListUsers", ip=STRANGER) == "UnauthorizedOperation"
    assert refusal(ask, sandbox, "cvm:DescribeRegions", who="alice") == "UnauthorizedOperation"
    ask(sandbox, "cam:DetachUserPolicy", {"PolicyId": number, "DetachUin": ALICE_UIN})
    assert sandbox.attempt("alice", "cam:ListUsers", ip=STRANGER) == ""


def test_a_boundary_limits_what_policies_give(ask: Any, sandbox: Sandbox) -> None:
    ask(sandbox, "cam:PutUserPermissionsBoundary", {"TargetUin": ALICE_UIN, "PolicyId": 2})

    assert sandbox.attempt("alice", "cam:ListUsers") == ""
    assert sandbox.attempt("alice", "cam:AddUser", {"Name": "again"}) == "UnauthorizedOperation"
    assert ask(sandbox, "cam:GetUserPermissionBoundary", {"TargetUin": ALICE_UIN})["PolicyName"] == "ReadOnlyAccess"
    ask(sandbox, "cam:DeleteUserPermissionsBoundary", {"TargetUin": ALICE_UIN})
    assert sandbox.attempt("alice", "cam:AddUser", {"Name": "again"}) == ""


def test_a_group_gives_its_policies_to_its_members(sandbox: Sandbox) -> None:
    assert sandbox.attempt("bob", "cam:ListUsers") == ""  # by his group's ReadOnlyAccess
    assert sandbox.attempt("dave", "cam:ListUsers") == "UnauthorizedOperation"


def test_a_condition_on_the_address_holds_for_that_address_only(ask: Any, sandbox: Sandbox) -> None:
    away = {
        "effect": "deny",
        "action": "*",
        "resource": "*",
        "condition": {"ip_not_equal": {"qcs:ip": ["198.51.100.0/24"]}},
    }
    document = json.dumps({"version": "2.0", "statement": away})
    made = ask(sandbox, "cam:CreatePolicy", {"PolicyName": "office-only", "PolicyDocument": document})
    ask(sandbox, "cam:AttachUserPolicy", {"PolicyId": made["PolicyId"], "AttachUin": ALICE_UIN})

    assert sandbox.attempt("alice", "cam:ListUsers", ip="198.51.100.10") == ""
    assert sandbox.attempt("alice", "cam:ListUsers", ip=STRANGER) == "UnauthorizedOperation"


def test_a_user_without_console_login_cannot_log_in_but_keeps_the_session(ask: Any, sandbox: Sandbox) -> None:
    assert sandbox.try_login("alice", ip=STRANGER)

    ask(sandbox, "cam:UpdateUser", {"Name": "alice", "ConsoleLogin": 0})

    assert not sandbox.try_login("alice", ip=STRANGER)
    assert sandbox.attempt("alice", "cam:ListUsers", ip=STRANGER) == ""
    assert ask(sandbox, "cam:GetUser", {"Name": "alice"})["ConsoleLogin"] == 0


def test_a_role_without_policies_or_console_is_cut_off(ask: Any, sandbox: Sandbox) -> None:
    assert sandbox.attempt("DeployRole", "cvm:DescribeInstances") == ""

    ask(sandbox, "cam:DetachRolePolicy", {"PolicyName": "QcloudCVMFullAccess", "DetachRoleName": "DeployRole"})
    ask(sandbox, "cam:UpdateRoleConsoleLogin", {"RoleName": "DeployRole", "ConsoleLogin": 0})

    assert sandbox.attempt("DeployRole", "cvm:DescribeInstances") == "UnauthorizedOperation"
    assert not sandbox.try_login("DeployRole", ip=STRANGER)
    assert ask(sandbox, "cam:ListAttachedRolePolicies", {"Page": 1, "Rp": 10, "RoleName": "DeployRole"})["List"] == []


def test_the_attacker_goes_on_until_he_is_quarantined_and_his_refusals_are_logged(ask: Any, sandbox: Sandbox) -> None:
    clock = sandbox._engine.clock
    quarantine(ask, sandbox, ALICE_UIN)
    sandbox._engine.clock = lambda: clock() + 130

    ask_later = list(_events(sandbox, ask, key="PrincipalId", value=str(ALICE_UIN)))

    assert ask_later[0]["ErrorCode"] != 0
    assert ask_later[0]["SourceIPAddress"] == STRANGER


def test_a_switched_off_key_leaves_no_more_records(ask: Any, sandbox: Sandbox) -> None:
    clock, key = sandbox._engine.clock, key_of(sandbox, "svc-backup")
    uin = next(one["Uin"] for one in ask(sandbox, "cam:ListUsers")["Data"] if one["Name"] == "svc-backup")
    ask(sandbox, "cam:UpdateAccessKey", {"AccessKeyId": key, "TargetUin": uin, "Status": "Inactive"})
    before = len(_events(sandbox, ask, key="AccessKeyId", value=key))
    sandbox._engine.clock = lambda: clock() + 290

    assert len(_events(sandbox, ask, key="AccessKeyId", value=key)) == before


def _events(sandbox: Sandbox, ask: Any, *, key: str, value: str) -> list[dict[str, Any]]:
    now = int(sandbox._engine.clock())
    params = {"StartTime": now - 7200, "EndTime": now, "MaxResults": 50}
    wanted = {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]}
    events: list[dict[str, Any]] = ask(sandbox, "cloudaudit:DescribeEvents", params | wanted)["Events"]
    return events


@pytest.mark.parametrize("operation", ["UpdateAccessKey", "DeleteAccessKey", "ListAccessKeys", "CreateAccessKey"])
def test_the_main_accounts_keys_are_closed_to_a_sub_user(ask: Any, shared: Sandbox, operation: str) -> None:
    params: dict[str, Any] = {"TargetUin": 100000000001}
    params |= {"AccessKeyId": key_of(shared, "root")} if operation[0] in "UD" else {}
    params |= {"Status": "Inactive"} if operation[0] == "U" else {}

    assert refusal(ask, shared, f"cam:{operation}", params) == "OperationDenied.SubUin"


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("cam:AddUser", {"Name": "alice"}, "InvalidParameter.SubUserNameInUse"),
        ("cam:UpdateUser", {"Name": "alice", "Password": "short"}, "InvalidParameter.PasswordViolatedRules"),
        ("cam:UpdateUser", {"Name": "dave"}, "ResourceNotFound.UserNotExist"),
        ("cam:DeleteUser", {"Name": "alice"}, "OperationDenied.HaveKeys"),
        ("cam:SetMfaFlag", {"OpUin": 100000000013, "LoginFlag": {"Phone": 1}}, "FailedOperation.UserNotBindPhone"),
        ("cam:SetMfaFlag", {"OpUin": ALICE_UIN, "LoginFlag": {"Wechat": 1}}, "FailedOperation.UserNotBindWechat"),
        ("cam:SetMfaFlag", {"OpUin": 1, "LoginFlag": {"Phone": 1}}, "ResourceNotFound.UserNotExist"),
        (
            "cam:UpdateAccessKey",
            {"AccessKeyId": "x", "Status": "Off", "TargetUin": ALICE_UIN},
            "InvalidParameter.ParamError",
        ),
        (
            "cam:UpdateAccessKey",
            {"AccessKeyId": "x", "Status": "Active", "TargetUin": 1},
            "InvalidParameter.UserNotExist",
        ),
        ("cam:ListAccounts", {"MaxItems": 101}, "InvalidParameter"),
        ("cam:ListAccounts", {"Marker": "x"}, "InvalidParameter.PaginationTokenInvalid"),
        ("cam:DescribeSubAccounts", {"FilterSubAccountUin": list(range(51))}, "InvalidParameter"),
        ("cam:GetSecurityLastUsed", {"SecretIdList": ["x"] * 11}, "InvalidParameter"),
        ("cam:ListPolicies", {"Rp": 201}, "InvalidParameter.ParamError"),
        ("cam:ListPolicies", {"Scope": "Mine"}, "InvalidParameter.ScopeError"),
        ("cam:GetPolicy", {"PolicyId": 404}, "ResourceNotFound.PolicyIdNotFound"),
        ("cam:DeletePolicy", {"PolicyId": [1]}, "InvalidParameter.PolicyIdError"),
        ("cam:DeletePolicy", {"PolicyId": [404]}, "ResourceNotFound.PolicyIdNotFound"),
        ("cam:AttachUserPolicy", {"PolicyId": 404, "AttachUin": ALICE_UIN}, "InvalidParameter.PolicyIdNotExist"),
        ("cam:AttachUserPolicy", {"PolicyId": 1, "AttachUin": 100000000001}, "ResourceNotFound.UserNotExist"),
        ("cam:PutUserPermissionsBoundary", {"PolicyId": 1, "TargetUin": 100000000001}, "InvalidParameter.UserNotExist"),
        (
            "cam:PutUserPermissionsBoundary",
            {"PolicyId": 404, "TargetUin": ALICE_UIN},
            "InvalidParameter.PolicyIdNotExist",
        ),
        ("cam:GetUserPermissionBoundary", {"TargetUin": 404}, "ResourceNotFound.UserNotExist"),
        (
            "cam:ListAttachedUserAllPolicies",
            {"TargetUin": ALICE_UIN, "Rp": 1, "Page": 1, "AttachType": 9},
            "InvalidParameter.ParamError",
        ),
        (
            "cam:CreatePolicy",
            {"PolicyName": "AdministratorAccess", "PolicyDocument": DENY_ALL},
            "FailedOperation.PolicyNameInUse",
        ),
        ("cam:CreatePolicy", {"PolicyName": "", "PolicyDocument": DENY_ALL}, "InvalidParameter.PolicyNameError"),
        ("cam:CreatePolicy", {"PolicyName": "x", "PolicyDocument": "{"}, "InvalidParameter.PolicyDocumentError"),
        (
            "cam:CreatePolicy",
            {"PolicyName": "x", "PolicyDocument": " " * 6145},
            "InvalidParameter.PolicyDocumentLengthOverLimit",
        ),
        (
            "cam:CreatePolicy",
            {"PolicyName": "x", "PolicyDocument": DENY_ALL.replace("2.0", "1.0")},
            "InvalidParameter.VersionError",
        ),
        (
            "cam:CreatePolicy",
            {"PolicyName": "x", "PolicyDocument": DENY_ALL.replace("deny", "no")},
            "InvalidParameter.EffectError",
        ),
        ("cam:GetRole", {"RoleName": "NoRole"}, "InvalidParameter.RoleNotExist"),
        ("cam:GetRole", {}, "InvalidParameter.ParamError"),
        (
            "cam:AttachRolePolicy",
            {"PolicyId": 404, "AttachRoleName": "DeployRole"},
            "InvalidParameter.PolicyIdNotExist",
        ),
        ("cam:UpdateRoleConsoleLogin", {"ConsoleLogin": 2, "RoleName": "DeployRole"}, "InvalidParameter.ParamError"),
        ("cam:ListGroupsForUser", {}, "MissingParameter"),
        ("cam:ListGroupsForUser", {"SubUin": 404}, "ResourceNotFound.UserNotExist"),
        ("cam:DescribeSafeAuthFlagColl", {"SubUin": 404}, "ResourceNotFound.UserNotExist"),
        (
            "cam:CreateSubAccountLoginIpPolicy",
            {"IpPolicies": [{"IP": "x", "Effect": "Deny"}]},
            "InvalidParameter.IPIllegal",
        ),
        (
            "cam:CreateSubAccountLoginIpPolicy",
            {"IpPolicies": [{"IP": "192.0.2.1", "Effect": "No"}]},
            "InvalidParameter.EffectError",
        ),
        ("cam:CreateSubAccountLoginIpPolicy", {"ApproverUin": [404]}, "InvalidParameter.UserNotExist"),
        ("cloudaudit:StopLogging", {"AuditName": "none"}, "ResourceNotFound.AuditNotExist"),
        ("cloudaudit:DescribeAuditTrack", {"TrackId": 9}, "ResourceNotFound.AuditNotExist"),
        (
            "cloudaudit:ModifyAuditTrack",
            {"TrackId": 1, "Name": "x"},
            "InvalidParameterValue.AuditTrackNameNotSupportModify",
        ),
        ("vpc:DescribeAddresses", {"Limit": 101}, "InvalidParameterValue.LimitExceeded"),
        ("vpc:DescribeAddresses", {"Filters": [{"Name": "colour", "Values": ["x"]}]}, "InvalidFilter"),
        ("cvm:RunInstances", {}, "MissingParameter"),
        ("cvm:RunInstances", {"Placement": {"Zone": "ap-tokyo-1"}}, "InvalidZone.MismatchRegion"),
        ("cvm:RunInstances", {"Placement": {"Zone": "ap-guangzhou-1"}}, "InvalidImageId.Malformed"),
        ("csip:DescribeAccessKeyUserDetail", {"SubUin": "404"}, "ResourceNotFound"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refusal_has_the_real_code(ask: Any, shared: Sandbox, operation: str, params: Any, code: str) -> None:
    assert refusal(ask, shared, operation, params) == code
