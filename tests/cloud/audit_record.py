"""A whole audit record, and the same with some of its fields changed."""

import json
from typing import Any

from tasks.cloud.parse import parse_event
from tasks.model.audit import AuditEvent
from tasks.model.place import Place
from tests.scene import AT

TOKEN = "Zq7dXvw3EBEXWNcJljzbZeJeoIrQx9gafWtHV1Lg9zu7h"
SECONDS = int(AT.timestamp())

INNER: dict[str, Any] = {
    "userIdentity": {
        "principalId": "100000000011",
        "accountId": "100000000001",
        "secretId": "AKIDexampleSession",
        "type": "CAMUser",
        "userName": "alice",
        "sessionContext": json.dumps({"token": TOKEN, "mfa": 1, "userIp": "203.0.113.7"}),
    },
    "eventRegion": "ap-guangzhou",
    "errorCode": "0",
    "apiErrorCode": 0,
    "eventID": "id-1",
    "eventType": "ConsoleCall",
    "actionType": "Write",
    "eventTime": SECONDS,
    "sourceIPAddress": "203.0.113.7",
    "userAgent": "SDK_NODEJS_0.2.1",
    "resourceType": "CAM",
    "eventName": "AddUser",
    "sensitiveAction": "1",
    "requestParameters": json.dumps({"Name": "svc", "Token": TOKEN}),
    "responseElements": json.dumps(
        {"Uin": 100000900003, "RequestId": "r", "SecretId": "AKIDexampleNew", "SecretKey": TOKEN}
    ),
}
OUTER: dict[str, Any] = {
    "EventId": "id-1",
    "Username": "alice",
    "EventTime": str(SECONDS),
    "EventName": "AddUser",
    "EventNameCn": "添加子用户",
    "SecretId": "AKIDexampleSession",
    "ErrorCode": 0,
    "RequestID": "req-1",
    "AccountID": 100000000001,
    "SourceIPAddress": "203.0.113.7",
    "EventRegion": "ap-guangzhou",
    "Resources": {"ResourceType": "cam", "ResourceName": "svc"},
    "Location": "中国 江苏省 南京市 中国电信",
}


def place(raw: str) -> Place:
    return Place(raw=raw, country=raw.partition(" ")[0])


def read(inner: object = None, **outer: Any) -> AuditEvent:
    """The record with these fields changed; None takes one away."""
    text = inner if isinstance(inner, str) else json.dumps(INNER | (inner if isinstance(inner, dict) else {}))
    raw = OUTER | {"CloudAuditEvent": text} | outer
    return parse_event({key: value for key, value in raw.items() if value is not None}, place_of=place)
