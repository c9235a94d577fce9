"""What an identity may do."""

from typing import Any, NamedTuple

from tasks.cloud.api import Api, Call
from tasks.cloud.products import CAM
from tasks.cloud.values import digits, line, rows, text
from tasks.errors import NotFound
from tasks.model.principal import Principal, PrincipalKind

PAGE = 200  # policies; the API's most
PAGES_MAX = 10
BOTH = 0  # AttachType: attached directly, or by a group

ADMIN_ID = "1"  # AdministratorAccess, the same in every account
ADMIN_NAMES = frozenset(
    {"AdministratorAccess", "QCloudResourceFullAccess", "QcloudCamFullAccess", "QcloudCAMFullAccess"}
)


class Attached(NamedTuple):
    """A policy that is attached."""

    id: str
    name: str

    @property
    def admin(self) -> bool:
        """Whether it grants everything, or the power to grant oneself everything."""
        return self.id == ADMIN_ID or self.name in ADMIN_NAMES


class Boundary(NamedTuple):
    """The permission boundary, empty where there is none."""

    id: str
    name: str


def attached_policies(cloud: Api, who: Principal) -> list[Attached]:
    """Policies attached to a user, directly or by a group, or to a role."""
    if who.kind is PrincipalKind.ROLE:
        return _paged(cloud, "ListAttachedRolePolicies", {"RoleId": who.uin}, "List")
    params = {"TargetUin": int(who.uin), "AttachType": BOTH}
    return _paged(cloud, "ListAttachedUserAllPolicies", params, "PolicyList")


def boundary(cloud: Api, who: Principal) -> Boundary:
    """The boundary of a user or role; only on the Chinese site."""
    role = who.kind is PrincipalKind.ROLE
    action = "GetRolePermissionBoundary" if role else "GetUserPermissionBoundary"
    params: dict[str, Any] = {"RoleId": who.uin} if role else {"TargetUin": int(who.uin)}
    try:
        body = cloud.call(Call(CAM, action, params)).body
    except NotFound:
        return Boundary("", "")
    return Boundary(digits(body.get("PolicyId")), line(body.get("PolicyName")))


def _paged(cloud: Api, action: str, params: dict[str, Any], field: str) -> list[Attached]:
    call, found = Call(CAM, action, {**params, "Rp": PAGE}, require=(field,)), list[Attached]()
    for page in range(1, PAGES_MAX + 1):
        answer = cloud.call(call.with_params({"Page": page}))
        fresh = rows(answer.body, field)
        found += [Attached(text(row.get("PolicyId")), line(row.get("PolicyName"))) for row in fresh]
        if not fresh or len(found) >= int(answer.body.get("TotalNum") or 0):
            break
    return found
