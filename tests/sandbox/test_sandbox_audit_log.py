"""The audit log: what it shows, how it is searched, how it is paged."""

import json
import time
from typing import Any

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tasks.sandbox.server import Sandbox

DAY_S = 86400


def window(days: float = 2, *, until_days_ago: float = 0, **more: Any) -> dict[str, Any]:
    """Ask for what happened between two days, both counted back from now."""
    now = int(time.time())
    start, end = int(now - days * DAY_S), int(now - until_days_ago * DAY_S)
    return {"StartTime": start, "EndTime": end, "MaxResults": 50, "IsReturnLocation": 1} | more


def only(**wanted: str) -> dict[str, Any]:
    """Ask for what fits."""
    attributes = [{"AttributeKey": key, "AttributeValue": value} for key, value in wanted.items()]
    return {"LookupAttributes": attributes}


def pages(ask: Any, sandbox: Sandbox, params: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Read page after page."""
    found, token = [], 0
    while True:
        answer = ask(sandbox, "cloudaudit:DescribeEvents", params | ({"NextToken": token} if token else {}))
        found.append(answer["Events"])
        if answer["ListOver"]:
            return found
        token = answer["NextToken"]


def test_pages_follow_one_another_newest_first_without_gap_or_double(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(rate_limit=False)
    params = window(20, **only(ActionType="Write"))

    small = [event for page in pages(ask, sandbox, params | {"MaxResults": 7}) for event in page]
    large = [event for page in pages(ask, sandbox, params | {"MaxResults": 50}) for event in page]

    assert [event["EventId"] for event in small] == [event["EventId"] for event in large]
    assert len({event["EventId"] for event in small}) == len(small) > 50
    times = [int(event["EventTime"]) for event in small]
    assert times == sorted(times, reverse=True)


def test_a_page_token_is_an_integer_above_two_to_the_fifty_third(ask: Any, shared: Sandbox) -> None:
    token = ask(shared, "cloudaudit:DescribeEvents", window(20, MaxResults=1))["NextToken"]

    assert type(token) is int
    assert token > 2**53


def test_a_page_token_holds_while_new_events_come_in(ask: Any, sandbox: Sandbox) -> None:
    params = window(3, MaxResults=5, **only(PrincipalId="100000000011"))
    first = ask(sandbox, "cloudaudit:DescribeEvents", params)
    sandbox.attempt("alice", "cam:ListUsers", ip="203.0.113.7")

    second = ask(sandbox, "cloudaudit:DescribeEvents", params | {"NextToken": first["NextToken"]})

    assert not {one["EventId"] for one in first["Events"]} & {one["EventId"] for one in second["Events"]}


@pytest.mark.parametrize(
    "change",
    [
        {"MaxResults": 51},
        {"MaxResults": 0},
        {"days": 30},
        {"days": 95, "until_days_ago": 80},
        {"days": -1},
        {"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "alice"}]},
    ],
    ids=str,
)
def test_a_query_beyond_the_limits_is_refused(ask: Any, shared: Sandbox, change: dict[str, Any]) -> None:
    with pytest.raises(TencentCloudSDKException) as caught:
        ask(shared, "cloudaudit:DescribeEvents", window(**change))

    assert caught.value.get_code() == "InvalidParameter"


@pytest.mark.parametrize("change", [{"MaxResults": 50}, {"days": 29.99}, {"days": 89.9, "until_days_ago": 70}], ids=str)
def test_a_query_within_the_limits_is_answered(ask: Any, shared: Sandbox, change: dict[str, Any]) -> None:
    assert ask(shared, "cloudaudit:DescribeEvents", window(**change))["Events"]


def test_different_keys_must_all_fit_and_values_of_one_key_any(ask: Any, shared: Sandbox) -> None:
    names = [{"AttributeKey": "EventName", "AttributeValue": name} for name in ("AddUser", "CreateAccessKey")]
    actor = {"AttributeKey": "PrincipalId", "AttributeValue": "100000000011"}

    found = ask(shared, "cloudaudit:DescribeEvents", window(LookupAttributes=[*names, actor]))["Events"]
    others = ask(
        shared, "cloudaudit:DescribeEvents", window(LookupAttributes=[*names, actor | {"AttributeValue": "1"}])
    )

    assert [event["EventName"] for event in found] == ["CreateAccessKey", "AddUser"]
    assert others["Events"] == []


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"SourceIPAddress": "203.0.113.7", "EventName": "ConsoleLogin"}, 3),
        ({"SensitiveAction": "1", "SourceIPAddress": "203.0.113.7", "ResourceType": "cam"}, 5),
        ({"ResourceName": "all-events"}, 1),
        ({"ResourceId": "all-events", "ActionType": "Read"}, 0),
        ({"ApiErrorCode": "FailedOperation.PasswordError"}, 2),
        ({"CamErrorCode": "UnauthorizedOperation", "PrincipalId": "100000000011"}, 0),
    ],
    ids=str,
)
def test_each_key_finds_what_it_names(ask: Any, shared: Sandbox, wanted: dict[str, str], count: int) -> None:
    assert len(ask(shared, "cloudaudit:DescribeEvents", window(**only(**wanted)))["Events"]) == count


def test_a_key_or_a_request_id_finds_its_own_calls(ask: Any, sandbox: Sandbox) -> None:
    key = sandbox.credentials("svc-backup")["TENCENTCLOUD_SECRET_ID"]

    by_key = ask(sandbox, "cloudaudit:DescribeEvents", window(**only(AccessKeyId=key)))["Events"]
    by_id = ask(sandbox, "cloudaudit:DescribeEvents", window(**only(RequestId=by_key[0]["RequestID"])))["Events"]

    assert [(event["Username"], event["SourceIPAddress"]) for event in by_key] == [("svc-backup", "203.0.113.8")]
    assert by_id == by_key


def test_a_login_record_is_json_in_json_in_json_with_a_place_and_a_token(ask: Any, shared: Sandbox) -> None:
    wanted = only(EventName="ConsoleLogin", SourceIPAddress="203.0.113.7")
    event = ask(shared, "cloudaudit:DescribeEvents", window(**wanted))["Events"][0]
    inner = json.loads(event["CloudAuditEvent"])
    session = json.loads(inner["userIdentity"]["sessionContext"])

    assert (event["Location"], type(event["EventTime"])) == ("荷兰 北荷兰省 阿姆斯特丹 未知", str)
    assert (inner["eventType"], inner["resourceType"], inner["userIdentity"]["type"]) == (
        "ConsoleCall",
        "account",
        "CAMUser",
    )
    assert session["token"].startswith("token-SECRET-alice-")
    assert json.loads(session["extraInfo"])["sessionUin"] == 5000


def test_a_place_is_given_only_where_it_is_asked_for(ask: Any, shared: Sandbox) -> None:
    event = ask(shared, "cloudaudit:DescribeEvents", window(IsReturnLocation=0))["Events"][0]

    assert "Location" not in event


def test_what_a_call_made_is_named_in_its_record(ask: Any, shared: Sandbox) -> None:
    found = ask(shared, "cloudaudit:DescribeEvents", window(**only(EventName="RunInstances")))["Events"]
    made = [json.loads(json.loads(event["CloudAuditEvent"])["responseElements"]) for event in found]
    machines = ask(shared, "cvm:DescribeInstances", region="ap-singapore")["InstanceSet"]

    assert {one["InstanceId"] for one in machines} <= {one for record in made for one in record["InstanceIdSet"]}
    assert len(machines) == 3


def test_a_call_of_ours_is_in_the_log_at_once_without_the_password(ask: Any, sandbox: Sandbox) -> None:
    ask(sandbox, "cam:UpdateUser", {"Name": "bob", "Password": "Example-5678"})

    (event,) = ask(sandbox, "cloudaudit:DescribeEvents", window(**only(EventName="UpdateUser")))["Events"]

    assert (event["Username"], event["Resources"]["ResourceName"]) == ("runbook-runner", "bob")
    assert "Example-5678" not in event["CloudAuditEvent"]


def test_a_late_audit_log_shows_a_call_only_after_its_lag(ask: Any, sandbox: Sandbox) -> None:
    sandbox.faults.set(audit_lag_s=600)
    ask(sandbox, "cam:UpdateUser", {"Name": "bob", "Remark": "x"})

    late = ask(sandbox, "cloudaudit:DescribeEvents", window(**only(EventName="UpdateUser")))["Events"]
    sandbox.faults.set(audit_lag_s=0)
    soon = ask(sandbox, "cloudaudit:DescribeEvents", window(**only(EventName="UpdateUser")))["Events"]

    assert (len(late), len(soon)) == (0, 1)


def test_a_hundred_thousand_events_are_made_only_when_they_are_looked_at(ask: Any, sandbox: Sandbox) -> None:
    before = len(sandbox.world.log.events)
    sandbox.generate_events(100_000)

    first = ask(sandbox, "cloudaudit:DescribeEvents", window(29.5, **only(EventName="StartInstances")))
    second = ask(
        sandbox,
        "cloudaudit:DescribeEvents",
        window(29.5, NextToken=first["NextToken"], **only(EventName="StartInstances")),
    )
    rare = ask(sandbox, "cloudaudit:DescribeEvents", window(29.5, **only(EventName="RunInstances")))

    assert len(first["Events"]) == len(second["Events"]) == 50
    assert not {one["EventId"] for one in first["Events"]} & {one["EventId"] for one in second["Events"]}
    assert len(rare["Events"]) == 1
    assert len(sandbox.world.log.events) - before == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"days": 8}, "LimitExceeded.OverTime"),
        ({"MaxResults": 51}, "InvalidParameterValue.MaxResult"),
        ({"LookupAttributes": [{"AttributeKey": "PrincipalId"}]}, "InvalidParameterValue.attributeKey"),
        ({"NextToken": "x"}, "InvalidParameter.Time"),
    ],
    ids=str,
)
def test_the_older_search_has_limits_of_its_own(ask: Any, shared: Sandbox, change: dict[str, Any], code: str) -> None:
    params = window(**change)
    params.pop("IsReturnLocation")

    with pytest.raises(TencentCloudSDKException) as caught:
        ask(shared, "cloudaudit:LookUpEvents", params)

    assert caught.value.get_code() == code


def test_the_older_search_pages_by_a_token_that_is_text(ask: Any, shared: Sandbox) -> None:
    wanted = [
        {"AttributeKey": "Username", "AttributeValue": "alice"},
        {"AttributeKey": "ReadOnly", "AttributeValue": "false"},
    ]
    params = window(LookupAttributes=wanted, MaxResults=4)
    params.pop("IsReturnLocation")

    first = ask(shared, "cloudaudit:LookUpEvents", params)
    second = ask(shared, "cloudaudit:LookUpEvents", params | {"NextToken": first["NextToken"]})

    assert (type(first["NextToken"]), first["ListOver"]) == (str, False)
    assert int(first["Events"][-1]["EventTime"]) >= int(second["Events"][0]["EventTime"])
