"""Which things a record names: what the call made, whom it was aimed at, which resources it touched."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from tasks.cloud.limits import INSTANCES_PER_CALL
from tasks.cloud.mask import is_secret, opened
from tasks.cloud.values import NUL, line, text

IDS_MAX = INSTANCES_PER_CALL  # of one record: no call makes more
DEPTH_MAX = 6

_ID_ENDS = ("id", "ids", "idset", "idlist", "uin", "uins")
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
_JOINED = re.compile(r"[|｜,;，；、\[{\"\x00]")  # without one of these a text is one name
_BAR, _COMMA = re.compile("[|｜]"), re.compile("[,;，；、]")
_PART = re.compile(r"\*|[0-9]+|qcs:.*|[a-zA-Z][\w-]*/[^\s,;]*|[a-z][a-z0-9]{1,15}-[0-9a-z]{6,}")
"""What may stand alone between commas: a number, a six-part name (598/10606, read 2026-11-28), a path, an id. A name
that people give may have a comma in it: one of a role's session may (tccli sts, RoleSessionName of AssumeRole)."""

Raw = dict[str, Any]
Scalars = list[tuple[str, str]]


def scalars(found: dict[str, Any]) -> Scalars:
    """Every scalar at any depth with its key in lower case, but no secret; items of a list have the list's key."""
    collected: Scalars = []
    _collect(found, "", 0, collected)
    return collected


def created_ids(response: Scalars) -> tuple[str, ...]:
    """Ids that an answer names as made by the call."""
    return _unique(value for key, value in response if key.endswith(_ID_ENDS) and key not in _NO_ID)


def target_ids(request: Scalars, service: str) -> tuple[str, ...]:
    """Ids and names of users, roles, keys and policies that a request names."""
    named = service in _NAMED_BY_NAME
    return _unique(value for key, value in request if key in _TARGETS or (named and key == "name"))


def resource_names(
    outer: dict[str, Any], inner: dict[str, Any], request: Scalars, created: tuple[str, ...]
) -> list[str]:
    """Resources that a record names, each once: what the log says, and ids of resources in request and answer."""
    names = [*_logged(outer.get("Resources")), *parts_of(inner.get("resourceName")), *_set(inner.get("resourceSet"))]
    ids = [value for key, value in request if key.endswith(_ID_ENDS) and _RESOURCE_ID.match(value)]
    made = [value for value in created if _RESOURCE_ID.match(value)]
    return list(_unique([*names, *ids, *made]))


def _logged(resources: Any) -> Iterator[str]:
    """The outer record's resources: one object or a list, either also as JSON in a string."""
    for item in listed(resources):
        yield from parts_of(item.get("ResourceName")) if isinstance(item, dict) else ()


def _set(found: Any) -> Iterator[str]:
    for item in listed(found):
        if isinstance(item, dict):
            named = (value for key, value in scalars(item) if key.endswith(("id", "name")))
            yield from (name for value in named for name in parts_of(value))
        else:
            yield from parts_of(item)


def listed(found: Any) -> list[Any]:
    """A list as it is, also where it is JSON in a string; any other value as the only one, and nothing as none."""
    inner = opened(found) if isinstance(found, str) else None
    value = found if inner is None else inner
    return value if isinstance(value, list) else [value] if value else []


def parts_of(names: Any) -> list[str]:
    """Each name once it is alone: parts are joined by a bar, ids and paths also by a comma or semicolon."""
    if isinstance(names, str) and not _JOINED.search(names):
        one = line(names).strip()
        return [] if one in ("", "*") else [one]
    return [name for whole in listed(names) for part in _BAR.split(_whole_text(whole)) for name in _names_in(part)]


def _names_in(part: str) -> list[str]:
    pieces = [piece.strip() for piece in _COMMA.split(part)]
    alone = all(_PART.fullmatch(piece) for piece in pieces if piece)
    return [line(name) for name in (pieces if alone else [part.strip()]) if name not in ("", "*")]


def _whole_text(found: Any) -> str:
    """The text uncut, for what is cut off may be a name's half."""
    return found.replace(NUL, "") if isinstance(found, str) else text(found)


def _collect(found: Any, key: str, depth: int, into: Scalars) -> None:
    if type(found) is dict:
        for name, item in found.items() if depth <= DEPTH_MAX else ():
            if item != "" and (lower := _open_key(name)) is not None:
                _collect(item, lower, depth + 1, into)
    elif type(found) is list:
        for item in found if depth <= DEPTH_MAX else ():
            _collect(item, key, depth + 1, into)
    elif value := text(found):
        into.append((key, value))


@lru_cache(maxsize=4096)
def _open_key(name: object) -> str | None:
    """The key in lower case; None for a secret's."""
    return None if is_secret(str(name)) else str(name).lower()


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value not in ("", "0", "*")))[:IDS_MAX]
