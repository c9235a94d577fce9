"""CAM: the people who can enter the account."""

import secrets
from typing import Any

from tasks.sandbox.action import Action, Answer
from tasks.sandbox.errors import ApiError, missing, user_not_exist
from tasks.sandbox.find import clock_text, keys_of, person, person_named
from tasks.sandbox.products.cam_keys import new_key
from tasks.sandbox.shapes import shape
from tasks.sandbox.state import Person
from tasks.sandbox.world import Request

VERSION = "2019-01-16"
USER_TYPES = {
    "root": "Owner",
    "sub_user": "SubUser",
    "cic": "CICUser",
    "wecom": "WechatCorpUser",
    "collaborator": "Collaborator",
    "receiver": "MessageReceiver",
}
TYPE_NUMBERS = {"sub_user": 2, "cic": 2, "wecom": 3, "collaborator": 4, "receiver": 5}
LIST_MAX = 100
DESCRIBE_MAX = 50
PEOPLE_MAX = 1000
PASSWORD_MIN = 8


def list_accounts(request: Request) -> Answer:
    """List everybody, page by page."""
    size, marker = request.get("MaxItems", LIST_MAX), request.get("Marker", "")
    if not 1 <= size <= LIST_MAX:
        raise ApiError("InvalidParameter", f"MaxItems must be from 1 to {LIST_MAX}.")
    if marker and not marker.isdecimal():
        raise ApiError("InvalidParameter.PaginationTokenInvalid", "The pagination token is invalid.")
    kind = request.get("UserType")
    found = [one for one in request.cloud.people if kind in (None, USER_TYPES[one.kind])]
    start = int(marker or 0)
    more = start + size < len(found)
    users = [{**_card(one), "UserType": USER_TYPES[one.kind]} for one in found[start : start + size]]
    return {"Users": users, "Marker": str(start + size) if more else "", "IsTruncated": more}


def list_users(request: Request) -> Answer:
    """List the sub-users, all at once."""
    return {"Data": [_named_card(one) for one in request.cloud.people if one.kind == "sub_user"]}


def list_collaborators(request: Request) -> Answer:
    """List the collaborators."""
    found = [one for one in request.cloud.people if one.kind == "collaborator"]
    start, size = request.get("Offset", 0), request.get("Limit", 20)
    return {"TotalNum": len(found), "Data": [_named_card(one) for one in found[start : start + size]]}


def list_wecom(request: Request) -> Answer:
    """List the users who come in through WeCom."""
    found = [one for one in request.cloud.people if one.kind == "wecom"]
    start, size = request.params["Offset"], request.params["Limit"]
    cards = [{**_card(one), "WeChatWorkUserId": one.wecom_id} for one in found[start : start + size]]
    return {"Data": cards, "TotalCount": len(found)}


def describe_sub_accounts(request: Request) -> Answer:
    """Describe sub-accounts by uin, with their last login."""
    wanted = request.params["FilterSubAccountUin"]
    if len(wanted) > DESCRIBE_MAX:
        raise ApiError("InvalidParameter", f"FilterSubAccountUin takes at most {DESCRIBE_MAX} values.")
    found = [one for one in request.cloud.people if one.uin in wanted and one.kind in TYPE_NUMBERS]
    return {"SubAccounts": [_last_login(one) for one in found]}


def get_user(request: Request) -> Answer:
    """Describe a sub-user by name."""
    found = sub_user(request)
    return {
        **_without_time(_card(found)),
        "RecentlyLoginIP": found.last_ip,
        "RecentlyLoginTime": clock_text(found.last_login),
    }


def get_user_app_id(request: Request) -> Answer:
    """Tell the account's app id."""
    cloud = request.cloud
    return {"Uin": request.caller.uin, "OwnerUin": str(cloud.uin), "AppId": cloud.app_id}


def get_account_summary(request: Request) -> Answer:
    """Count what the account has."""
    cloud = request.cloud
    return {
        "Policies": len(cloud.policies),
        "Roles": len(cloud.roles),
        "Idps": 0,
        "User": sum(one.kind == "sub_user" for one in cloud.people),
        "Group": len(cloud.groups),
        "Member": sum(one.kind != "root" for one in cloud.people),
        "IdentityProviders": 0,
    }


