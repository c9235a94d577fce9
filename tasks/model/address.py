"""IP addresses: read in one way, so that two spellings of one address are never two addresses."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Annotated

from pydantic import AfterValidator, IPvAnyAddress

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

IPV4_BITS, IPV6_BITS = 32, 128

SUBSCRIBER_BITS = 64
"""Of an IPv6 address, what names the link; the other 64 bits name the device on it (RFC 4291, section 2.5.1)."""

_MAPPED = IPv6Network("::ffff:0:0/96")
"""IPv4 addresses as IPv6 ones, RFC 4291, section 2.5.5.2: what a dual-stack socket calls an IPv4 peer."""

_CACHED = 4096
"""Addresses that are remembered as read: a hunt meets the same few a hundred thousand times."""


def unmapped(address: Address) -> Address:
    """The address; an IPv4-mapped IPv6 one as the IPv4 address that it is."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


@lru_cache(maxsize=_CACHED)
def parse_address(text: str) -> Address | None:
    """The address that a text is; None for any other text."""
    try:
        return unmapped(ip_address(text.strip()))
    except ValueError:
        return None


def parse_network(text: str) -> Network | None:
    """The network, or the single address, that a text is; None for any other text."""
    try:
        network: Network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        bits = network.prefixlen - (IPV6_BITS - IPV4_BITS)
        return ip_network((unmapped(network.network_address), bits))
    return network


def one_spelling(text: str) -> str:
    """An address in the spelling that all values use; any other text as it is."""
    address = parse_address(text)
    return text if address is None else str(address)


Ip = Annotated[str, AfterValidator(one_spelling)]
"""An address as text in one spelling; empty, or whatever a record has in its place."""

AnyAddress = Annotated[IPvAnyAddress, AfterValidator(unmapped)]
"""An address that has to be one."""


def same_address(one: str, other: str) -> bool:
    """Whether two texts are one address; never where one of them is none."""
    address = parse_address(one)
    return address is not None and address == parse_address(other)


def is_within(ip: str, network: str) -> bool:
    """Whether an address is in a network; one that holds every address says nothing and holds none."""
    address, block = parse_address(ip), parse_network(network)
    return address is not None and block is not None and block.prefixlen > 0 and address in block


def subscriber_network(ip: str) -> str:
    """The network that one subscriber has: an IPv4 address itself, an IPv6 address's /64; other text as it is.

    A device changes its IPv6 address by itself, but not its /64; whoever shares that is in the same network, as whoever
    shares an IPv4 address is.
    """
    address = parse_address(ip)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, SUBSCRIBER_BITS), strict=False))
    return ip.strip() if address is None else str(address)


def same_subscriber(one: str, other: str) -> bool:
    """Whether two texts are addresses in one subscriber's network."""
    if parse_address(one) is None or parse_address(other) is None:
        return False
    return subscriber_network(one) == subscriber_network(other)
