"""The security centre: last logins with their places (the main account's too), alarms, calling addresses."""

import json
from datetime import UTC, datetime
from typing import Any

from tasks.sandbox.action import Action, Answer
from tasks.sandbox.errors import ApiError
from tasks.sandbox.find import clock_text, key, location, person_named, public_ips
from tasks.sandbox.shapes import an_object, objects, shape
from tasks.sandbox.state import Alarm, Cloud, Key
from tasks.sandbox.world import Request

VERSION = "2022-11-21"
EQUAL, NOT_EQUAL, EXACT, FUZZY = 1, 6, 7, 9
PAGE_MAX = 1000


def describe_user_detail(request: Request) -> Answer:
    """Tell the last login and the protections of somebody, the main account included."""
    _switched_on(request.cloud)
    found = person_named(request.cloud, request.params["SubUin"])
    if found is None:
        raise ApiError("ResourceNotFound", "The account does not exist.")
    place = location(request.cloud, found.last_ip).split(" ") if found.last_ip else []
    user = {
        "ID": found.uid,
        "Name": found.name,
        "Type": int(found.kind != "root"),
        "AccessType": int(found.console),
        "Advice": 0,
        "AccessKeyAlarmList": [],
        "AccessKeyRiskList": [],
        "AppID": request.cloud.app_id,
        "Nickname": request.cloud.nickname,
        "SubNickname": found.nickname or found.name,
        "Uin": str(request.cloud.uin),
        "SubUin": str(found.uin),
        "LoginIP": found.last_ip,
        "LoginLocation": "-".join(place[:3]),
        "LoginTime": clock_text(found.last_login),
        "ISP": place[3] if len(place) > 3 else "",  # noqa: PLR2004 -- country, province, city, carrier
        "ActionFlag": int(bool(found.action_check)),
        "LoginFlag": int(bool(found.login_check)),
        "CheckStatus": 0,
        "CloudType": 0,
    }
    return {"User": user}


def describe_alarms(request: Request) -> Answer:
    """List the alarms, of one sub-account or of all."""
    _switched_on(request.cloud)
    uin = request.get("SubUin")
    found = [_alarm(request.cloud, one) for one in request.cloud.alarms if uin in (None, str(one.person))]
    return _page(request, found)


def describe_source_ips(request: Request) -> Answer:
    """List the addresses that calls came from, and whether they are the account's own."""
    _switched_on(request.cloud)
    own = dict(public_ips(request.cloud))
    ips = {one.last_ip: one for one in request.cloud.keys if one.last_ip}
    listed = [_source(request.cloud, number, ip, used, own) for number, (ip, used) in enumerate(ips.items(), 1)]
    return _page(request, listed)


def _switched_on(cloud: Cloud) -> None:
    if not cloud.security_centre:
        raise ApiError("UnauthorizedOperation", "The cloud security center is not enabled for this account.")


def _page(request: Request, found: list[Answer]) -> Answer:
    asked = request.get("Filter", {})
    kept = [one for one in found if all(_fits(one, test) for test in asked.get("Filters") or [])]
    start, size = asked.get("Offset") or 0, asked.get("Limit") or 20
    if size > PAGE_MAX:
        raise ApiError("InvalidParameterValue", f"Limit must be at most {PAGE_MAX}.")
    return {"Data": kept[start : start + size], "Total": len(kept)}


def _fits(one: Answer, test: dict[str, Any]) -> bool:
    if test["Name"] not in one:
        raise ApiError("InvalidParameter", f"The filter `{test['Name']}` is not supported.")
    value, wanted = str(one[test["Name"]]), test["Values"]
    kind = test.get("OperatorType") or EQUAL
    if kind == FUZZY:
        return any(text in value for text in wanted)
    return (value not in wanted) if kind == NOT_EQUAL else (value in wanted)


def _alarm(cloud: Cloud, one: Alarm) -> Answer:
    used = key(cloud, one.key)
    who = person_named(cloud, str(one.person))
    return {
        "Name": one.name,
        "Level": one.level,
        "ID": one.id,
        "AlarmRuleID": 94865,
        "AlarmType": 0,
        "AccessKey": one.key,
        "AccessKeyID": _key_number(cloud, used) if used else 0,
        "AccessKeyRemark": "",
        "LastAlarmTime": clock_text(one.at),
        "Status": 0,
        "Date": clock_text(one.at)[:10],
        "Tag": [],
        "Uin": str(cloud.uin),
        "Nickname": cloud.nickname,
        "SubUin": str(one.person),
        "SubNickname": who.name if who else "",
        "Type": int(who is not None and who.kind != "root"),
        "AppID": cloud.app_id,
        "LeakEvidence": [],
        "IsSupportEditWhiteAccount": True,
        "Evidence": json.dumps(_evidence(one)),
        "RuleKey": one.rule,
        "CloudType": 0,
        "FirstAlarmTimestamp": one.at,
        "LastAlarmTimestamp": one.at,
    }


def _evidence(one: Alarm) -> Answer:
    at = datetime.fromtimestamp(one.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"Type": "Login", "Login": [{"LoginTime": at, "Ip": one.ip, "Country": 86, "Province": 0, "City": 0}]}


def _source(cloud: Cloud, number: int, ip: str, used: Key, own: dict[str, str]) -> Answer:
    owner = person_named(cloud, str(used.owner))
    card = {"ID": _key_number(cloud, used), "Name": used.id, "User": owner.name if owner else "", "Remark": ""}
    return {
        "ID": number,
        "SourceIP": ip,
        "Remark": "",
        "AppID": cloud.app_id,
        "Region": " ".join(location(cloud, ip).split(" ")[:3]),
        "EventType": 1,
        "IPType": int(ip not in own),
        "AccessKeyAlarmList": [],
        "AKInfo": [card],
        "ActionCount": 1,
        "LastAccessTime": clock_text(used.last_used),
        "InstanceID": own.get(ip, ""),
        "InstanceName": own.get(ip, ""),
        "Uin": str(cloud.uin),
        "Nickname": cloud.nickname,
        "ShowStatus": True,
        "ISP": location(cloud, ip).rpartition(" ")[2],
        "VpcInfo": [],
        "CloudType": 0,
    }


def _key_number(cloud: Cloud, one: Key) -> int:
    return 10_001 + cloud.keys.index(one)


_FILTER = an_object(
    shape(
        "Limit:int Offset:int Order By StartTime EndTime",
        Filters=objects(shape("Name! Values:str[]! OperatorType:int")),
    ),
)

ACTIONS = (
    Action(
        "csip",
        VERSION,
        "DescribeAccessKeyUserDetail",
        "查询用户的账号详情",
        shape("SubUin! MemberId:str[]"),
        describe_user_detail,
    ),
    Action(
        "csip",
        VERSION,
        "DescribeAccessKeyAlarm",
        "访问密钥告警记录列表",
        shape("MemberId:str[] AccessKeyID:int SourceIPID:int SubUin", Filter=_FILTER),
        describe_alarms,
    ),
    Action(
        "csip",
        VERSION,
        "DescribeSourceIPAsset",
        "获取调用源 IP 列表",
        shape("MemberId:str[]", Filter=_FILTER),
        describe_source_ips,
    ),
)
