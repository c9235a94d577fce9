"""Long-lived access keys, by their public half."""

from collections.abc import Callable

from tasks.cloud.api import Api, Call
from tasks.cloud.products import CAM, STS
from tasks.cloud.values import beijing_or_unix, line, rows, text
from tasks.model.facts import AccessKey
from tasks.model.principal import Principal

CHUNK = 10  # keys of GetSecurityLastUsed; the API's most
STS_ACTIVE = "2"

Lister = Callable[[Api, Principal], list[AccessKey]]


def access_keys(cloud: Api, owner: Principal) -> list[AccessKey]:
    """The keys of one sub-account."""
    answer = cloud.call(Call(CAM, "ListAccessKeys", {"TargetUin": int(owner.uin)}, require=("AccessKeys",)))
    return [
        AccessKey(
            owner=owner,
            key_id=text(row.get("AccessKeyId")),
            active=row.get("Status") == "Active",
            created=beijing_or_unix(row.get("CreateTime")),
        )
        for row in rows(answer.body, "AccessKeys")
    ]


def root_keys(cloud: Api, owner: Principal) -> list[AccessKey]:
    """The main account's keys, deleted ones left out; only on the Chinese site."""
    answer = cloud.call(Call(STS, "QueryApiKey", {"TargetUin": int(owner.uin)}, require=("IdKeys",)))
    return [
        AccessKey(
            owner=owner,
            key_id=text(row.get("SecretId")),
            active=text(row.get("Status")) == STS_ACTIVE,
            created=beijing_or_unix(row.get("CreateTime")),
        )
        for row in rows(answer.body, "IdKeys")
        if text(row.get("Status")) in ("2", "3")
    ]


def last_used(cloud: Api, key_ids: list[str]) -> dict[str, str]:
    """The day on which up to ten keys were last used, by key; the vendor is a day late."""
    params = {"SecretIdList": key_ids[:CHUNK]}
    answer = cloud.call(Call(CAM, "GetSecurityLastUsed", params, require=("SecretIdLastUsedRows",)))
    found = rows(answer.body, "SecretIdLastUsedRows")
    return {text(row.get("SecretId")): line(row.get("LastUsedDate")) for row in found if row.get("LastUsedDate")}
