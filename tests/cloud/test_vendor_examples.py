"""The vendor's examples and recorded real answers, replayed through our reads, where the reference data is."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.cloud import addresses, csip, flags, identity, keys, policies, users
from tasks.cloud.mask import mask
from tasks.cloud.parse import parse_event
from tasks.model.place import Place
from tasks.model.principal import PrincipalKind
from tests.cloud.scripted import Scripted
from tests.people import ALICE, DEPLOY_ROLE

DATA = Path(__file__).parents[3] / "shared" / "reference" / "data"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
REGION = "ap-guangzhou"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="the reference data is not beside this checkout"),
]

Read = Callable[[Scripted], Any]


def place(raw: str) -> Place:
    return Place(raw=raw)


READS: dict[str, Read] = {
    "sts.GetCallerIdentity": identity.caller,
    "sts.QueryApiKey": lambda cloud: keys.root_keys(cloud, ALICE),
    "cam.ListAccounts": users.accounts,
    "cam.ListUsers": users.sub_users,
    "cam.ListCollaborators": users.collaborators,
    "cam.ListWeChatWorkSubAccounts": users.wecom_users,
    "cam.DescribeSubAccounts": lambda cloud: users.last_logins(cloud, [ALICE.uin]),
    "cam.ListAccessKeys": lambda cloud: keys.access_keys(cloud, ALICE),
    "cam.GetSecurityLastUsed": lambda cloud: keys.last_used(cloud, ["AKIDexample"]),
    "cam.ListAttachedUserAllPolicies": lambda cloud: policies.attached_policies(cloud, ALICE),
    "cam.ListAttachedRolePolicies": lambda cloud: policies.attached_policies(cloud, DEPLOY_ROLE),
    "cam.GetUserPermissionBoundary": lambda cloud: policies.boundary(cloud, ALICE),
    "cam.GetRolePermissionBoundary": lambda cloud: policies.boundary(cloud, DEPLOY_ROLE),
    "cam.ListPolicies": lambda cloud: policies.policies_named(cloud, ""),
    "cam.GetPolicy": lambda cloud: policies.statements(cloud, 1),
    "cam.GetUser": lambda cloud: users.user_named(cloud, ALICE.name),
    "cam.GetRole": lambda cloud: (users.role_enters_console(cloud, DEPLOY_ROLE.uin),),
    "cam.DescribeSafeAuthFlag": flags.own_flags,
    "cam.DescribeSafeAuthFlagIntl": flags.own_flags,
    "cam.DescribeSafeAuthFlagColl": lambda cloud: flags.flags_of(cloud, ALICE.uin),
    "csip.DescribeAccessKeyUserDetail": lambda cloud: csip.root_state(cloud, ALICE.uin, place_of=place),
    "csip.DescribeAccessKeyAlarm": lambda cloud: csip.alarms(cloud, since=NOW, until=NOW),
    "cvm.DescribeRegions": addresses.cvm_regions,
    "cvm.DescribeInstances": lambda cloud: addresses.instances(cloud, REGION),
    "lighthouse.DescribeRegions": addresses.lighthouse_regions,
    "lighthouse.DescribeInstances": lambda cloud: addresses.lighthouses(cloud, REGION),
    "vpc.DescribeAddresses": lambda cloud: addresses.elastic_ips(cloud, REGION),
    "vpc.DescribeNatGateways": lambda cloud: addresses.nat_gateways(cloud, REGION),
    "vpc.DescribeVpnGateways": lambda cloud: addresses.vpn_gateways(cloud, REGION),
    "vpc.DescribeCustomerGateways": lambda cloud: addresses.customer_gateways(cloud, REGION),
}
MASKED_TO_NOTHING = {"vpc.DescribeCustomerGateways"}  # the vendor's example has its only address masked


def examples(name: str) -> list[dict[str, Any]]:
    service, _, action = name.partition(".")
    found = json.loads((DATA / "tccli_examples" / f"{service}.json").read_text())[action]
    return [json.loads(each["output"])["Response"] for each in found]


def once(body: dict[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """This answer, then empty ones: examples are single pages that promise more."""
    left = [body]
    return lambda _: (
        left.pop() if left else {key: [] if isinstance(value, list) else value for key, value in body.items()}
    )


@pytest.mark.parametrize("name", READS)
def test_the_vendors_examples_are_understood(name: str) -> None:
    found = [READS[name](Scripted(once(body))) for body in examples(name)]

    assert found
    assert any(found) or name in MASKED_TO_NOTHING


@pytest.mark.parametrize("name", ["cloudaudit.DescribeEvents", "cloudaudit.LookUpEvents"])
def test_the_vendors_audit_records_are_understood(name: str) -> None:
    for body in examples(name):
        for raw in body["Events"]:
            event = parse_event(mask(raw, unfold=True), place_of=place)

            assert event == parse_event(raw, place_of=place)
            assert (event.actor.kind, event.actor.name) == (PrincipalKind.MAIN, "root")
            assert event.at.year in (2019, 2023)
            assert event.parsed is (name == "cloudaudit.DescribeEvents")


def test_no_token_of_the_vendors_examples_survives() -> None:
    for name in ("cloudaudit.DescribeEvents", "cloudaudit.LookUpEvents", "cam.CreateAccessKey", "sts.AssumeRole"):
        for body in examples(name):
            text = json.dumps(body)
            secrets = re.findall(r'(?:(?<!Next)[Tt]oken|SecretKey|SecretAccessKey)[\\"]*: *[\\"]*([\w*-]{12,})', text)

            assert not [secret for secret in secrets if secret in json.dumps(mask(body))], name


def test_a_real_record_of_the_console_is_understood() -> None:
    inner = json.loads((DATA / "audit" / "real_account_UnbindAccount_event_2022_masked.json").read_text())
    event = parse_event({"CloudAuditEvent": json.dumps(inner)}, place_of=place)

    assert (event.service, event.name, event.actor.kind) == ("account", "UnbindAccount", PrincipalKind.MAIN)
    assert (event.console, event.write, event.sensitive, event.succeeded, event.mfa) == (True, True, True, True, True)
    assert (event.ip, event.parsed) == ("203.0.113.7", True)


RECORDED: dict[str, Read] = {name.partition(".")[2]: read for name, read in READS.items()} | {
    "DescribeInstances": READS["cvm.DescribeInstances"]
}


def test_recorded_real_answers_are_understood() -> None:
    understood: set[str] = set()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted((DATA / "recorded").rglob("*.yaml")):
        for each in yaml.load(path.read_text(), Loader=loader)["interactions"]:
            action = each["request"]["headers"].get("X-TC-Action", [""])[0]
            body = json.loads(each["response"]["body"]["string"])["Response"] if action in RECORDED else {}
            if body and "Error" not in body:
                assert RECORDED[action](Scripted(once(body))) is not None
                understood.add(action)

    assert understood >= {
        "ListUsers",
        "ListAccessKeys",
        "GetSecurityLastUsed",
        "DescribeSafeAuthFlagColl",
        "DescribeInstances",
    }
