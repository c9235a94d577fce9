"""CAM: login protection, operation protection, off-site login, and login restrictions."""

from ipaddress import ip_network
from typing import Any

from tasks.sandbox.action import Action, Answer
from tasks.sandbox.errors import ApiError, user_not_exist
from tasks.sandbox.find import person, root
from tasks.sandbox.shapes import an_object, objects, shape
from tasks.sandbox.state import LoginRule, Person
from tasks.sandbox.world import Request

VERSION = "2019-01-16"
METHODS = ("Phone", "Token", "Stoken", "Wechat", "Custom", "Mail", "U2FToken", "Passkey")
RULES_MAX = 10
APPROVERS_MAX = 10


def describe_own_flags(request: Request) -> Answer:
    """Tell the caller's own protections."""
    return {**_flags(request, request.caller.person or root(request.cloud)), "PromptTrust": 0}


def describe_flags_of(request: Request) -> Answer:
    """Tell the protections of somebody."""
    found = person(request.cloud, request.params["SubUin"])
    if found is None:
        raise user_not_exist()
    return {**_flags(request, found), "PromptTrust": 0}


def describe_flags_intl(request: Request) -> Answer:
    """Tell the caller's own protections, as the international site does."""
    return _flags(request, request.caller.person or root(request.cloud))


def set_mfa_flag(request: Request) -> Answer:
    """Set how somebody must prove who they are at login and at operations."""
    uin = request.get("OpUin", int(request.caller.uin) if request.caller.person else 0)
    found = person(request.cloud, uin)
    if found is None or found.kind == "root":
        raise user_not_exist()
    chosen = {name: _chosen(found, request.get(name)) for name in ("LoginFlag", "ActionFlag")}
    if chosen["LoginFlag"] is not None:
        found.login_check = chosen["LoginFlag"]
    if chosen["ActionFlag"] is not None:
        found.action_check = chosen["ActionFlag"]
    return {}


def create_login_ip_policy(request: Request) -> Answer:
    """Replace the account-wide login restriction of sub-users."""
    rules = {one["IP"]: one["Effect"] for one in request.get("IpPolicies", [])}
    approvers = request.get("ApproverUin", [])
    if len(rules) > RULES_MAX:
        raise ApiError("FailedOperation.PolicyFull", "The number of IP policies has reached the upper limit.")
    if len(approvers) > APPROVERS_MAX:
        raise ApiError("FailedOperation.AssistApproverFull", "The number of approvers has reached the upper limit.")
    _check_rules(rules)
    if any(person(request.cloud, one) is None for one in approvers):
        raise ApiError("InvalidParameter.UserNotExist", "The approver does not exist.")
    request.cloud.login_rule = LoginRule(
        ips=rules,
        approvers=approvers,
        disabled=bool(request.get("DisablePolicy", 0)),
        kind=request.get("PolicyType", 1),
    )
    return {}


def _check_rules(rules: dict[str, str]) -> None:
    if any(effect not in ("Allow", "Deny") for effect in rules.values()):
        raise ApiError("InvalidParameter.EffectError", "Effect must be Allow or Deny.")
    for address in rules:
        try:
            ip_network(address, strict=False)
        except ValueError as error:
            raise ApiError("InvalidParameter.IPIllegal", f"The IP {address} is illegal.") from error


def _chosen(found: Person, flags: dict[str, Any] | None) -> str | None:
    """Read the one method that is switched on; empty for none, None where nothing was said."""
    if flags is None:
        return None
    method = next((name for name in METHODS if flags.get(name)), "")
    if method == "Phone" and not found.phone:
        raise ApiError("FailedOperation.UserNotBindPhone", "The user has not bound a mobile phone.")
    if method == "Wechat":
        raise ApiError("FailedOperation.UserNotBindWechat", "The user has not bound WeChat.")
    return method


def _flags(request: Request, one: Person) -> Answer:
    offsite = request.cloud.offsite
    return {
        "LoginFlag": {name: int(one.login_check == name) for name in METHODS},
        "ActionFlag": {name: int(one.action_check == name) for name in METHODS},
        "OffsiteFlag": {
            "VerifyFlag": int(offsite.verify),
            "NotifyPhone": int(offsite.notify_phone),
            "NotifyEmail": int(offsite.notify_email),
            "NotifyWechat": int(offsite.notify_wechat),
            "Tips": 0,
        },
    }


_METHODS = shape("Phone:int Stoken:int Wechat:int")

ACTIONS = (
    Action("cam", VERSION, "DescribeSafeAuthFlag", "查询安全设置", shape(), describe_own_flags),
    Action("cam", VERSION, "DescribeSafeAuthFlagColl", "查询子用户安全设置", shape("SubUin:int!"), describe_flags_of),
    Action("cam", VERSION, "DescribeSafeAuthFlagIntl", "查询安全设置（国际站）", shape(), describe_flags_intl),
    Action(
        "cam",
        VERSION,
        "SetMfaFlag",
        "设置用户的登录保护和敏感操作校验方式",
        shape("OpUin:int", LoginFlag=an_object(_METHODS), ActionFlag=an_object(_METHODS)),
        set_mfa_flag,
        write=True,
        sensitive=True,
        subject="OpUin",
    ),
    Action(
        "cam",
        VERSION,
        "CreateSubAccountLoginIpPolicy",
        "创建子用户登录限制策略",
        shape(
            "ApproverType ApproverUin:int[] DisablePolicy:int PolicyType:int",
            IpPolicies=objects(shape("IP! Effect!")),
        ),
        create_login_ip_policy,
        write=True,
        sensitive=True,
    ),
)
