"""What an identity may do, and what a policy says."""

from typing import Any, NamedTuple

from tasks.cloud.api import Api, Call
from tasks.cloud.limits import ENTITIES_PER_PAGE, ENTITY_PAGES, POLICIES_PER_PAGE, POLICY_PAGES
from tasks.cloud.mask import opened
from tasks.cloud.paging import Rows, by_page
from tasks.cloud.products import CAM
from tasks.cloud.values import digits, line
from tasks.errors import NotFound
from tasks.model.principal import Principal, PrincipalKind

BY_ANYBODY, DIRECTLY = 0, 1
"""AttachType: attached to the user or by a group, or to the user alone; page 598/67728, read 2026-11-28."""

ENTITY_USER, ENTITY_GROUP = 1, 2
"""RelatedType of what a policy is attached to; tccli cam, read 2026-11-28."""

ADMIN_ID = 1  # AdministratorAccess, the same in every account
ADMIN_NAMES = frozenset(
    {"AdministratorAccess", "QCloudResourceFullAccess", "QcloudCamFullAccess", "QcloudCAMFullAccess"}
)


class PolicyRef(NamedTuple):
    """A policy by its id, 0 where the vendor does not say it, and its name."""

    id: int
    name: str

    @property
    def admin(self) -> bool:
        """Whether it grants everything, or the power to grant oneself everything."""
        return self.id == ADMIN_ID or self.name in ADMIN_NAMES


class PolicyStatement(NamedTuple):
    """One statement of a policy's document.

    Args:
        narrowed: whether something else, such as a condition or a named principal, makes it hold for less.
    """

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    narrowed: bool


def attached_policies(cloud: Api, who: Principal, *, direct: bool = False) -> list[PolicyRef]:
    """Policies attached to a user or to a role.

    Args:
        direct: leave out what a user has by a group.
    """
    if who.kind is PrincipalKind.ROLE:
        return _refs(_listed(cloud, "ListAttachedRolePolicies", {"RoleId": who.uin}, "List"))
    params = {"TargetUin": int(who.uin), "AttachType": DIRECTLY if direct else BY_ANYBODY}
    return _refs(_listed(cloud, "ListAttachedUserAllPolicies", params, "PolicyList"))


def administrators(cloud: Api) -> list[Principal]:
    """Users to whom AdministratorAccess is attached, directly or by a group; by uin."""
    call = Call(CAM, "ListEntitiesForPolicy", {"PolicyId": ADMIN_ID, "EntityFilter": "All"})
    entities = list(by_page(cloud, call, "List", size=ENTITIES_PER_PAGE, pages_max=ENTITY_PAGES))
    found = [row for row in entities if row.get("RelatedType") == ENTITY_USER]
    for group in (row for row in entities if row.get("RelatedType") == ENTITY_GROUP):
        found += members(cloud, int(digits(group.get("Id")) or 0))
    users = (Principal(kind=PrincipalKind.SUB_USER, uin=digits(row.get("Uin")), name=_name(row)) for row in found)
    return list({user.uin: user for user in users if user.uin}.values())


def members(cloud: Api, group_id: int) -> Rows:
    """The users of a group, as the vendor writes them."""
    call = Call(CAM, "ListUsersForGroup", {"GroupId": group_id})
    return by_page(cloud, call, "UserInfo", size=ENTITIES_PER_PAGE, pages_max=ENTITY_PAGES)


def _name(row: dict[str, Any]) -> str:
    return line(row.get("Name")) or digits(row.get("Uin"))


def policies_named(cloud: Api, keyword: str) -> list[PolicyRef]:
    """The account's own policies whose name has the keyword."""
    return _refs(_listed(cloud, "ListPolicies", {"Scope": "Local", "Keyword": keyword}, "List"))


def boundary(cloud: Api, who: Principal) -> PolicyRef | None:
    """The permission boundary of a user or role, None where there is none; only on the Chinese site."""
    role = who.kind is PrincipalKind.ROLE
    action = "GetRolePermissionBoundary" if role else "GetUserPermissionBoundary"
    params: dict[str, Any] = {"RoleId": who.uin} if role else {"TargetUin": int(who.uin)}
    try:
        found = _ref(cloud.call(Call(CAM, action, params)).body)
    except NotFound:
        return None
    return found if found.id or found.name else None


def statements(cloud: Api, policy_id: int) -> tuple[PolicyStatement, ...]:
    """What a policy says; nothing where its document can't be read as one."""
    call = Call(CAM, "GetPolicy", {"PolicyId": policy_id}, require=("PolicyDocument",))
    return statements_of(cloud.call(call).body["PolicyDocument"])


def statements_of(document: object) -> tuple[PolicyStatement, ...]:
    """The statements of a document, which is JSON in a string."""
    found = opened(document) if isinstance(document, str) else None
    listed = found.get("statement") if isinstance(found, dict) else None
    return tuple(_statement(each) for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()


def _statement(found: dict[str, Any]) -> PolicyStatement:
    return PolicyStatement(
        effect=line(found.get("effect")),
        actions=_texts(found.get("action")),
        resources=_texts(found.get("resource")),
        narrowed=bool(set(found) - {"effect", "action", "resource"}),
    )


def _texts(value: Any) -> tuple[str, ...]:
    """One or many; the vendor writes either."""
    return tuple(line(each) for each in (value if isinstance(value, list) else [value]))


def _listed(cloud: Api, action: str, params: dict[str, Any], field: str) -> Rows:
    return by_page(cloud, Call(CAM, action, params), field, size=POLICIES_PER_PAGE, pages_max=POLICY_PAGES)


def _refs(rows: Rows) -> list[PolicyRef]:
    return [_ref(row) for row in rows]


def _ref(row: dict[str, Any]) -> PolicyRef:
    return PolicyRef(int(digits(row.get("PolicyId")) or 0), line(row.get("PolicyName")))
