"""CAM: policies, and what they are attached to."""

import json
from typing import Any

from tasks.sandbox.action import FEW_CALLS_PER_S, POLICY_WRITES_PER_S, Action, Answer
from tasks.sandbox.authz import IP_CONDITIONS, person_policy_ids
from tasks.sandbox.errors import ApiError, user_not_exist
from tasks.sandbox.find import clock_text, person, policy
from tasks.sandbox.shapes import objects, shape
from tasks.sandbox.state import Cloud, Group, Person, Policy, Role
from tasks.sandbox.world import Request

VERSION = "2019-01-16"
NAME_MAX = 128
DOCUMENT_MAX = 6144
PAGE_MAX = 200
ATTACHED_MAX = 200
DIRECT, BY_GROUP = 1, 2
CUSTOM, PRESET = 1, 2
ENTITIES = {"User": 1, "Group": 2, "Role": 3}


def list_policies(request: Request) -> Answer:
    """List the policies, by scope and keyword."""
    scope, keyword = request.get("Scope", "All"), request.get("Keyword", "")
    if scope not in ("All", "QCS", "Local"):
        raise ApiError("InvalidParameter.ScopeError", "Scope must be All, QCS or Local.")
    wanted = {"All": (True, False), "QCS": (True,), "Local": (False,)}[scope]
    found = [one for one in request.cloud.policies if one.preset in wanted and keyword in one.name]
    shown = [_listed(request.cloud, one) for one in page_of(request, found)]
    return {"TotalNum": len(found), "List": shown, "ServiceTypeList": []}


def get_policy(request: Request) -> Answer:
    """Tell what a policy says."""
    found = policy(request.cloud, request.params["PolicyId"])
    if found is None:
        raise ApiError("ResourceNotFound.PolicyIdNotFound", "The policy does not exist.")
    return {
        "PolicyName": found.name,
        "Description": found.description,
        "Type": PRESET if found.preset else CUSTOM,
        "AddTime": clock_text(found.created),
        "UpdateTime": clock_text(found.updated or found.created),
        "PolicyDocument": json.dumps(found.document, ensure_ascii=False, separators=(",", ":")),
        "PresetAlias": "",
        "IsServiceLinkedRolePolicy": 0,
        "Tags": [],
    }


def create_policy(request: Request) -> Answer:
    """Make a policy of one's own."""
    cloud, name, text = request.cloud, request.params["PolicyName"], request.params["PolicyDocument"]
    if not 1 <= len(name) <= NAME_MAX:
        raise ApiError("InvalidParameter.PolicyNameError", f"The policy name must have 1 to {NAME_MAX} characters.")
    if any(one.name == name for one in cloud.policies):
        raise ApiError("FailedOperation.PolicyNameInUse", "The policy name is already in use.")
    made = Policy(
        id=200_900_000 + cloud.number(),  # above those that the stories name
        name=name,
        document=_document(text),
        description=request.get("Description", ""),
        created=request.at,
    )
    cloud.policies.append(made)
    return {"PolicyId": made.id}


def delete_policy(request: Request) -> Answer:
    """Remove policies, and take them from whoever has them."""
    cloud, gone = request.cloud, request.params["PolicyId"]
    for one in gone:
        found = policy(cloud, one)
        if found is None:
            raise ApiError("ResourceNotFound.PolicyIdNotFound", f"The policy {one} does not exist.")
        if found.preset:
            raise ApiError("InvalidParameter.PolicyIdError", "A preset policy cannot be deleted.")
    cloud.policies = [one for one in cloud.policies if one.id not in gone]
    for holder in _holders(cloud):
        holder.policies = [one for one in holder.policies if one not in gone]
    return {}


def list_attached_user_policies(request: Request) -> Answer:
    """List the policies of somebody, direct and by group."""
    found, kind, keyword = _target(request), request.params["AttachType"], request.get("Keyword", "")
    ids = {
        0: list(dict.fromkeys(person_policy_ids(request.cloud, found))),
        DIRECT: list(found.policies),
        BY_GROUP: [one for one in person_policy_ids(request.cloud, found) if one not in found.policies],
    }.get(kind)
    if ids is None:
        raise ApiError("InvalidParameter.ParamError", "AttachType must be 0, 1 or 2.")
    known = (policy(request.cloud, number) for number in ids)
    policies = [one for one in known if one and keyword in one.name]
    shown = [_attached(request.cloud, found, one) for one in page_of(request, policies)]
    return {"PolicyList": shown, "TotalNum": len(policies)}


def attach_user_policy(request: Request) -> Answer:
    """Give a policy to somebody; giving it twice is giving it once."""
    found, number = _attach_target(request, "AttachUin"), existing(request)
    if number not in found.policies:
        if len(found.policies) >= ATTACHED_MAX:
            raise ApiError("InvalidParameter.AttachmentFull", "The number of policies has reached the upper limit.")
        found.policies = [*found.policies, number]
    return {}


