"""CAM: roles."""

import json

from tasks.sandbox.action import POLICY_WRITES_PER_S, SOME_CALLS_PER_S, Action, Answer
from tasks.sandbox.errors import ApiError
from tasks.sandbox.find import clock_text, policy, role_named
from tasks.sandbox.products.cam_policies import page_of
from tasks.sandbox.shapes import objects, shape
from tasks.sandbox.state import Policy, Role
from tasks.sandbox.world import Request

VERSION = "2019-01-16"


def describe_role_list(request: Request) -> Answer:
    """List the roles."""
    roles = request.cloud.roles
    return {"List": [_shown(request, one) for one in page_of(request, roles)], "TotalNum": len(roles)}


def get_role(request: Request) -> Answer:
    """Tell what a role is."""
    return {"RoleInfo": _shown(request, _role(request, "RoleId", "RoleName"))}


def list_attached_role_policies(request: Request) -> Answer:
    """List the policies of a role."""
    found, keyword = _role(request, "RoleId", "RoleName"), request.get("Keyword", "")
    policies = [one for one in request.cloud.policies if one.id in found.policies and keyword in one.name]
    return {"List": [_attached(one) for one in page_of(request, policies)], "TotalNum": len(policies)}


def attach_role_policy(request: Request) -> Answer:
    """Give a policy to a role; giving it twice is giving it once."""
    found, number = _role(request, "AttachRoleId", "AttachRoleName"), _policy_id(request)
    if number not in found.policies:
        found.policies = [*found.policies, number]
    return {}


def detach_role_policy(request: Request) -> Answer:
    """Take a policy from a role."""
    found, number = _role(request, "DetachRoleId", "DetachRoleName"), _policy_id(request)
    found.policies = [one for one in found.policies if one != number]
    return {}


def update_role_console_login(request: Request) -> Answer:
    """Switch a role's way into the web console on or off."""
    if request.params["ConsoleLogin"] not in (0, 1):
        raise ApiError("InvalidParameter.ParamError", "ConsoleLogin must be 0 or 1.")
    _role(request, "RoleId", "RoleName").console = bool(request.params["ConsoleLogin"])
    return {}


def _role(request: Request, by_id: str, by_name: str) -> Role:
    wanted = request.get(by_id) or request.get(by_name)
    if not wanted:
        raise ApiError("InvalidParameter.ParamError", f"One of {by_id} and {by_name} is required.")
    found = role_named(request.cloud, str(wanted))
    if found is None:
        raise ApiError("InvalidParameter.RoleNotExist", "The role does not exist.")
    return found


def _policy_id(request: Request) -> int:
    number, name = request.get("PolicyId"), request.get("PolicyName")
    found = next((one for one in request.cloud.policies if name and one.name == name), None)
    found = policy(request.cloud, number) if number else found
    if found is None:
        raise ApiError("InvalidParameter.PolicyIdNotExist", "The policy does not exist.")
    return found.id


def _shown(request: Request, one: Role) -> Answer:
    return {
        "RoleId": one.id,
        "RoleName": one.name,
        "PolicyDocument": json.dumps(one.trust, ensure_ascii=False),
        "Description": one.description,
        "AddTime": clock_text(one.created),
        "UpdateTime": clock_text(one.created),
        "ConsoleLogin": int(one.console),
        "RoleType": one.kind,
        "SessionDuration": one.session_s,
        "DeletionTaskId": None,
        "Tags": [],
        "RoleArn": f"qcs::cam::uin/{request.cloud.uin}:roleName/{one.name}",
    }


def _attached(one: Policy) -> Answer:
    return {
        "PolicyId": one.id,
        "PolicyName": one.name,
        "AddTime": clock_text(one.created),
        "PolicyType": "QCS" if one.preset else "User",
        "CreateMode": 2,
        "Deactived": 0,
        "DeactivedDetail": [],
        "Description": one.description,
    }


ACTIONS = (
    Action(
        "cam",
        VERSION,
        "DescribeRoleList",
        "获取角色列表",
        shape("Page:int! Rp:int!", Tags=objects(shape("Key! Value!"))),
        describe_role_list,
    ),
    Action("cam", VERSION, "GetRole", "获取角色详情", shape("RoleId RoleName"), get_role),
    Action(
        "cam",
        VERSION,
        "ListAttachedRolePolicies",
        "获取角色绑定的策略列表",
        shape("Page:int! Rp:int! RoleId RoleName PolicyType Keyword"),
        list_attached_role_policies,
        per_second=SOME_CALLS_PER_S,
    ),
    Action(
        "cam",
        VERSION,
        "AttachRolePolicy",
        "绑定权限策略到角色",
        shape("PolicyId:int AttachRoleId AttachRoleName PolicyName"),
        attach_role_policy,
        write=True,
        sensitive=True,
        per_second=POLICY_WRITES_PER_S,
        subject="AttachRoleName",
    ),
    Action(
        "cam",
        VERSION,
        "DetachRolePolicy",
        "解除绑定角色的策略",
        shape("PolicyId:int DetachRoleId DetachRoleName PolicyName"),
        detach_role_policy,
        write=True,
        sensitive=True,
        per_second=POLICY_WRITES_PER_S,
        subject="DetachRoleName",
    ),
    Action(
        "cam",
        VERSION,
        "UpdateRoleConsoleLogin",
        "修改角色是否可登录",
        shape("ConsoleLogin:int! RoleId:int RoleName"),
        update_role_console_login,
        write=True,
        sensitive=True,
        subject="RoleName",
    ),
)
