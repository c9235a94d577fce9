"""Long-lived access keys, by their public half."""

from collections.abc import Callable

from tasks.cloud.api import Api, Call, Site
from tasks.cloud.limits import KEYS_PER_CALL
from tasks.cloud.products import CAM, STS
from tasks.cloud.values import beijing_or_unix, line, rows, text
from tasks.errors import NotFound
from tasks.model.facts import AccessKey
from tasks.model.principal import Principal, PrincipalKind

STS_ACTIVE, STS_DISABLED = "2", "3"  # Status of QueryApiKey; 4 is a deleted key; tccli 3.1.189.1, read 2026-11-28

Lister = Callable[[Api, Principal], list[AccessKey]]


def access_keys(cloud: Api, owner: Principal) -> list[AccessKey]:
    """The owner's keys as CAM lists them; refused where they are null, which page 598/45156 allows (read 2026-11-28).

    Raises:
        NotFound: the owner has no account id, so that nobody can be asked about.
    """
    call = Call(CAM, "ListAccessKeys", {"TargetUin": _uin(owner)}, require=("AccessKeys",))
    return [
        AccessKey(
            owner=owner,
            key_id=text(row.get("AccessKeyId")),
            active=row.get("Status") == "Active",
            created=beijing_or_unix(row.get("CreateTime")),
        )
        for row in rows(cloud.call(call).body, "AccessKeys")
    ]


def root_keys(cloud: Api, owner: Principal) -> list[AccessKey]:
    """The main account's keys, deleted ones left out; only on the Chinese site."""
    call = Call(STS, "QueryApiKey", {"TargetUin": _uin(owner)}, require=("IdKeys",))
    return [
        AccessKey(
            owner=owner,
            key_id=text(row.get("SecretId")),
            active=text(row.get("Status")) == STS_ACTIVE,
            created=beijing_or_unix(row.get("CreateTime")),
        )
        for row in rows(cloud.call(call).body, "IdKeys")
        if text(row.get("Status")) in (STS_ACTIVE, STS_DISABLED)
    ]


def lists_of(owner: Principal, site: Site) -> tuple[Lister, ...]:
    """Which lists hold the owner's keys: the main account's console keys have one of their own."""
    return (access_keys, root_keys) if owner.kind is PrincipalKind.MAIN and site == "cn" else (access_keys,)


def keys_of(cloud: Api, owner: Principal) -> list[AccessKey]:
    """All keys of the owner, from every list."""
    found = (key for read in lists_of(owner, cloud.site) for key in read(cloud, owner))
    return list({key.key_id: key for key in found}.values())


def key_of(cloud: Api, owner: Principal, key_id: str) -> AccessKey | None:
    """One key of the owner; None where every list was read and none has it."""
    found = (key for read in lists_of(owner, cloud.site) for key in read(cloud, owner))
    return next((key for key in found if key.key_id == key_id), None)


def last_used(cloud: Api, key_ids: list[str]) -> dict[str, str]:
    """The day on which up to ten keys were last used, by key; a day late (tccli 3.1.189.1, read 2026-11-28)."""
    params = {"SecretIdList": key_ids[:KEYS_PER_CALL]}
    answer = cloud.call(Call(CAM, "GetSecurityLastUsed", params, require=("SecretIdLastUsedRows",)))
    found = rows(answer.body, "SecretIdLastUsedRows")
    return {text(row.get("SecretId")): line(row.get("LastUsedDate")) for row in found if row.get("LastUsedDate")}


def _uin(owner: Principal) -> int:
    if not owner.uin.isdecimal():
        raise NotFound("cam:ListAccessKeys", "OwnerUnknown", "the key's owner is not known")
    return int(owner.uin)