def detach_user_policy(request: Request) -> Answer:
    """Take a policy from somebody."""
    found, number = _attach_target(request, "DetachUin"), existing(request)
    found.policies = [one for one in found.policies if one != number]
    return {}


def get_boundary(request: Request) -> Answer:
    """Tell the permission boundary of somebody; all null for none."""
    found = _target(request)
    boundary = policy(request.cloud, found.boundary) if found.boundary else None
    if boundary is None:
        return dict.fromkeys(("PolicyId", "PolicyName", "PolicyDocument", "PolicyType", "CreateMode"))
    return {
        "PolicyId": boundary.id,
        "PolicyName": boundary.name,
        "PolicyDocument": json.dumps(boundary.document, ensure_ascii=False, separators=(",", ":")),
        "PolicyType": PRESET if boundary.preset else CUSTOM,
        "CreateMode": 2,
    }


def put_boundary(request: Request) -> Answer:
    """Set the permission boundary of somebody; it replaces the one before."""
    found = _bounded(request)
    if policy(request.cloud, request.params["PolicyId"]) is None:
        raise ApiError("InvalidParameter.PolicyIdNotExist", "The policy does not exist.")
    found.boundary = request.params["PolicyId"]
    return {}


def delete_boundary(request: Request) -> Answer:
    """Remove the permission boundary of somebody."""
    _bounded(request).boundary = None
    return {}


def existing(request: Request) -> int:
    """Find the policy that the call names."""
    number: int = request.params["PolicyId"]
    if policy(request.cloud, number) is None:
        raise ApiError("InvalidParameter.PolicyIdNotExist", "The policy does not exist.")
    return number


def page_of(request: Request, found: list[Any]) -> list[Any]:
    """Cut out the page that the call asks for."""
    size, page = request.get("Rp", 20), request.get("Page", 1)
    if not 1 <= size <= PAGE_MAX or page < 1:
        raise ApiError("InvalidParameter.ParamError", f"Rp must be from 1 to {PAGE_MAX}, and Page at least 1.")
    return found[(page - 1) * size : page * size]


def _document(text: str) -> dict[str, Any]:
    if len(text) > DOCUMENT_MAX:
        raise ApiError("InvalidParameter.PolicyDocumentLengthOverLimit", f"At most {DOCUMENT_MAX} characters.")
    try:
        document = json.loads(text)
        statements = document["statement"]
        listed = statements if isinstance(statements, list) else [statements]
        bad = next((one for one in listed if one["effect"] not in ("allow", "deny") or not one["action"]), None)
    except (ValueError, KeyError, TypeError) as error:
        raise ApiError("InvalidParameter.PolicyDocumentError", "The policy document is not valid.") from error
    if document.get("version") != "2.0":
        raise ApiError("InvalidParameter.VersionError", "The policy version must be 2.0.")
    if bad is not None:
        raise ApiError("InvalidParameter.EffectError", "The effect must be allow or deny.")
    if any(kind not in IP_CONDITIONS for one in listed for kind in one.get("condition", {})):
        raise ApiError("InvalidParameter.ConditionTypeError", "The condition is not supported.")
    return dict(document)


def _holders(cloud: Cloud) -> list[Person | Role | Group]:
    return [*cloud.people, *cloud.roles, *cloud.groups]


def _target(request: Request) -> Person:
    found = person(request.cloud, request.params["TargetUin"])
    if found is None:
        raise user_not_exist()
    return found


def _bounded(request: Request) -> Person:
    found = person(request.cloud, request.params["TargetUin"])
    if found is None or found.kind == "root":
        raise user_not_exist("InvalidParameter.UserNotExist")
    return found


def _attach_target(request: Request, name: str) -> Person:
    found = person(request.cloud, request.params[name])
    if found is None or found.kind == "root":
        raise user_not_exist()
    return found


def _listed(cloud: Cloud, one: Policy) -> Answer:
    holders = sum(one.id in holder.policies for holder in _holders(cloud))
    boundaries = sum(one.id == holder.boundary for holder in cloud.people)
    return {
        "PolicyId": one.id,
        "PolicyName": one.name,
        "AddTime": clock_text(one.created),
        "Type": PRESET if one.preset else CUSTOM,
        "Description": one.description,
        "CreateMode": 2,
        "Attachments": holders,
        "ServiceType": "cooperator",
        "IsAttached": None,
        "Deactived": 0,
        "DeactivedDetail": [],
        "IsServiceLinkedPolicy": 0,
        "AttachEntityCount": holders,
        "AttachEntityBoundaryCount": boundaries,
        "UpdateTime": clock_text(one.updated or one.created),
        "Tags": [],
    }


