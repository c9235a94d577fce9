"""Whose credential this is."""

from tasks.cloud.api import Api, Call
from tasks.cloud.products import STS
from tasks.cloud.values import line, text
from tasks.model.facts import Caller
from tasks.model.principal import PrincipalKind


def caller(cloud: Api) -> Caller:
    """The identity behind the credential; the main account where it is nobody else."""
    answer = cloud.call(Call(STS, "GetCallerIdentity", require=("AccountId", "Type")))
    account = text(answer.body["AccountId"])
    uin = _id(answer.body.get("UserId")) or _id(answer.body.get("PrincipalId")) or account
    return Caller(account=account, uin=uin, kind=_kind(line(answer.body["Type"]), uin, account), key_id=cloud.key_id)


def _id(value: object) -> str:
    """Roles and federated users have the session's name after a colon."""
    return text(value).partition(":")[0]


def _kind(type_: str, uin: str, account: str) -> PrincipalKind:
    if "role" in type_.lower():
        return PrincipalKind.ROLE
    return PrincipalKind.MAIN if uin == account else PrincipalKind.SUB_USER
