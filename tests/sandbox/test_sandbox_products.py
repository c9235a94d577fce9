"""Lists, filters and pages of each product, and what few people do."""

import json
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tasks.sandbox import keep
from tasks.sandbox.server import Sandbox
from tests.people import ALICE

ALICE_UIN = int(ALICE.uin)


def refusal(ask: Any, sandbox: Sandbox, operation: str, params: Any, **options: Any) -> str:
    """Give the code of the error that the SDK raises."""
    with pytest.raises(TencentCloudSDKException) as caught:
        ask(sandbox, operation, params, **options)
    code: str = caught.value.get_code()
    return code


def by(name: str, *values: str) -> dict[str, Any]:
    """Filter by one name."""
    return {"Filters": [{"Name": name, "Values": list(values)}]}


@pytest.mark.parametrize(
    ("operation", "params", "listed", "ids"),
    [
        ("vpc:DescribeAddresses", by("address-ip", "192.0.2.10"), "AddressSet", ["eip-example1"]),
        ("vpc:DescribeAddresses", by("instance-id", "nat-example1"), "AddressSet", ["eip-example2"]),
        ("vpc:DescribeAddresses", by("address-id", "none"), "AddressSet", []),
        ("vpc:DescribeAddresses", {"AddressIds": ["eip-example2"]}, "AddressSet", ["eip-example2"]),
        ("vpc:DescribeNatGateways", by("vpc-id", "vpc-example1"), "NatGatewaySet", ["nat-example1"]),
        ("vpc:DescribeVpnGateways", by("public-ip-address", "192.0.2.60"), "VpnGatewaySet", ["vpngw-example1"]),
        ("vpc:DescribeCustomerGateways", by("ip-address", "192.0.2.60"), "CustomerGatewaySet", []),
        ("cvm:DescribeInstances", by("public-ip-address", "192.0.2.40"), "InstanceSet", ["ins-run00001"]),
        ("cvm:DescribeInstances", by("private-ip-address", "10.0.0.10"), "InstanceSet", ["ins-web00001"]),
        ("cvm:DescribeInstances", by("ipv6-address", "2001:db8::1"), "InstanceSet", []),
        ("cvm:DescribeInstances", {"Offset": 1, "Limit": 1}, "InstanceSet", ["ins-run00001"]),
        ("lighthouse:DescribeInstances", by("public-ip-address", "192.0.2.10"), "InstanceSet", []),
    ],
    ids=str,
)
def test_a_list_has_what_its_filters_name(
    ask: Any, shared: Sandbox, operation: str, params: Any, listed: str, ids: list[str]
) -> None:
    found = ask(shared, operation, params)[listed]

    assert [one[listed.replace("Set", "Id")] for one in found] == ids


def test_each_region_has_its_own_machines(ask: Any, shared: Sandbox) -> None:
    singapore = ask(shared, "lighthouse:DescribeInstances", region="ap-singapore")["InstanceSet"]
    shanghai = ask(shared, "lighthouse:DescribeInstances", region="ap-shanghai")["InstanceSet"]

    assert [one["PublicAddresses"] for one in (*singapore, *shanghai)] == [["192.0.2.81"], ["192.0.2.80"]]


def test_a_machine_without_a_public_address_says_null(ask: Any, shared: Sandbox) -> None:
    (database,) = ask(shared, "cvm:DescribeInstances", region="ap-shanghai")["InstanceSet"]

    assert database["PublicIpAddresses"] is None


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"AddressIds": ["x"], **by("address-ip", "192.0.2.10")}, "InvalidParameter.Coexist"),
        (by("address-ip", *["192.0.2.1"] * 101), "InvalidParameterValue.LimitExceeded"),
        ({"Limit": 0}, "InvalidParameterValue.LimitExceeded"),
    ],
    ids=["both", "many", "zero"],
)
def test_a_list_that_asks_too_much_is_refused(ask: Any, shared: Sandbox, params: Any, code: str) -> None:
    assert refusal(ask, shared, "vpc:DescribeAddresses", params) == code


@pytest.mark.parametrize(
    ("count", "dry", "made"), [(2, False, 2), (1, True, 0)], ids=["two machines", "a dry run makes none"]
)
def test_machines_that_are_run_are_listed(ask: Any, sandbox: Sandbox, count: int, dry: bool, made: int) -> None:  # noqa: FBT001
    params = {"Placement": {"Zone": "ap-beijing-1"}, "ImageId": "img-x", "InstanceCount": count, "DryRun": dry}
    next(one for one in sandbox.world.cloud.people if one.name == "runbook-runner").policies.append(1)

    ids = ask(sandbox, "cvm:RunInstances", params, region="ap-beijing")["InstanceIdSet"]

    assert [
        one["InstanceId"] for one in ask(sandbox, "cvm:DescribeInstances", region="ap-beijing")["InstanceSet"]
    ] == ids
    assert len(ids) == made


def test_too_many_machines_are_refused(ask: Any, shared: Sandbox) -> None:
    params = {"Placement": {"Zone": "ap-guangzhou-1"}, "InstanceCount": 101}

    assert refusal(ask, shared, "cvm:RunInstances", params) == "InvalidParameterValue.Range"


def test_the_security_centre_knows_the_main_accounts_last_login_and_its_place(ask: Any, shared: Sandbox) -> None:
    user = ask(shared, "csip:DescribeAccessKeyUserDetail", {"SubUin": "100000000001"})["User"]

    assert (user["Type"], user["LoginIP"], user["LoginLocation"], user["ISP"]) == (
        0,
        "198.51.100.21",
        "中国-江苏省-南京市",
        "中国移动",
    )


