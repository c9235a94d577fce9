"""CloudAudit's way of writing a record: JSON, in JSON, in JSON."""

import json
from typing import Any

from tasks.sandbox.audit import Event
from tasks.sandbox.find import clock_text, location
from tasks.sandbox.state import Cloud

CONSOLE_AGENT = "SDK_NODEJS_0.2.1"  # real records of console calls name the console's own client, not the browser
SESSION_S = 48 * 3600
DENIED_CODE = 4102
TITLES = {"account": "账号", "cam": "访问管理", "cloudaudit": "操作审计", "cvm": "云服务器", "vpc": "私有网络"}


def outer(cloud: Cloud, event: Event, *, place: bool) -> dict[str, Any]:
    """Write the record as an answer carries it."""
    line: dict[str, Any] = {
        "EventId": event.request_id,
        "Username": event.user,
        "EventTime": str(event.at),
        "CloudAuditEvent": json.dumps(inner(cloud, event), ensure_ascii=False),
        "ResourceTypeCn": TITLES.get(event.service, event.service),
        "ErrorCode": _cam_code(event),
        "EventName": event.name,
        "SecretId": event.secret_id,
        "EventSource": _source(event),
        "RequestID": event.request_id,
        "ResourceRegion": event.region,
        "AccountID": cloud.uin,
        "SourceIPAddress": event.ip,
        "EventNameCn": event.title or event.name,
        "Resources": {"ResourceType": event.service, "ResourceName": event.resource},
        "EventRegion": event.region,
    }
    return line | ({"Location": location(cloud, event.ip)} if place else {})


def inner(cloud: Cloud, event: Event) -> dict[str, Any]:
    """Write what is inside the record's CloudAuditEvent."""
    return {
        "userIdentity": _identity(cloud, event),
        "eventRegion": event.region,
        "eventVersion": 2,
        "errorCode": str(_cam_code(event)),
        "errorMessage": event.message if event.denied else "",
        "requestID": event.request_id,
        "eventID": event.request_id,
        "apiVersion": "3.0",
        "eventType": "ConsoleCall" if event.console else "ApiCall",
        "actionType": "Write" if event.write else "Read",
        "httpMethod": "POST",
        "apiErrorCode": event.failed or 0,
        "apiErrorMessage": event.message if event.failed else "",
        "userAgent": CONSOLE_AGENT if event.console else event.agent,
        "eventTime": event.at,
        "sourceIPAddress": event.ip,
        "eventSource": _source(event),
        "resources": '["*"]',
        "resourceName": event.resource,
        "resourceSet": [event.resource] if event.resource else [],
        "requestParameters": json.dumps(_request(event), ensure_ascii=False),
        "responseElements": json.dumps(event.made, ensure_ascii=False) if event.made else "",
        "resourceType": event.service,
        "eventName": event.name,
        "sensitiveAction": "1" if event.sensitive else "",
        "tags": [""],
    }


def _cam_code(event: Event) -> int:
    return DENIED_CODE if event.denied else 0


def _source(event: Event) -> str:
    return f"{event.service}.tencentcloudapi.com"


def _identity(cloud: Cloud, event: Event) -> dict[str, Any]:
    return {
        "principalId": event.who,
        "accountId": str(cloud.uin),
        "secretId": event.secret_id,
        "type": event.identity,
        "userName": event.user,
        "sessionContext": json.dumps(_session(cloud, event), ensure_ascii=False) if event.token else "",
    }


def _session(cloud: Cloud, event: Event) -> dict[str, Any]:
    return {
        "token": event.token,
        "ua": "6b389b01b18f1d9e759f60cbc8824fd9",
        "userIp": event.ip,
        "uin": int(event.who) if event.who.isdecimal() else 0,
        "ownerUin": cloud.uin,
        "appId": cloud.app_id,
        "expireTime": clock_text(event.at + SESSION_S),
        "mfa": int(event.mfa),
        "mfaExpireTime": "0000-00-00 00:00:00",
        "interfaceName": "",
        "hasPolicyFilter": 0,
        "policyFilter": "",
        "extraInfo": json.dumps({"dictId": 2342, "sessionUin": 5000}),
    }


def _request(event: Event) -> dict[str, Any]:
    common = {"Action": event.name, "Region": event.region, "Timestamp": str(event.at)}
    console = {"Token": event.token, "RequestSource": "MC", "SecretId": event.secret_id} if event.token else {}
    return common | console | event.params
