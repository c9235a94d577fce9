"""Which things a record names: what the call made, whom it was aimed at, which resources it touched."""

import re
from collections.abc import Iterator
from typing import Any

from tasks.cloud.mask import is_secret
from tasks.cloud.values import line, text
from tasks.model.audit import ResourceRef

IDS_MAX = 100  # of one record; RunInstances makes at most 100
DEPTH_MAX = 6

_ID_KEY = re.compile(r"(?:id|ids|idset|idlist|uin|uins)$", re.IGNORECASE)
_NO_ID = frozenset(
    {"requestid", "appid", "taskid", "uid", "seqid", "projectid", "invocationid", "ownerid", "zoneid", "dealids"}
)
_TARGETS = frozenset(
    {
        *("uin", "uins", "targetuin", "targetuins", "attachuin", "attachuins", "detachuin", "detachuins", "opuin"),
        *("subuin", "subuins", "subaccountuin", "username", "usernames", "roleid", "rolename", "policyid", "policyids"),
        *("policyname", "accesskeyid", "groupid", "groupids", "groupname", "tmpsecretid", "rolearn", "auditname"),
    }
)
_NAMED_BY_NAME = frozenset({"cam", "cloudaudit", "organization"})
_RESOURCE_ID = re.compile(r"^[a-z][a-z0-9]{1,15}-[0-9a-z]{6,}$")


def created_ids(response: dict[str, Any]) -> tuple[str, ...]:
    """Ids that an answer names as made by the call."""
    return _unique(value for key, value in _scalars(response) if _ID_KEY.search(key) and key not in _NO_ID)


def target_ids(request: dict[str, Any], service: str) -> tuple[str, ...]:
    """Ids and names of users, roles, keys and policies that a request names."""
    names = _TARGETS | {"name"} if service in _NAMED_BY_NAME else _TARGETS
    return _unique(value for key, value in _scalars(request) if key in names)


def resource_refs(  # noqa: PLR0913 - one record, taken apart by the caller
    outer: dict[str, Any],
    inner: dict[str, Any],
    request: dict[str, Any],
    created: tuple[str, ...],
    *,
    service: str,
    region: str,
) -> tuple[ResourceRef, ...]:
    """Resources that a record names, each once: what the log says, and ids of resources in request and answer."""
    names = [*_logged(outer.get("Resources")), *_split(inner.get("resourceName")), *_set(inner.get("resourceSet"))]
    ids = (value for key, value in _scalars(request) if _ID_KEY.search(key) and _RESOURCE_ID.match(value))
    made = (value for value in created if _RESOURCE_ID.match(value))
    where = line(outer.get("ResourceRegion")) or region
    return tuple(ResourceRef(kind=service, name=name, region=where) for name in _unique([*names, *ids, *made]))


def _logged(resources: Any) -> Iterator[str]:
    for item in resources if isinstance(resources, list) else [resources]:
        if isinstance(item, dict):
            yield from _split(item.get("ResourceName"))


def _set(found: Any) -> Iterator[str]:
    for item in found if isinstance(found, list) else []:
        if isinstance(item, dict):
            yield from (value for key, value in _scalars(item) if key.endswith(("id", "name")))
        else:
            yield from _split(item)


def _split(names: Any) -> Iterator[str]:
    yield from (name.strip() for name in text(names).split(",") if name.strip() not in ("", "*"))


def _scalars(value: Any, key: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every scalar with its key in lower case; the items of a list have the list's key."""
    if isinstance(value, dict) and depth <= DEPTH_MAX:
        for name, item in value.items():
            if not is_secret(str(name)):
                yield from _scalars(item, str(name).lower(), depth + 1)
    elif isinstance(value, list) and depth <= DEPTH_MAX:
        for item in value:
            yield from _scalars(item, key, depth + 1)
    elif found := text(value):
        yield key, found


def _unique(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value not in ("", "0", "*")))[:IDS_MAX]
