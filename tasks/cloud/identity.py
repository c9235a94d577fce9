"""Whose credential this is."""

from typing import NamedTuple

from tasks.cloud.api import Api, Call
from tasks.cloud.products import STS
from tasks.cloud.values import line, text
from tasks.model.facts import Caller
from tasks.model.principal import PrincipalKind


class Signer(NamedTuple):
    """Who signs the calls, by page 1312/66098 (GetCallerIdentity, read 2026-11-28).

    Args:
        user: id of the user or role; empty where the vendor does not say.
        origin: who assumed the role or took the session; of a long-lived key the user.
    """

    account: str
    user: str
    origin: str
    is_role: bool
    key_id: str

    @property
    def ids(self) -> frozenset[str]:
        """Everybody that this credential acts for."""
        return frozenset({self.user, self.origin} - {""})


def signer(cloud: Api) -> Signer:
    """Who signs the calls of this cloud."""
    body = cloud.call(Call(STS, "GetCallerIdentity", require=("AccountId", "Type"))).body
    return Signer(
        account=text(body["AccountId"]),
        user=_id(body.get("UserId")),
        origin=_id(body.get("PrincipalId")),
        is_role="role" in line(body["Type"]).lower(),
        key_id=cloud.key_id,
    )


def caller(cloud: Api) -> Caller:
    """The identity behind the credential; the main account where it is nobody else."""
    found = signer(cloud)
    uin = found.user or found.origin or found.account
    return Caller(account=found.account, uin=uin, kind=_kind(found, uin), key_id=found.key_id)


def _id(value: object) -> str:
    """Roles and federated users have the session's name after a colon."""
    return text(value).partition(":")[0]


def _kind(found: Signer, uin: str) -> PrincipalKind:
    if found.is_role:
        return PrincipalKind.ROLE
    return PrincipalKind.MAIN if uin == found.account else PrincipalKind.SUB_USER
