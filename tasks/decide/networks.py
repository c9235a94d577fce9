"""Whose address is it: a declared network's, one's own host's, or nobody's that is known."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from tasks.model.fact import Known
from tasks.model.facts import AddressKind, Facts, OwnAddress
from tasks.model.policy import Policy

IPV4_BITS, IPV6_SITE_BITS = 32, 64
"""Of an address, what names one egress: all of IPv4, the site's part of IPv6."""

BENIGN = frozenset({AddressKind.CUSTOMER_GATEWAY, AddressKind.DECLARED})
"""Kinds behind which people sit; every other kind is a cloud host or gateway, which may be a jump host."""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(text)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _within(ip: str, network: str) -> bool:
    address, block = _address(ip), _network(network)
    if address is None or block is None or block.prefixlen == 0:
        return False
    return address.version == block.version and address in block


def same_network(one: str, other: str) -> bool:
    """Whether two addresses are one egress: the same IPv4 address, or the same /64 of IPv6.

    A device changes its IPv6 address by itself, but not its /64; whoever shares that is in the same network, as whoever
    shares an IPv4 address is.
    """
    first, second = _address(one), _address(other)
    if first is None or second is None or first.version != second.version:
        return False
    bits = IPV4_BITS if isinstance(first, IPv4Address) else IPV6_SITE_BITS
    return ip_network((first, bits), strict=False) == ip_network((second, bits), strict=False)


def declared_network(ip: str, facts: Facts, policy: Policy) -> str | None:
    """Name of the declared network or customer gateway that this address belongs to."""
    for network in policy.networks:
        if _within(ip, str(network.cidr)):
            return network.name
    for own in _own(facts):
        if own.kind in BENIGN and _within(ip, own.network):
            return own.name or own.network
    return None


def own_host(ip: str, facts: Facts) -> OwnAddress | None:
    """The account's own cloud host or gateway that has this address."""
    return next((own for own in _own(facts) if own.kind not in BENIGN and _within(ip, own.network)), None)


def _own(facts: Facts) -> tuple[OwnAddress, ...]:
    return facts.egress.value if isinstance(facts.egress, Known) else ()
