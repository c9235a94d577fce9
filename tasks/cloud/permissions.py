"""What this program may need of CAM: each action that it can call, by what it is called for.

`tests/cloud/test_permissions.py` compares this list with the names in the code, with the README, and with what drills
call of the sandbox; the sandbox's own runner has these permissions and no others.
"""

import json
from typing import Any, NamedTuple

from tasks.cloud.api import Site
from tasks.model.base import Sentence
from tasks.model.policy import Mode


class Need(NamedTuple):
    """Actions that belong together, by their names in CAM, and what they are called for."""

    what_for: Sentence
    actions: tuple[str, ...]


READS = (
    Need(Sentence(zh="确认凭证是谁的", en="whose credential this is"), ("sts:GetCallerIdentity",)),
    Need(
        Sentence(zh="登录记录与之后发生的事", en="logins, and what happened since"),
        ("cloudaudit:DescribeEvents",),
    ),
    Need(
        Sentence(zh="谁能登录，上次何时登录", en="who can enter, and when they last did"),
        (
            "cam:ListAccounts",
            "cam:ListUsers",
            "cam:ListCollaborators",
            "cam:ListWeChatWorkSubAccounts",
            "cam:DescribeSubAccounts",
            "csip:DescribeAccessKeyUserDetail",
        ),
    ),
    Need(
        Sentence(zh="密钥", en="access keys"),
        ("cam:ListAccessKeys", "cam:GetSecurityLastUsed", "sts:QueryApiKey"),
    ),
    Need(
        Sentence(zh="权限与管理员", en="rights and administrators"),
        (
            "cam:ListAttachedUserAllPolicies",
            "cam:ListAttachedRolePolicies",
            "cam:GetUserPermissionBoundary",
            "cam:GetRolePermissionBoundary",
            "cam:GetPolicy",
            "cam:ListEntitiesForPolicy",
            "cam:ListUsersForGroup",
        ),
    ),
    Need(
        Sentence(zh="登录保护与云安全中心的告警", en="protections, and alarms of the security centre"),
        ("cam:DescribeSafeAuthFlagColl", "csip:DescribeAccessKeyAlarm"),
    ),
    Need(
        Sentence(zh="自有出口地址", en="own egress addresses"),
        (
            "vpc:DescribeAddresses",
            "vpc:DescribeNatGateways",
            "vpc:DescribeVpnGateways",
            "vpc:DescribeCustomerGateways",
            "cvm:DescribeRegions",
            "cvm:DescribeInstances",
            "lighthouse:DescribeRegions",
            "lighthouse:DescribeInstances",
        ),
    ),
)
"""What every mode asks."""

CONTAINMENT = (
    Need(
        Sentence(zh="停用密钥、关闭控制台登录、重置密码", en="disable keys and console login, reset passwords"),
        ("cam:UpdateAccessKey", "cam:GetUser", "cam:UpdateUser", "cam:GetRole", "cam:UpdateRoleConsoleLogin"),
    ),
    Need(
        Sentence(zh="隔离（拒绝一切操作），以及撤销隔离", en="quarantine, which denies all, and its undoing"),
        (
            "cam:ListPolicies",
            "cam:CreatePolicy",
            "cam:AttachUserPolicy",
            "cam:AttachRolePolicy",
            "cam:DetachUserPolicy",
            "cam:DetachRolePolicy",
        ),
    ),
    Need(
        Sentence(zh="开启登录保护与异地登录校验", en="switch protections and the off-site check on"),
        ("cam:SetMfaFlag", "cam:CreateSubAccountLoginIpPolicy"),
    ),
)
"""What modes approve and auto do besides, and how they see what is there before and after."""

ONLY_CHINESE = frozenset(
    {
        "cam:ListAccounts",
        "cam:ListWeChatWorkSubAccounts",
        "cam:GetUserPermissionBoundary",
        "cam:GetRolePermissionBoundary",
        "cam:CreateSubAccountLoginIpPolicy",
        "sts:QueryApiKey",
    }
)
"""Actions that the vendor's international site has not: tccli-intl-en 3.1.193 against tccli 3.1.189.1, 2026-11-28."""

ONLY_MAIN_ACCOUNT = frozenset({"cam:DescribeSafeAuthFlag", "cam:DescribeSafeAuthFlagIntl"})
"""Called about itself by a main account alone, which no policy binds: they need no permission."""

ALWAYS_ALLOWED = frozenset({"sts:GetCallerIdentity"})
"""Asking for one's own name, which the API answers to whoever signs well."""


def needs(mode: Mode, site: Site) -> tuple[Need, ...]:
    """What a mode can call on one of the vendor's two sites; auto asks people too, so it can do what approve can."""
    wanted = READS if mode == "observe" else (*READS, *CONTAINMENT)
    there = (Need(each.what_for, tuple(one for one in each.actions if _exists(one, site))) for each in wanted)
    return tuple(each for each in there if each.actions)


def actions_of(mode: Mode, site: Site) -> tuple[str, ...]:
    """The actions that a mode can call, sorted by name."""
    return tuple(sorted(action for need in needs(mode, site) for action in need.actions))


def policy_document(mode: Mode, site: Site) -> dict[str, Any]:
    """The least CAM policy for a mode.

    Resources are all of the account: whose identity will be stolen, or from which address, nobody knows beforehand.
    """
    statement = {"effect": "allow", "action": list(actions_of(mode, site)), "resource": ["*"]}
    return {"version": "2.0", "statement": [statement]}


def policy_text(mode: Mode, site: Site) -> str:
    """The least CAM policy as it is pasted into the console."""
    return json.dumps(policy_document(mode, site), indent=2)


def _exists(action: str, site: Site) -> bool:
    return site == "cn" or action not in ONLY_CHINESE