def add_user(request: Request) -> Answer:
    """Make a sub-user, with a key where asked."""
    cloud, name = request.cloud, request.params["Name"]
    if person_named(cloud, name):
        raise ApiError("InvalidParameter.SubUserNameInUse", "The sub-user name is already in use.")
    if sum(one.kind != "root" for one in cloud.people) >= PEOPLE_MAX:
        raise ApiError("InvalidParameter.SubUserFull", "The number of sub-users has reached the upper limit.")
    password = _password(request)
    number = cloud.number()
    one = Person(uin=cloud.uin + 900_000 + number, uid=9_000_000 + number, name=name, created=request.at)
    cloud.people.append(_filled(one, request))
    key = new_key(request, one.uin) if request.get("UseApi") else None
    return {
        "Uin": one.uin,
        "Name": name,
        "Password": password,
        "SecretId": key.id if key else "",
        "SecretKey": key.secret if key else "",
        "Uid": one.uid,
        "PhoneNumVerifyLink": "",
    }


def update_user(request: Request) -> Answer:
    """Change a sub-user: console login, password, contact."""
    found = sub_user(request)
    if request.get("Password"):
        _password(request)
        found.password += 1
    _filled(found, request)
    return {}


def delete_user(request: Request) -> Answer:
    """Remove a sub-user; one that has keys only by force."""
    found, cloud = sub_user(request), request.cloud
    if keys_of(cloud, found.uin) and not request.get("Force"):
        raise ApiError("OperationDenied.HaveKeys", "Delete the access keys of the user first.")
    cloud.keys = [one for one in cloud.keys if one.owner != found.uin]
    cloud.people = [one for one in cloud.people if one.uin != found.uin]
    return {}


def sub_user(request: Request) -> Person:
    """Find the sub-user whom the call names."""
    found = next((one for one in request.cloud.people if one.name == request.params["Name"]), None)
    if found is None or found.kind != "sub_user":
        raise user_not_exist()
    return found


def list_groups_for_user(request: Request) -> Answer:
    """List the groups of somebody, by uid or uin."""
    uid, uin, cloud = request.get("Uid"), request.get("SubUin"), request.cloud
    if uid is None and uin is None:
        raise missing("Uid")
    found = next((one for one in cloud.people if one.uid == uid), None) if uid else person(cloud, uin)
    if found is None:
        raise user_not_exist()
    groups = [one for one in cloud.groups if one.id in found.groups]
    size, page = request.get("Rp", 20), request.get("Page", 1)
    shown = [_group(one.id, one.name, one.created, one.remark) for one in groups[(page - 1) * size : page * size]]
    return {"TotalNum": len(groups), "GroupInfo": shown}


def list_users_for_group(request: Request) -> Answer:
    """List the people of a group."""
    number, cloud = request.params["GroupId"], request.cloud
    if all(one.id != number for one in cloud.groups):
        raise ApiError("ResourceNotFound.GroupNotExist", "The group does not exist.")
    found = [one for one in cloud.people if number in one.groups]
    size, page = request.get("Rp", 20), request.get("Page", 1)
    shown = [_member(one) for one in found[(page - 1) * size : page * size]]
    return {"TotalNum": len(found), "UserInfo": shown}


def _member(one: Person) -> Answer:
    return {
        "Uid": one.uid,
        "Uin": one.uin,
        "Name": one.name,
        "PhoneNum": one.phone,
        "CountryCode": "86" if one.phone else "",
        "PhoneFlag": int(bool(one.phone)),
        "Email": one.email,
        "EmailFlag": int(bool(one.email)),
        "UserType": 3,
        "CreateTime": clock_text(one.created),
        "IsReceiverOwner": 0,
        "Remark": one.remark,
    }


def _group(number: int, name: str, created: int, remark: str) -> Answer:
    return {"GroupId": number, "GroupName": name, "CreateTime": clock_text(created), "Remark": remark}


