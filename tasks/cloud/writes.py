"""Every call of ours that changes something; each is sent once, and says its request id."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from pydantic import SecretStr

from tasks.cloud.api import Api, Call
from tasks.cloud.products import CAM

SDK_LOG = "tencentcloud_sdk_common"
MfaMethod = Literal["Phone", "Stoken", "Wechat"]
MFA_METHODS: tuple[MfaMethod, ...] = ("Phone", "Stoken", "Wechat")
"""All that SetMfaFlag can set: LoginActionMfaFlag in tccli 3.1.189.1 (cam, read 2026-11-28)."""

LOGIN_APPROVER = "SubAccountLoginLimitApproval"
OFFSITE_POLICY = 2
"""PolicyType of CreateSubAccountLoginIpPolicy for the check of the login's place: page 598/122041, tccli 3.1.189.1."""


def set_key(cloud: Api, key_id: str, owner: str, *, active: bool) -> None:
    """Make an access key active or inactive."""
    status = "Active" if active else "Inactive"
    _cam(cloud, "UpdateAccessKey", {"AccessKeyId": key_id, "Status": status, "TargetUin": int(owner)})


def set_user_console(cloud: Api, name: str, *, on: bool) -> None:
    """Switch a sub-user's console login."""
    _cam(cloud, "UpdateUser", {"Name": name, "ConsoleLogin": int(on)})


def set_role_console(cloud: Api, role_id: str, *, on: bool) -> None:
    """Switch console login by a role."""
    _cam(cloud, "UpdateRoleConsoleLogin", {"ConsoleLogin": int(on), "RoleId": int(role_id)})


def set_password(cloud: Api, name: str, password: SecretStr) -> None:
    """Give a sub-user a password that has to be changed at the next login."""
    params = {"Name": name, "Password": password.get_secret_value(), "NeedResetPassword": 1}
    with _bodies_unlogged():
        _cam(cloud, "UpdateUser", params)


def create_policy(cloud: Api, name: str, document: str, description: str) -> None:
    """Create a policy."""
    _cam(cloud, "CreatePolicy", {"PolicyName": name, "PolicyDocument": document, "Description": description})


def attach_to_user(cloud: Api, policy_id: int, uin: str) -> None:
    """Attach a policy to a user."""
    _cam(cloud, "AttachUserPolicy", {"PolicyId": policy_id, "AttachUin": int(uin)})


def detach_from_user(cloud: Api, policy_id: int, uin: str) -> None:
    """Detach a policy from a user."""
    _cam(cloud, "DetachUserPolicy", {"PolicyId": policy_id, "DetachUin": int(uin)})


def attach_to_role(cloud: Api, policy_id: int, role_id: str) -> None:
    """Attach a policy to a role."""
    _cam(cloud, "AttachRolePolicy", {"PolicyId": policy_id, "AttachRoleId": role_id})


def detach_from_role(cloud: Api, policy_id: int, role_id: str) -> None:
    """Detach a policy from a role."""
    _cam(cloud, "DetachRolePolicy", {"PolicyId": policy_id, "DetachRoleId": role_id})


def set_protections(
    cloud: Api, uin: str, *, login: MfaMethod | Literal["off"] | None, operation: MfaMethod | Literal["off"] | None
) -> None:
    """Set the method of login and operation protection; None leaves that one out of the call."""
    params: dict[str, Any] = {"OpUin": int(uin)}
    if login is not None:
        params["LoginFlag"] = _one_of(login)
    if operation is not None:
        params["ActionFlag"] = _one_of(operation)
    _cam(cloud, "SetMfaFlag", params)


def demand_offsite_check(cloud: Api) -> None:
    """Switch the off-site check for the sub-accounts on; it overwrites the account's rule."""
    params = {"ApproverType": LOGIN_APPROVER, "PolicyType": OFFSITE_POLICY, "DisablePolicy": 0}
    _cam(cloud, "CreateSubAccountLoginIpPolicy", params)


def _one_of(method: str) -> dict[str, int]:
    # All three are sent: what an omitted one means is nowhere said.
    return {each: int(each == method) for each in MFA_METHODS}


def _cam(cloud: Api, action: str, params: dict[str, Any]) -> None:
    cloud.call(Call(CAM, action, params))


@contextmanager
def _bodies_unlogged() -> Iterator[None]:
    """Keep the SDK from logging a request's body, as it does at level DEBUG."""

    # One of its own for each call: calls of other threads end at other times.
    def harmless(record: logging.LogRecord) -> bool:
        return "Password" not in record.getMessage()

    log = logging.getLogger(SDK_LOG)
    log.addFilter(harmless)
    try:
        yield
    finally:
        log.removeFilter(harmless)