def test_the_security_centre_raises_an_abnormal_login(ask: Any, shared: Sandbox) -> None:
    (alarm,) = ask(shared, "csip:DescribeAccessKeyAlarm", {"SubUin": str(ALICE_UIN)})["Data"]

    assert (alarm["RuleKey"], alarm["Level"], '"Ip": "203.0.113.7"' in alarm["Evidence"]) == ("AbnormalLogin", 4, True)


@pytest.mark.parametrize(
    ("kind", "value", "found"), [(1, "203.0.113.8", 1), (6, "203.0.113.8", 0), (9, "203.0.113", 1), (7, "203.0", 0)]
)
def test_the_security_centres_filters_compare_as_they_are_told(
    ask: Any, shared: Sandbox, kind: int, value: str, found: int
) -> None:
    tests = [
        {"Name": "SourceIP", "Values": [value], "OperatorType": kind},
        {"Name": "IPType", "Values": ["1"]},
        {"Name": "Region", "Values": ["新加坡"], "OperatorType": 9},
    ]

    assert ask(shared, "csip:DescribeSourceIPAsset", {"Filter": {"Filters": tests}})["Total"] == found


@pytest.mark.parametrize(
    ("asked", "code"),
    [({"Limit": 1001}, "InvalidParameterValue"), (by("Colour", "red"), "InvalidParameter")],
    ids=["too many", "unknown"],
)
def test_the_security_centre_refuses_what_it_does_not_know(ask: Any, shared: Sandbox, asked: Any, code: str) -> None:
    assert refusal(ask, shared, "csip:DescribeSourceIPAsset", {"Filter": asked}) == code


def test_a_security_centre_that_is_not_switched_on_refuses(ask: Any, sandbox: Sandbox) -> None:
    sandbox.world.cloud.security_centre = False

    assert refusal(ask, sandbox, "csip:DescribeAccessKeyAlarm", {}) == "UnauthorizedOperation"


def test_the_login_restriction_is_replaced_by_each_write(ask: Any, sandbox: Sandbox) -> None:
    for address in ("192.0.2.1", "198.51.100.0/24"):
        rules = [{"IP": address, "Effect": "Allow"}]
        ask(sandbox, "cam:CreateSubAccountLoginIpPolicy", {"IpPolicies": rules, "PolicyType": 2})

    rule = sandbox.world.cloud.login_rule
    assert rule is not None
    assert (rule.ips, rule.kind) == ({"198.51.100.0/24": "Allow"}, 2)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"IpPolicies": [{"IP": f"192.0.2.{n}", "Effect": "Deny"} for n in range(11)]}, "FailedOperation.PolicyFull"),
        ({"ApproverUin": list(range(11))}, "FailedOperation.AssistApproverFull"),
    ],
    ids=["rules", "approvers"],
)
def test_a_login_restriction_has_its_limits(ask: Any, shared: Sandbox, params: Any, code: str) -> None:
    assert refusal(ask, shared, "cam:CreateSubAccountLoginIpPolicy", params) == code


def test_an_account_full_of_people_takes_no_more(ask: Any) -> None:
    with Sandbox.start("thousand-users") as sandbox:
        assert refusal(ask, sandbox, "cam:AddUser", {"Name": "one-more"}, who="alice") == "InvalidParameter.SubUserFull"


def test_a_key_of_another_user_is_told_apart(ask: Any, shared: Sandbox) -> None:
    key = shared.credentials("alice")["TENCENTCLOUD_SECRET_ID"]
    params = {"AccessKeyId": key, "Status": "Active", "TargetUin": 100000000013}

    assert refusal(ask, shared, "cam:UpdateAccessKey", params) == "OperationDenied.UinNotMatch"


def test_a_policy_with_an_unknown_condition_is_refused(ask: Any, shared: Sandbox) -> None:
    statement = {"effect": "deny", "action": ["*"], "condition": {"moon_equal": {"qcs:moon": "full"}}}
    params = {"PolicyName": "moon", "PolicyDocument": json.dumps({"version": "2.0", "statement": [statement]})}

    assert refusal(ask, shared, "cam:CreatePolicy", params) == "InvalidParameter.ConditionTypeError"


def test_a_person_whose_user_is_deleted_ends_what_he_was_at(ask: Any, sandbox: Sandbox) -> None:
    clock = sandbox._engine.clock
    ask(sandbox, "cam:DeleteUser", {"Name": "svc-backup", "Force": 1})
    sandbox._engine.clock = lambda: clock() + 200

    ask(sandbox, "sts:GetCallerIdentity")

    assert [one.ended for one in sandbox.world.cloud.activities] == [False, True]


def test_nobody_signs_with_a_key_that_is_not_there(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match="'carol' has no access key"):
        sandbox.credentials("carol")
    with pytest.raises(LookupError, match="no person or role 'nobody'"):
        sandbox.attempt("nobody", "cam:ListUsers")


def test_a_failed_save_leaves_the_old_state_and_no_rest(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cloud.json"
    file.write_text("old")
    monkeypatch.setattr(Path, "replace", _full_disk)

    with pytest.raises(OSError, match="No space left"):
        keep.save(sandbox.world, file)

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("cloud.json", "old")]


def _full_disk(_: Path, __: Path) -> None:
    raise OSError("No space left on device")