def list_entities_for_policy(request: Request) -> Answer:
    """List the people, groups and roles that a policy is attached to."""
    number, kind, cloud = request.params["PolicyId"], request.get("EntityFilter", "All"), request.cloud
    if policy(cloud, number) is None:
        raise ApiError("ResourceNotFound.PolicyIdNotFound", "The policy does not exist.")
    if kind not in ("All", *ENTITIES):
        raise ApiError("InvalidParameter.EntityFilterError", "EntityFilter must be All, User, Group or Role.")
    rows = [
        *(_entity("User", one.uid, one.name, one.uin) for one in cloud.people if number in one.policies),
        *(_entity("Group", one.id, one.name, 0) for one in cloud.groups if number in one.policies),
        *(_entity("Role", one.id, one.name, 0) for one in cloud.roles if number in one.policies),
    ]
    found = [row for row in rows if kind == "All" or row["RelatedType"] == ENTITIES[kind]]
    return {"TotalNum": len(found), "List": page_of(request, found)}


def _entity(kind: str, number: int | str, name: str, uin: int) -> Answer:
    return {"Id": str(number), "Name": name, "Uin": uin, "RelatedType": ENTITIES[kind], "AttachmentTime": ""}


def _attached(cloud: Cloud, found: Person, one: Policy) -> Answer:
    groups = [group for group in cloud.groups if group.id in found.groups and one.id in group.policies]
    return {
        "PolicyId": str(one.id),
        "PolicyName": one.name,
        "Description": one.description,
        "AddTime": clock_text(one.created),
        "StrategyType": str(PRESET if one.preset else CUSTOM),
        "CreateMode": "2",
        "Groups": [{"GroupId": group.id, "GroupName": group.name} for group in groups],
        "Deactived": 0,
        "DeactivedDetail": [],
    }


ACTIONS = (
    Action("cam", VERSION, "ListPolicies", "查询策略列表", shape("Rp:int Page:int Scope Keyword"), list_policies),
    Action("cam", VERSION, "GetPolicy", "查看策略详情", shape("PolicyId:int!"), get_policy),
    Action(
        "cam",
        VERSION,
        "ListAttachedUserAllPolicies",
        "列出用户关联的策略",
        shape("TargetUin:int! Rp:int! Page:int! AttachType:int! StrategyType:int Keyword"),
        list_attached_user_policies,
        per_second=FEW_CALLS_PER_S,
    ),
    Action(
        "cam",
        VERSION,
        "ListEntitiesForPolicy",
        "查询策略关联的实体列表",
        shape("PolicyId:int! Page:int Rp:int EntityFilter"),
        list_entities_for_policy,
    ),
    Action("cam", VERSION, "GetUserPermissionBoundary", "获取用户权限边界", shape("TargetUin:int!"), get_boundary),
    Action(
        "cam",
        VERSION,
        "CreatePolicy",
        "创建策略",
        shape("PolicyName! PolicyDocument! Description", Tags=objects(shape("Key! Value!"))),
        create_policy,
        write=True,
        sensitive=True,
        per_second=POLICY_WRITES_PER_S,
        subject="PolicyName",
    ),
    Action(
        "cam",
        VERSION,
        "DeletePolicy",
        "删除策略",
        shape("PolicyId:int[]!"),
        delete_policy,
        write=True,
        sensitive=True,
        per_second=POLICY_WRITES_PER_S,
        subject="PolicyId",
    ),
    Action(
        "cam",
        VERSION,
        "AttachUserPolicy",
        "绑定策略到用户",
        shape("PolicyId:int! AttachUin:int!"),
        attach_user_policy,
        write=True,
        sensitive=True,
        per_second=POLICY_WRITES_PER_S,
        subject="AttachUin",
    ),
    Action(
        "cam",
        VERSION,
        "DetachUserPolicy",
        "解除绑定到用户的策略",
        shape("PolicyId:int! DetachUin:int!"),
        detach_user_policy,
        write=True,
        sensitive=True,
        per_second=POLICY_WRITES_PER_S,
        subject="DetachUin",
    ),
    Action(
        "cam",
        VERSION,
        "PutUserPermissionsBoundary",
        "设置用户权限边界",
        shape("TargetUin:int! PolicyId:int!"),
        put_boundary,
        write=True,
        sensitive=True,
        subject="TargetUin",
    ),
    Action(
        "cam",
        VERSION,
        "DeleteUserPermissionsBoundary",
        "删除用户权限边界",
        shape("TargetUin:int!"),
        delete_boundary,
        write=True,
        sensitive=True,
        subject="TargetUin",
    ),
)
