"""Who can enter the account, and whether by the console."""

from datetime import datetime
from typing import Any, NamedTuple

from tasks.cloud.api import Api, Call
from tasks.cloud.limits import ACCOUNTS_PER_PAGE, SUB_ACCOUNTS_PER_CALL
from tasks.cloud.paging import Rows, by_offset
from tasks.cloud.products import CAM
from tasks.cloud.values import beijing_or_unix, digits, line, rows, text
from tasks.errors import Endless
from tasks.model.principal import CoUser, Principal, PrincipalKind

PEOPLE_PER_PAGE = 100  # collaborators and WeCom users; the vendor's definition names no most
PAGES_MAX = 100  # 10,000 accounts; a list without end must end somewhere

KINDS = {
    "Owner": PrincipalKind.MAIN,
    "SubUser": PrincipalKind.SUB_USER,
    "CICUser": PrincipalKind.CIC,
    "WechatCorpUser": PrincipalKind.WECOM,
    "Collaborator": PrincipalKind.COLLABORATOR,
}
"""By UserType of ListAccounts: page 598/133082, read 2026-11-28, and tccli 3.1.189.1."""

CANNOT_ENTER = frozenset({"MessageReceiver"})


class Account(NamedTuple):
    """A co-user, and what else the list says of them.

    Args:
        phone: whether a phone is bound; None where the list does not say.
    """

    user: CoUser
    phone: bool | None


class LastLogin(NamedTuple):
    """When and from where somebody last logged in, as far as it is known."""

    at: datetime | None
    ip: str | None


def accounts(cloud: Api) -> list[Account]:
    """Everybody who can enter, the owner first; only the vendor's Chinese site has this list.

    The owner's uin may be masked; then it is empty here.

    Raises:
        Endless: the list says that it goes on, and not how.
    """
    call, found = Call(CAM, "ListAccounts", {"MaxItems": ACCOUNTS_PER_PAGE}, require=("Users",)), list[Account]()
    markers = [""]
    while True:
        answer = cloud.call(call.with_params({"Marker": markers[-1]} if markers[-1] else {}))
        found += [_listed(row) for row in rows(answer.body, "Users") if row.get("UserType") not in CANNOT_ENTER]
        if text(answer.body.get("IsTruncated")).lower() not in ("1", "true"):
            break
        markers.append(text(answer.body.get("Marker")))
        if markers[-1] in markers[:-1] or len(markers) > PAGES_MAX:
            raise Endless(call.name, "NoEnd")
    return sorted(found, key=lambda each: each.user.principal.kind is not PrincipalKind.MAIN)


def sub_users(cloud: Api) -> list[Account]:
    """Sub-users alone; the API gives them all at once."""
    answer = cloud.call(Call(CAM, "ListUsers", require=("Data",)))
    return [_account(row, PrincipalKind.SUB_USER) for row in rows(answer.body, "Data")]


def collaborators(cloud: Api) -> list[Account]:
    """Main accounts of others that were let in."""
    return [_account(row, PrincipalKind.COLLABORATOR) for row in _paged(cloud, "ListCollaborators", "TotalNum")]


def wecom_users(cloud: Api) -> list[Account]:
    """Users that WeCom (企业微信) brings in; only on the Chinese site."""
    return [_account(row, PrincipalKind.WECOM) for row in _paged(cloud, "ListWeChatWorkSubAccounts", "TotalCount")]


def last_logins(cloud: Api, uins: list[str]) -> dict[str, LastLogin]:
    """The last login of up to 50 sub-accounts of any kind, by uin."""
    params = {"FilterSubAccountUin": [int(uin) for uin in uins[:SUB_ACCOUNTS_PER_CALL]]}
    answer = cloud.call(Call(CAM, "DescribeSubAccounts", params, require=("SubAccounts",)))
    return {
        text(row.get("Uin")): LastLogin(beijing_or_unix(row.get("LastLoginTime")), text(row.get("LastLoginIp")) or None)
        for row in rows(answer.body, "SubAccounts")
    }


def user_named(cloud: Api, name: str) -> Account:
    """The sub-user that has this name now."""
    answer = cloud.call(Call(CAM, "GetUser", {"Name": name}, require=("Uin", "ConsoleLogin")))
    return _account(answer.body, PrincipalKind.SUB_USER)


def role_enters_console(cloud: Api, role_id: str) -> bool:
    """Whether the console can be entered by a role; taken for so where the vendor does not say it."""
    found = cloud.call(Call(CAM, "GetRole", {"RoleId": role_id}, require=("RoleInfo",))).body["RoleInfo"]
    return not isinstance(found, dict) or text(found.get("ConsoleLogin")) != "0"


def owner_of(account: str) -> Account:
    """The main account as a co-user, where no list names it."""
    return Account(CoUser(principal=Principal(kind=PrincipalKind.MAIN, uin=account, name="root"), console=True), None)


def _paged(cloud: Api, action: str, total: str) -> Rows:
    return by_offset(cloud, Call(CAM, action), "Data", size=PEOPLE_PER_PAGE, pages_max=PAGES_MAX, total=total)


def _listed(row: dict[str, Any]) -> Account:
    kind = KINDS.get(text(row.get("UserType")), PrincipalKind.OTHER)
    if kind is not PrincipalKind.MAIN:
        return _account(row, kind)
    name = line(row.get("Name"))
    root = Principal(kind=kind, uin=digits(row.get("Uin")), name="root")
    user = CoUser(principal=root, nickname="" if name == "root" else name, console=True)
    return Account(user, _has_phone(row))


def _account(row: dict[str, Any], kind: PrincipalKind) -> Account:
    uin = digits(row.get("Uin"))
    principal = Principal(kind=kind, uin=uin, name=line(row.get("Name")) or uin)
    console = {"1": True, "0": False}.get(text(row.get("ConsoleLogin")))
    user = CoUser(principal=principal, nickname=line(row.get("NickName") or row.get("Remark")), console=console)
    return Account(user, _has_phone(row))


def _has_phone(row: dict[str, Any]) -> bool | None:
    return None if row.get("PhoneNum") is None else bool(text(row.get("PhoneNum")))
