"""CAM: access keys."""

import hashlib
from datetime import datetime

from tasks.sandbox.action import FEW_CALLS_PER_S, Action, Answer
from tasks.sandbox.errors import ApiError
from tasks.sandbox.find import BEIJING, clock_text, key, keys_of, person
from tasks.sandbox.shapes import shape
from tasks.sandbox.state import Key
from tasks.sandbox.world import Request

VERSION = "2019-01-16"
KEYS_MAX = 2
LAST_USED_MAX = 10


def list_access_keys(request: Request) -> Answer:
    """List the keys of somebody, the caller's own where nobody is named."""
    return {"AccessKeys": [_shown(one) for one in keys_of(request.cloud, _target(request))]}


def get_security_last_used(request: Request) -> Answer:
    """Tell when keys were last used."""
    wanted = request.params["SecretIdList"]
    if len(wanted) > LAST_USED_MAX:
        raise ApiError("InvalidParameter", f"SecretIdList takes at most {LAST_USED_MAX} values.")
    return {"SecretIdLastUsedRows": [_used(one, key(request.cloud, one)) for one in wanted]}


def create_access_key(request: Request) -> Answer:
    """Make a key; two is the most that anybody has."""
    owner = _target(request)
    if len(keys_of(request.cloud, owner)) >= KEYS_MAX:
        raise ApiError("OperationDenied.AccessKeyOverLimit", "Each account can have up to 2 access keys.")
    made = new_key(request, owner, request.get("Description", ""))
    return {"AccessKey": {**_shown(made), "SecretAccessKey": made.secret}}


def update_access_key(request: Request) -> Answer:
    """Switch a key on or off."""
    status = request.params["Status"]
    if status not in ("Active", "Inactive"):
        raise ApiError("InvalidParameter.ParamError", "Status must be Active or Inactive.")
    _key(request).active = status == "Active"
    return {}


def delete_access_key(request: Request) -> Answer:
    """Remove a key for good."""
    request.cloud.keys.remove(_key(request))
    return {}


def new_key(request: Request, owner: int, description: str = "") -> Key:
    """Make a key whose id and secret follow from the cloud's own counter, so that a replay makes the same."""
    seed = hashlib.sha256(f"{request.cloud.uin}/{request.cloud.number()}".encode()).hexdigest()
    made = Key(id=f"AKIDexample{seed[:21]}", secret=seed[21:53], owner=owner, created=request.at)
    made.description = description
    request.cloud.keys.append(made)
    return made


def _target(request: Request) -> int:
    """Find whose keys are meant; those of the main account are closed to everybody else."""
    own = int(request.caller.uin) if request.caller.person else request.cloud.uin
    owner: int = request.get("TargetUin", own)
    if owner == request.cloud.uin and not request.caller.is_root:
        raise ApiError("OperationDenied.SubUin", "Sub-users are not allowed to operate root account keys.")
    if person(request.cloud, owner) is None:
        raise ApiError("InvalidParameter.UserNotExist", "The user does not exist.")
    return owner


def _key(request: Request) -> Key:
    owner, found = _target(request), key(request.cloud, request.params["AccessKeyId"])
    if found is None:
        raise ApiError("ResourceNotFound.SecretNotExist", "The key does not exist.")
    if found.owner == request.cloud.uin and not request.caller.is_root:
        raise ApiError("OperationDenied.SubUin", "Sub-users are not allowed to operate root account keys.")
    if found.owner != owner:
        raise ApiError("OperationDenied.UinNotMatch", "The key does not belong to the user.")
    return found


def _shown(one: Key) -> Answer:
    return {
        "AccessKeyId": one.id,
        "Status": "Active" if one.active else "Inactive",
        "CreateTime": clock_text(one.created),
        "Description": one.description or None,
    }


def _used(name: str, found: Key | None) -> Answer:
    if found is None or not found.last_used:
        return {"SecretId": name, "LastUsedDate": None, "LastSecretUsedDate": None}
    day = datetime.fromtimestamp(found.last_used, BEIJING).strftime("%Y-%m-%d")
    return {"SecretId": name, "LastUsedDate": day, "LastSecretUsedDate": found.last_used * 1000}


ACTIONS = (
    Action("cam", VERSION, "ListAccessKeys", "列出访问密钥", shape("TargetUin:int"), list_access_keys),
    Action(
        "cam",
        VERSION,
        "GetSecurityLastUsed",
        "获取密钥最近使用情况",
        shape("SecretIdList:str[]!"),
        get_security_last_used,
    ),
    Action(
        "cam",
        VERSION,
        "CreateAccessKey",
        "创建访问密钥",
        shape("TargetUin:int Description"),
        create_access_key,
        write=True,
        sensitive=True,
        subject="AccessKeyId",
    ),
    Action(
        "cam",
        VERSION,
        "UpdateAccessKey",
        "更新访问密钥",
        shape("AccessKeyId! Status! TargetUin:int"),
        update_access_key,
        write=True,
        sensitive=True,
        per_second=FEW_CALLS_PER_S,
        subject="AccessKeyId",
    ),
    Action(
        "cam",
        VERSION,
        "DeleteAccessKey",
        "删除访问密钥",
        shape("AccessKeyId! TargetUin:int"),
        delete_access_key,
        write=True,
        sensitive=True,
        subject="AccessKeyId",
    ),
)
