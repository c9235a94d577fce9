"""Each read on success, refusal and silence."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import Any

import pytest

from tasks.cloud import addresses, csip, flags, identity, keys, policies, users
from tasks.cloud.client import Cloud, connect
from tasks.cloud.limits import POLICIES_PER_PAGE
from tasks.cloud.permissions import ONLY_MAIN_ACCOUNT
from tasks.errors import Denied, Endless, NotFound, Silent
from tasks.model.facts import AddressKind, Caller, OwnAddress, Switch
from tasks.model.place import Place
from tasks.model.principal import Principal, PrincipalKind
from tasks.sandbox.server import Sandbox
from tests.cloud.scripted import Scripted, book
from tests.people import ALICE, DEPLOY_ROLE, ROOT

NOW = datetime.now(UTC)


def place(raw: str) -> Place:
    return Place(raw=raw)


READS: dict[str, Callable[[Cloud], Any]] = {
    "sts:GetCallerIdentity": identity.caller,
    "cam:ListAccounts": users.accounts,
    "cam:ListUsers": users.sub_users,
    "cam:ListCollaborators": users.collaborators,
    "cam:ListWeChatWorkSubAccounts": users.wecom_users,
    "cam:DescribeSubAccounts": lambda cloud: users.last_logins(cloud, [ALICE.uin]),
    "cam:ListAccessKeys": lambda cloud: keys.access_keys(cloud, ALICE),
    "cam:GetSecurityLastUsed": lambda cloud: keys.last_used(cloud, ["AKIDexampleAlice00000000000000001"]),
    "cam:ListAttachedUserAllPolicies": lambda cloud: policies.attached_policies(cloud, ALICE),
    "cam:ListAttachedRolePolicies": lambda cloud: policies.attached_policies(cloud, DEPLOY_ROLE),
    "cam:GetUserPermissionBoundary": lambda cloud: policies.boundary(cloud, ALICE),
    "cam:ListPolicies": lambda cloud: policies.policies_named(cloud, ""),
    "cam:ListEntitiesForPolicy": policies.administrators,
    "cam:ListUsersForGroup": lambda cloud: list(policies.members(cloud, 5001)),
    "cam:GetPolicy": lambda cloud: policies.statements(cloud, 1),
    "cam:GetUser": lambda cloud: users.user_named(cloud, ALICE.name),
    "cam:GetRole": lambda cloud: users.role_enters_console(cloud, DEPLOY_ROLE.uin),
    "cam:DescribeSafeAuthFlagColl": lambda cloud: flags.flags_of(cloud, ALICE.uin),
    "cam:DescribeSafeAuthFlag": flags.own_flags,
    "csip:DescribeAccessKeyUserDetail": lambda cloud: csip.root_state(cloud, ROOT.uin, place_of=place),
    "csip:DescribeAccessKeyAlarm": lambda cloud: csip.alarms(cloud, since=NOW - timedelta(days=1), until=NOW),
    "cvm:DescribeRegions": addresses.cvm_regions,
    "lighthouse:DescribeRegions": addresses.lighthouse_regions,
    "vpc:DescribeAddresses": lambda cloud: addresses.elastic_ips(cloud, "ap-guangzhou"),
    "vpc:DescribeNatGateways": lambda cloud: addresses.nat_gateways(cloud, "ap-guangzhou"),
    "vpc:DescribeVpnGateways": lambda cloud: addresses.vpn_gateways(cloud, "ap-guangzhou"),
    "vpc:DescribeCustomerGateways": lambda cloud: addresses.customer_gateways(cloud, "ap-guangzhou"),
    "cvm:DescribeInstances": lambda cloud: addresses.instances(cloud, "ap-guangzhou"),
    "lighthouse:DescribeInstances": lambda cloud: addresses.lighthouses(cloud, "ap-shanghai"),
}
MAY_BE_EMPTY = {"cam:GetUserPermissionBoundary", "cam:ListAttachedRolePolicies"}


@pytest.mark.parametrize("action", READS)
def test_each_read_brings_something_of_ours(action: str, cloud: Cloud, administrator: Cloud) -> None:
    found = READS[action](administrator if action in ONLY_MAIN_ACCOUNT else cloud)

    assert found or action in MAY_BE_EMPTY


@pytest.mark.parametrize("action", READS)
def test_each_read_that_is_refused_names_its_permission(action: str, sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults.set(deny=[action])

    with pytest.raises(Denied) as caught:
        READS[action](cloud)

    assert caught.value.action == action


@pytest.mark.parametrize("action", READS)
def test_each_read_that_breaks_off_is_silence(action: str, sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.faults.set(break_off=[action])

    with pytest.raises(Silent):
        READS[action](cloud)


def test_the_caller_is_a_sub_user_with_the_key_that_it_signs_with(sandbox: Sandbox, cloud: Cloud) -> None:
    found = identity.caller(cloud)

    assert (found.account, found.kind) == (ROOT.uin, PrincipalKind.SUB_USER)
    assert found.key_id == sandbox.credentials()["TENCENTCLOUD_SECRET_ID"]


def test_the_caller_is_the_main_account_where_both_ids_are_one(sandbox: Sandbox) -> None:
    answer = {"AccountId": ROOT.uin, "UserId": ROOT.uin, "PrincipalId": ROOT.uin, "Type": "CAMUser"}

    assert identity.caller(Scripted(book(answer))).kind is PrincipalKind.MAIN


def test_a_signer_is_the_role_and_who_assumed_it() -> None:
    answer = {
        "AccountId": ROOT.uin,
        "UserId": f"{DEPLOY_ROLE.uin}:night-run",
        "PrincipalId": ALICE.uin,
        "Type": "CAMRole",
    }
    found = identity.signer(Scripted(book(answer)))

    assert found.ids == {DEPLOY_ROLE.uin, ALICE.uin}
    assert (found.is_role, found.key_id) == (True, "AKIDexample")


def test_a_role_is_known_by_its_id_without_the_sessions_name() -> None:
    answer = {
        "AccountId": ROOT.uin,
        "UserId": f"{DEPLOY_ROLE.uin}:night-run",
        "PrincipalId": DEPLOY_ROLE.uin,
        "Type": "CAMRole",
    }
    found = identity.caller(Scripted(book(answer)))

    assert (found.kind, found.uin) == (PrincipalKind.ROLE, DEPLOY_ROLE.uin)


def test_the_whole_list_has_every_kind_with_the_owner_first(cloud: Cloud) -> None:
    found = [each.user for each in users.accounts(cloud)]

    assert found[0].principal.kind is PrincipalKind.MAIN
    assert {user.principal.kind for user in found} >= {
        PrincipalKind.MAIN,
        PrincipalKind.SUB_USER,
        PrincipalKind.COLLABORATOR,
        PrincipalKind.WECOM,
        PrincipalKind.CIC,
    }


def test_a_list_of_many_is_read_marker_by_marker_without_mere_receivers() -> None:
    cloud = Scripted(
        book(
            {
                "Users": [{"Uin": 100000000011, "Name": "alice", "UserType": "SubUser"}],
                "IsTruncated": True,
                "Marker": "2",
            },
            {
                "Users": [
                    {"Uin": 0, "Name": "owner@example.com", "UserType": "Owner", "PhoneNum": ""},
                    {"Uin": 5, "Name": "pager", "UserType": "MessageReceiver"},
                    {"Uin": 100000000012, "UserType": "AgentIdentity", "ConsoleLogin": 0, "PhoneNum": "1"},
                ],
                "IsTruncated": False,
            },
        )
    )
    found = users.accounts(cloud)

    assert [each.user.principal for each in found] == [
        Principal(kind=PrincipalKind.MAIN, uin="", name="root"),
        ALICE,
        Principal(kind=PrincipalKind.OTHER, uin="100000000012", name="100000000012"),
    ]
    assert [each.phone for each in found] == [False, None, True]
    assert [each.user.console for each in found] == [True, None, False]
    assert found[0].user.nickname == "owner@example.com"
    assert [asked.get("Marker") for asked in cloud.asked] == [None, "2"]


@pytest.mark.parametrize(("markers", "calls"), [(["same"], 2), (["a", "b"], 3), ([""], 1), ([None], 1)])
def test_a_list_whose_markers_lead_nowhere_is_not_taken_for_whole(markers: list[str | None], calls: int) -> None:
    turn = cycle(markers)
    cloud = Scripted(lambda _: {"Users": [], "IsTruncated": True, "Marker": next(turn)})

    with pytest.raises(Endless, match="cam:ListAccounts"):
        users.accounts(cloud)
    assert len(cloud.asked) == calls


def test_a_list_that_always_goes_on_is_left_at_some_time() -> None:
    numbers = count(1)
    cloud = Scripted(lambda _: {"Users": [], "IsTruncated": "true", "Marker": str(next(numbers))})

    with pytest.raises(Endless):
        users.accounts(cloud)
    assert len(cloud.asked) == users.PAGES_MAX


@pytest.mark.parametrize("over", [False, 0, "false", "0", None])
def test_a_list_is_over_however_that_is_said(over: object) -> None:
    assert users.accounts(Scripted(lambda _: {"Users": [], "IsTruncated": over, "Marker": "more"})) == []


def test_people_in_pages_are_all_read() -> None:
    rows = [{"Uin": 100000000100 + number, "Name": f"c{number}"} for number in range(3)]
    cloud = Scripted(book({"Data": rows[:2], "TotalNum": 3}, {"Data": rows[2:], "TotalNum": 3}))

    assert [each.user.principal.name for each in users.collaborators(cloud)] == ["c0", "c1", "c2"]
    assert [asked["Offset"] for asked in cloud.asked] == [0, 2]


def test_a_last_login_may_be_missing() -> None:
    rows = [
        {"Uin": 100000000011, "LastLoginIp": "203.0.113.7", "LastLoginTime": "2026-11-23 10:10:00"},
        {"Uin": 100000000012, "LastLoginIp": "", "LastLoginTime": None},
    ]
    found = users.last_logins(Scripted(book({"SubAccounts": rows})), ["100000000011", "100000000012"])

    assert found["100000000011"] == (datetime(2026, 11, 23, 2, 10, tzinfo=UTC), "203.0.113.7")
    assert found["100000000012"] == (None, None)


def test_keys_of_the_main_account_are_told_by_sts_without_the_deleted_ones() -> None:
    rows = [{"SecretId": f"AKIDexample{status}", "Status": status, "CreateTime": 1700000000} for status in (2, 3, 4)]
    found = keys.root_keys(Scripted(book({"IdKeys": rows})), ROOT)

    assert [(key.key_id, key.active) for key in found] == [("AKIDexample2", True), ("AKIDexample3", False)]


def listing(listed: list[str], by_sts: list[str]) -> Scripted:
    """A cloud that lists keys of the main account, some in CAM's list and some in that of STS."""
    cam = {"AccessKeys": [{"AccessKeyId": key, "Status": "Active"} for key in listed]}
    sts = {"IdKeys": [{"SecretId": key, "Status": 2} for key in by_sts]}
    return Scripted(book(cam, sts))