def _filled(one: Person, request: Request) -> Person:
    one.remark = request.get("Remark", one.remark)
    one.console = bool(request.get("ConsoleLogin", int(one.console) if request.action == "UpdateUser" else 0))
    one.must_reset = bool(request.get("NeedResetPassword", int(one.must_reset)))
    one.phone = request.get("PhoneNum", one.phone)
    one.email = request.get("Email", one.email)
    return one


def _password(request: Request) -> str:
    given: str = request.get("Password", "")
    if not given:
        return f"Aa1!{secrets.token_hex(14)}" if request.get("ConsoleLogin") else ""
    classes = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum())
    if len(given) < PASSWORD_MIN or not all(any(test(char) for char in given) for test in classes):
        raise ApiError("InvalidParameter.PasswordViolatedRules", "The password violates the password rules.")
    return given


def _card(one: Person) -> dict[str, Any]:
    return {
        "Uin": one.uin,
        "Name": one.name,
        "Uid": one.uid,
        "Remark": one.remark,
        "ConsoleLogin": int(one.console),
        "PhoneNum": one.phone,
        "CountryCode": "86" if one.phone else "",
        "Email": one.email,
        "CreateTime": clock_text(one.created),
    }


def _named_card(one: Person) -> dict[str, Any]:
    return {**_card(one), "NickName": one.nickname or one.name}


def _without_time(card: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in card.items() if name != "CreateTime"}


def _last_login(one: Person) -> dict[str, Any]:
    return {
        "Uin": one.uin,
        "Name": one.name,
        "Uid": one.uid,
        "Remark": one.remark,
        "CreateTime": clock_text(one.created),
        "UserType": TYPE_NUMBERS[one.kind],
        "LastLoginIp": one.last_ip,
        "LastLoginTime": clock_text(one.last_login) or None,
    }


_USER = "Name! Remark ConsoleLogin:int Password NeedResetPassword:int PhoneNum CountryCode Email"

ACTIONS = (
    Action("cam", VERSION, "ListAccounts", "查询账号列表", shape("MaxItems:int Marker UserType"), list_accounts),
    Action("cam", VERSION, "ListUsers", "拉取子用户", shape(), list_users),
    Action("cam", VERSION, "ListCollaborators", "获取协作者列表", shape("Limit:int Offset:int"), list_collaborators),
    Action(
        "cam",
        VERSION,
        "ListWeChatWorkSubAccounts",
        "获取企业微信子用户列表",
        shape("Offset:int! Limit:int!"),
        list_wecom,
    ),
    Action(
        "cam",
        VERSION,
        "DescribeSubAccounts",
        "通过子用户 UIN 列表查询子用户",
        shape("FilterSubAccountUin:int[]!"),
        describe_sub_accounts,
    ),
    Action("cam", VERSION, "GetUser", "查询子用户", shape("Name!"), get_user),
    Action("cam", VERSION, "GetUserAppId", "获取用户 AppId", shape(), get_user_app_id),
    Action("cam", VERSION, "GetAccountSummary", "查询账号摘要", shape(), get_account_summary),
    Action(
        "cam",
        VERSION,
        "ListGroupsForUser",
        "列出用户关联的用户组",
        shape("Uid:int Rp:int Page:int SubUin:int"),
        list_groups_for_user,
    ),
    Action(
        "cam",
        VERSION,
        "ListUsersForGroup",
        "查询用户组关联的用户列表",
        shape("GroupId:int! Page:int Rp:int"),
        list_users_for_group,
    ),
    Action(
        "cam",
        VERSION,
        "AddUser",
        "添加子用户",
        shape(f"{_USER} UseApi:int"),
        add_user,
        write=True,
        sensitive=True,
        subject="Name",
    ),
    Action(
        "cam",
        VERSION,
        "UpdateUser",
        "更新子用户",
        shape(_USER),
        update_user,
        write=True,
        sensitive=True,
        subject="Name",
    ),
    Action(
        "cam",
        VERSION,
        "DeleteUser",
        "删除子用户",
        shape("Name! Force:int"),
        delete_user,
        write=True,
        sensitive=True,
        subject="Name",
    ),
)
