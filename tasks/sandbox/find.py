"""Looking things up in the cloud."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address, ip_network

from tasks.sandbox.state import Cloud, Key, Machine, Person, Policy, Role

BEIJING = timezone(timedelta(hours=8))  # the API writes its times in China's
NOWHERE = "未知"


def person(cloud: Cloud, uin: int) -> Person | None:
    """Find somebody by uin."""
    return next((one for one in cloud.people if one.uin == uin), None)


def person_named(cloud: Cloud, name: str) -> Person | None:
    """Find somebody by name or by uin as text."""
    return next((one for one in cloud.people if name in (one.name, str(one.uin))), None)


def root(cloud: Cloud) -> Person:
    """Find the main account."""
    return next(one for one in cloud.people if one.kind == "root")


def role_named(cloud: Cloud, name: str) -> Role | None:
    """Find a role by name or id."""
    return next((one for one in cloud.roles if name in (one.name, one.id)), None)


def key(cloud: Cloud, key_id: str) -> Key | None:
    """Find an access key."""
    return next((one for one in cloud.keys if one.id == key_id), None)


def keys_of(cloud: Cloud, uin: int) -> list[Key]:
    """List the access keys of somebody."""
    return [one for one in cloud.keys if one.owner == uin]


def policy(cloud: Cloud, policy_id: int) -> Policy | None:
    """Find a policy."""
    return next((one for one in cloud.policies if one.id == policy_id), None)


def machines(cloud: Cloud, product: str, region: str) -> list[Machine]:
    """List the machines of a product in a region."""
    return [one for one in cloud.machines if (one.product, one.region) == (product, region)]


def location(cloud: Cloud, ip: str) -> str:
    """Name the place of an address as CloudAudit does: country, province, city, carrier, apart by spaces."""
    if ip in cloud.places:
        return cloud.places[ip]
    networks = (name for name in cloud.places if "/" in name)
    return next((cloud.places[name] for name in networks if _within(ip, name)), NOWHERE)


def _within(ip: str, network: str) -> bool:
    try:
        return ip_address(ip) in ip_network(network)
    except ValueError:
        return False


def clock_text(at: int) -> str:
    """Write a time as the API does: China's time without a zone; empty for never."""
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def iso_text(at: int) -> str:
    """Write a time as vpc and cvm do: ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def public_ips(cloud: Cloud) -> Iterable[tuple[str, str]]:
    """List every own public address with the id of what has it."""
    for address in cloud.addresses:
        yield address.ip, address.instance or address.id
    for gateway in cloud.gateways:
        yield from ((ip, gateway.id) for ip in gateway.ips)
    for machine in cloud.machines:
        yield from ((ip, machine.id) for ip in machine.ips)