def test_a_key_of_the_main_account_may_be_in_either_list() -> None:
    lists = (["AKIDexample1"], ["AKIDexample1", "AKIDexample2"])
    first, second = (keys.key_of(listing(*lists), ROOT, f"AKIDexample{number}") for number in (1, 2))

    assert first is not None
    assert second is not None
    assert (first.key_id, second.key_id) == ("AKIDexample1", "AKIDexample2")
    assert keys.key_of(listing(*lists), ROOT, "AKIDexample3") is None
    assert [key.key_id for key in keys.keys_of(listing(*lists), ROOT)] == ["AKIDexample1", "AKIDexample2"]


def test_a_sub_account_has_one_list() -> None:
    cloud = listing(["AKIDexample1"], ["AKIDexample2"])

    assert keys.key_of(cloud, ALICE, "AKIDexample2") is None
    assert len(cloud.asked) == 1


def test_keys_of_an_owner_without_an_id_are_not_asked_for() -> None:
    nobody = Principal(kind=PrincipalKind.OTHER, uin="AKIDexample1", name="AKIDexample1")
    cloud = listing([], [])

    with pytest.raises(NotFound, match="OwnerUnknown"):
        keys.key_of(cloud, nobody, "AKIDexample1")

    assert cloud.asked == []


def test_a_key_that_was_never_used_has_no_day() -> None:
    rows = [
        {"SecretId": "AKIDexample1", "LastUsedDate": None},
        {"SecretId": "AKIDexample2", "LastUsedDate": "2026-11-22"},
    ]

    assert keys.last_used(Scripted(book({"SecretIdLastUsedRows": rows})), ["AKIDexample1"]) == {
        "AKIDexample2": "2026-11-22"
    }


