"""Calls as the sandbox lists them, for the tests of the benches."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tasks.sandbox.engine import SeenCall

START = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)
SERVICES = {"DescribeEvents": "cloudaudit", "GetCallerIdentity": "sts", "DescribeAddresses": "vpc"}


def call(action: str, at_s: float = 0.0, code: str = "", **parameters: Any) -> SeenCall:
    at = START + timedelta(seconds=at_s)
    service = SERVICES.get(action, "cam")
    arrived = at - timedelta(seconds=0.1)
    return SeenCall(service, action, parameters, principal="runner", code=code, at=at, arrived=arrived)


def search(key: str, value: str, at_s: float = 0.0, **more: Any) -> SeenCall:
    return call("DescribeEvents", at_s, LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}], **more)


def containment(uin: int, key: str, name: str, at_s: float = 10.0) -> list[SeenCall]:
    """What containing one user takes, a second apart."""
    made = [
        ("GetCallerIdentity", {}),
        ("ListAccessKeys", {"TargetUin": uin}),
        ("UpdateAccessKey", {"AccessKeyId": key, "Status": "Inactive", "TargetUin": uin}),
        ("GetCallerIdentity", {}),
        ("GetUser", {"Name": name}),
        ("UpdateUser", {"Name": name, "ConsoleLogin": 0}),
        ("ListPolicies", {"Scope": "Local"}),
        ("AttachUserPolicy", {"PolicyId": 7, "AttachUin": uin}),
    ]
    return [call(action, at_s + second, **params) for second, (action, params) in enumerate(made)]
