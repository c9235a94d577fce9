"""How one key, user or role stands now: what containment looks at before and after it acts."""

import json
from typing import Any

from tasks.cloud.api import Api, Call
from tasks.cloud.products import CAM, STS
from tasks.errors import NotFound

FLAGS = ("LoginFlag", "ActionFlag", "OffsiteFlag")
Flags = dict[str, dict[str, int]]
"""By flag, by method: 0 or 1."""

PAGE = 200
"""Rows a page; the API's most."""

PAGES = 200
"""Pages at most; the API's most."""


def keys(cloud: Api, owner: str) -> dict[str, bool]:
    """Return whether each key of the owner is active, by its id."""
    if not owner.isdecimal():
        raise NotFound("cam:ListAccessKeys", "OwnerUnknown", "the key's owner is not known")
    body = _cam(cloud, "ListAccessKeys", {"TargetUin": int(owner)})
    return {key["AccessKeyId"]: key["Status"] == "Active" for key in body.get("AccessKeys") or []}


def user(cloud: Api, name: str) -> dict[str, Any]:
    """Return a sub-user by name: at least `Uin`, `ConsoleLogin` and `PhoneNum`."""
    return _cam(cloud, "GetUser", {"Name": name}, "Uin", "ConsoleLogin")


def role_console(cloud: Api, role_id: str) -> bool:
    """Whether the role may enter the console."""
    return bool(_cam(cloud, "GetRole", {"RoleId": role_id}, "RoleInfo")["RoleInfo"]["ConsoleLogin"])


def user_policies(cloud: Api, uin: str) -> dict[int, str]:
    """Return the policies attached to the user himself: names by id."""
    params = {"TargetUin": int(uin), "AttachType": 1}
    return _paged(cloud, "ListAttachedUserAllPolicies", params, "PolicyList")


def role_policies(cloud: Api, role_id: str) -> dict[int, str]:
    """Return the policies attached to the role: names by id."""
    return _paged(cloud, "ListAttachedRolePolicies", {"RoleId": role_id}, "List")


def policies_named(cloud: Api, keyword: str) -> dict[int, str]:
    """Return the account's own policies whose name has the keyword: names by id."""
    return _paged(cloud, "ListPolicies", {"Scope": "Local", "Keyword": keyword}, "List")


def policy_document(cloud: Api, policy_id: int) -> Any:
    """Return a policy's document, parsed; None where it is no JSON."""
    text = _cam(cloud, "GetPolicy", {"PolicyId": policy_id}, "PolicyDocument")["PolicyDocument"]
    try:
        return json.loads(text)
    except ValueError:
        return None


def boundary(cloud: Api, uin: str) -> int | None:
    """Return the id of the user's permission boundary; None where there is none."""
    found = _cam(cloud, "GetUserPermissionBoundary", {"TargetUin": int(uin)}).get("PolicyId")
    return int(found) if found else None


def safe_auth(cloud: Api, uin: str) -> Flags:
    """Return a sub-account's flags."""
    return _flags(_cam(cloud, "DescribeSafeAuthFlagColl", {"SubUin": int(uin)}, *FLAGS))


def own_or_other_flags(cloud: Api, uin: str) -> Flags:
    """Return anybody's flags: only one's own may be asked for without naming whose."""
    caller = cloud.call(Call(STS, "GetCallerIdentity", require=("UserId",))).body
    if str(caller["UserId"]) != uin:
        return safe_auth(cloud, uin)
    own = "DescribeSafeAuthFlag" if cloud.site == "cn" else "DescribeSafeAuthFlagIntl"
    return _flags(_cam(cloud, own, {}, *FLAGS))


def _flags(body: dict[str, Any]) -> Flags:
    return {part: {name: int(on) for name, on in body[part].items() if on is not None} for part in FLAGS}


def _paged(cloud: Api, action: str, params: dict[str, Any], field: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for page in range(1, PAGES + 1):
        body = _cam(cloud, action, {**params, "Rp": PAGE, "Page": page}, field)
        rows = body[field] or []
        found.update({int(row["PolicyId"]): row["PolicyName"] for row in rows})
        if len(rows) < PAGE:
            break
    return found


def _cam(cloud: Api, action: str, params: dict[str, Any], *require: str) -> dict[str, Any]:
    return cloud.call(Call(CAM, action, params, require=require)).body