@pytest.mark.parametrize(
    ("policy", "admin"),
    [
        ({"PolicyId": "1", "PolicyName": "AdministratorAccess"}, True),
        ({"PolicyId": 1, "PolicyName": "renamed"}, True),
        ({"PolicyId": "7", "PolicyName": "QCloudResourceFullAccess"}, True),
        ({"PolicyId": "9", "PolicyName": "QcloudCamFullAccess"}, True),
        ({"PolicyId": "11", "PolicyName": "ReadOnlyAccess"}, False),
        ({"PolicyId": None, "PolicyName": None}, False),
    ],
)
def test_a_policy_that_grants_everything_is_known(policy: dict[str, object], admin: bool) -> None:  # noqa: FBT001 - a column
    (found,) = policies.attached_policies(Scripted(book({"PolicyList": [policy], "TotalNum": 1})), ALICE)

    assert found.admin is admin


def test_policies_in_pages_are_all_read() -> None:
    pages = [
        {"PolicyList": [{"PolicyId": str(number), "PolicyName": f"p{number}"}], "TotalNum": 2} for number in (5, 6)
    ]
    cloud = Scripted(book(*pages))

    assert [policy.name for policy in policies.attached_policies(cloud, ALICE)] == ["p5", "p6"]
    assert [asked["Page"] for asked in cloud.asked] == [1, 2]


