"""CAM: whether somebody may do something. Deny wins; a boundary limits what policies give; root may do all."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from typing import Any

from tasks.sandbox.errors import not_authorized
from tasks.sandbox.find import policy
from tasks.sandbox.state import Cloud, Person, Policy
from tasks.sandbox.world import Caller

ALWAYS_ALLOWED = ("sts:GetCallerIdentity",)  # asking for one's own name needs no policy
IP_CONDITIONS = ("ip_equal", "ip_not_equal")


def authorize(cloud: Cloud, caller: Caller, operation: str, *, ip: str) -> None:
    """Refuse what the caller's policies do not allow."""
    if caller.is_root:
        return
    resource = f"qcs::{operation.partition(':')[0]}::uin/{cloud.uin}:*"
    statements = list(_statements(policies_of(cloud, caller)))
    if _says("deny", statements, operation, ip):
        raise not_authorized(operation, resource)
    if operation in ALWAYS_ALLOWED:
        return
    if not _says("allow", statements, operation, ip) or not _within_boundary(cloud, caller, operation, ip):
        raise not_authorized(operation, resource)


def policies_of(cloud: Cloud, caller: Caller) -> list[Policy]:
    """List the policies of a caller, its groups' among them."""
    if caller.role is not None:
        ids = list(caller.role.policies)
    elif caller.person is not None:
        ids = list(person_policy_ids(cloud, caller.person))
    else:
        ids = []
    found = (policy(cloud, one) for one in ids)
    return [one for one in found if one is not None]


def person_policy_ids(cloud: Cloud, person: Person) -> Iterator[int]:
    """List the ids of a person's policies, direct ones first."""
    yield from person.policies
    for group in cloud.groups:
        if group.id in person.groups:
            yield from group.policies


def _within_boundary(cloud: Cloud, caller: Caller, operation: str, ip: str) -> bool:
    if caller.person is None or caller.person.boundary is None:
        return True
    boundary = policy(cloud, caller.person.boundary)
    if boundary is None:
        return False
    statements = list(_statements([boundary]))
    return _says("allow", statements, operation, ip) and not _says("deny", statements, operation, ip)


def _statements(policies: Iterable[Policy]) -> Iterator[dict[str, Any]]:
    for one in policies:
        found = one.document.get("statement", [])
        yield from found if isinstance(found, list) else [found]


def _says(effect: str, statements: Iterable[dict[str, Any]], operation: str, ip: str) -> bool:
    return any(
        one.get("effect") == effect and _names(one.get("action", []), operation) and _applies(one, ip)
        for one in statements
    )


def _names(patterns: str | list[str], operation: str) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatchcase(operation.lower(), one.removeprefix("name/").lower()) for one in listed)


def _applies(statement: dict[str, Any], ip: str) -> bool:
    """Weigh the conditions on the caller's address; CreatePolicy lets no other condition in."""
    conditions: dict[str, dict[str, Any]] = statement.get("condition", {})
    return all(_ip_condition(kind, keys, ip) for kind, keys in conditions.items())


def _ip_condition(kind: str, keys: dict[str, Any], ip: str) -> bool:
    wanted = keys.get("qcs:ip", [])
    networks = [wanted] if isinstance(wanted, str) else wanted
    inside = any(ip_address(ip) in ip_network(one, strict=False) for one in networks)
    return inside if kind == "ip_equal" else not inside