def test_a_list_that_does_not_say_its_total_ends_with_a_page_that_is_not_full() -> None:
    full = [{"PolicyId": number, "PolicyName": f"p{number}"} for number in range(1, POLICIES_PER_PAGE + 1)]
    cloud = Scripted(book({"List": full}, {"List": full[:1]}))

    assert len(policies.policies_named(cloud, "p")) == POLICIES_PER_PAGE + 1


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            '{"version": "2.0", "statement": [{"effect": "deny", "action": "*", "resource": ["*"]}]}',
            [("deny", ("*",), ("*",), False)],
        ),
        (
            '{"statement": [{"effect": "deny", "action": ["a"], "resource": ["*"], "condition": {}}, "deny"]}',
            [("deny", ("a",), ("*",), True)],
        ),
        ('{"statement": {"effect": "deny"}}', []),
        ("no JSON", []),
        ("[]", []),
        (None, []),
    ],
)
def test_a_document_is_read_statement_by_statement(document: object, expected: list[object]) -> None:
    assert list(policies.statements_of(document)) == expected


def test_a_boundary_may_not_be_there() -> None:
    assert policies.boundary(Scripted(book({"PolicyId": None, "PolicyName": None})), ALICE) is None
    assert policies.boundary(Scripted(book({"PolicyId": 7, "PolicyName": "only-read"})), DEPLOY_ROLE) == (
        7,
        "only-read",
    )


@pytest.mark.parametrize(
    ("login", "action", "offsite", "expected"),
    [
        ({"Phone": 1, "Stoken": 0}, {"Phone": 0}, {"VerifyFlag": 1}, (Switch.ON, Switch.OFF, Switch.ON, ("Phone",))),
        ({"Phone": 0}, {"Stoken": 1}, {"VerifyFlag": 0}, (Switch.OFF, Switch.ON, Switch.OFF, ("Stoken",))),
        ({"U2FToken": 1}, {"Phone": 1}, None, (Switch.ON, Switch.ON, Switch.UNKNOWN, ("U2FToken", "Phone"))),
        ({"Retina": 1}, {}, {}, (Switch.UNKNOWN, Switch.UNKNOWN, Switch.UNKNOWN, ())),
        ({"Phone": None}, {"Phone": 0}, {"VerifyFlag": None}, (Switch.UNKNOWN, Switch.OFF, Switch.UNKNOWN, ())),
    ],
)
def test_flags_are_on_off_or_unknown(login: object, action: object, offsite: object, expected: tuple[Any, ...]) -> None:
    body = {"LoginFlag": login, "ActionFlag": action, "OffsiteFlag": offsite}

    found = flags.flags_of(Scripted(book(body)), ALICE.uin)

    assert (found.login, found.operation, found.offsite, found.methods) == expected


def test_a_method_that_nobody_knows_is_named_all_the_same() -> None:
    body = {"LoginFlag": {"Retina": 1, "Phone": 0}, "ActionFlag": {"Phone": 1, "Stoken": 0}, "OffsiteFlag": None}
    found = flags.flags_of(Scripted(book(body)), ALICE.uin)

    assert (found.login_methods, found.operation_methods) == (("Retina",), ("Phone",))


@pytest.mark.parametrize(
    ("kind", "asked", "action"),
    [
        (PrincipalKind.MAIN, ROOT.uin, "DescribeSafeAuthFlag"),
        (PrincipalKind.MAIN, ALICE.uin, "DescribeSafeAuthFlagColl"),
        (PrincipalKind.SUB_USER, ALICE.uin, "DescribeSafeAuthFlagColl"),
    ],
)
def test_only_the_main_account_asks_about_itself_by_another_call(
    sandbox: Sandbox, administrator: Cloud, kind: PrincipalKind, asked: str, action: str
) -> None:
    own = ROOT.uin if kind is PrincipalKind.MAIN else ALICE.uin
    flags.flags_of(administrator, asked, Caller(account=ROOT.uin, uin=own, kind=kind, key_id="AKIDexample"))

    assert sandbox.calls()[-1].action == action


def test_each_site_has_its_own_call_for_ones_own_flags(sandbox: Sandbox) -> None:
    intl = connect(endpoint=sandbox.url, site="intl", environ=sandbox.credentials())
    sandbox.faults.set(deny=["cam:DescribeSafeAuthFlagIntl"])

    with pytest.raises(Denied, match="DescribeSafeAuthFlagIntl"):
        flags.own_flags(intl)


def test_the_main_accounts_state_comes_from_the_security_center() -> None:
    user = {
        "LoginFlag": 1,
        "ActionFlag": 0,
        "LoginIP": "203.0.113.7",
        "LoginLocation": "中国-广东省-深圳市",
        "LoginTime": "2026-11-23 10:10:00",
        "ISP": "电信",
    }
    found = csip.root_state(Scripted(book({"User": user})), ROOT.uin, place_of=place)

    assert found.last == (datetime(2026, 11, 23, 2, 10, tzinfo=UTC), "203.0.113.7")
    assert found.place == place("中国 广东省 深圳市 电信")
    assert (found.login, found.operation) == (Switch.ON, Switch.OFF)


def test_a_main_account_that_the_security_center_does_not_know_yet_is_unknown() -> None:
    found = csip.root_state(Scripted(book({"User": {}})), ROOT.uin, place_of=place)

    assert found == ((None, None), None, Switch.UNKNOWN, Switch.UNKNOWN)


def test_an_alarm_takes_address_and_time_from_its_evidence() -> None:
    evidence = '{"Type":"Login","Login":[{"LoginTime":"2026-11-23T02:10:00Z","Ip":"203.0.113.7"}]}'
    rows = [
        {"ID": 7, "RuleKey": "AbnormalLogin", "Level": 4, "Evidence": evidence, "LastAlarmTimestamp": 1},
        {"ID": 8, "Name": "odd call", "Level": None, "Evidence": "{", "LastAlarmTime": "2026-11-23 10:10:00"},
    ]
    first, second = csip.alarms(Scripted(book({"Data": rows})), since=NOW, until=NOW)

    assert (first.id, first.rule, first.level, first.ip) == ("7", "AbnormalLogin", 4, "203.0.113.7")
    assert first.at == second.at == datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
    assert (second.rule, second.level, second.ip) == ("odd call", 0, "")


def test_regions_that_are_closed_are_left_out() -> None:
    rows = [{"Region": "ap-a", "RegionState": "AVAILABLE"}, {"Region": "ap-b", "RegionState": "UNAVAILABLE"}]

    assert addresses.cvm_regions(Scripted(book({"RegionSet": rows}))) == ["ap-a"]


def test_addresses_that_are_null_empty_or_masked_are_left_out() -> None:
    rows = [
        {"InstanceId": "ins-1", "PublicIpAddresses": None, "IPv6Addresses": ["2001:0DB8::1"]},
        {"InstanceId": "ins-2", "PublicIpAddresses": ["203.0.113.9", "203.0.***.9", ""]},
    ]
    found = addresses.instances(Scripted(book({"InstanceSet": rows, "TotalCount": 2})), "ap-a")

    assert found == [
        OwnAddress(network="2001:db8::1", kind=AddressKind.INSTANCE, name="ins-1", region="ap-a"),
        OwnAddress(network="203.0.113.9", kind=AddressKind.INSTANCE, name="ins-2", region="ap-a"),
    ]


def test_addresses_in_pages_are_all_read() -> None:
    rows = [{"AddressId": f"eip-{number}", "AddressIp": f"203.0.113.{number}"} for number in (1, 2)]
    cloud = Scripted(book({"AddressSet": rows[:1], "TotalCount": 2}, {"AddressSet": rows[1:], "TotalCount": 2}))

    assert [each.network for each in addresses.elastic_ips(cloud, "ap-a")] == ["203.0.113.1", "203.0.113.2"]


def test_an_elastic_address_of_a_gateway_is_the_gateways() -> None:
    rows = [{"AddressId": "eip-1", "AddressIp": "203.0.113.1", "InstanceType": "NAT"}]

    assert addresses.elastic_ips(Scripted(book({"AddressSet": rows})), "ap-a")[0].kind is AddressKind.NAT
