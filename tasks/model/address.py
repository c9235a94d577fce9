"""IP addresses: read in one way, so that two spellings of one address are never two addresses.

Which IPv6 address is an IPv4 one in other clothes, and which is not:

- `::ffff:0:0/96` (RFC 4291, section 2.5.5.2) and `64:ff9b::/96` (RFC 6052, section 2.1) are made to write an IPv4
  host's address, and nothing else: they are that address.
- 6to4 (RFC 3056) names by its IPv4 part the router of a site, not the host; Teredo (RFC 4380) the NAT before the host,
  as the host itself says; a local translator's prefix (RFC 8215) is laid out as its operator likes: these stay IPv6.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import takewhile
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, IPvAnyAddress

from tasks.model.address_forms import bare

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

IPV4_BITS, IPV6_BITS = 32, 128

SUBSCRIBER_BITS = 64
"""Of an IPv6 address, what names the link; the other 64 bits name the device on it (RFC 4291, section 2.5.1)."""

_MAPPED, _TRANSLATED = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")
_WRITES_IPV4 = (_MAPPED, _TRANSLATED)

_INTERNAL = tuple(
    ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
)
"""Where a network ends: RFC 1918, 6598, 1122 and 3927; RFC 4193 and 4291. Beyond it nobody can be known by them."""

_CACHED = 4096
"""Addresses that are remembered as read: a hunt meets the same few a hundred thousand times."""


def unmapped(address: Address) -> Address:
    """The address without a zone; an IPv4 address that is written as an IPv6 one as what it is."""
    if isinstance(address, IPv4Address):
        return address
    written = IPv4Address(int(address) & (2**IPV4_BITS - 1))
    if address in _MAPPED or (address in _TRANSLATED and not is_internal(written)):  # RFC 6052, section 3.1
        return written
    return IPv6Address(int(address))


def is_internal(address: Address) -> bool:
    """Whether the address says nothing outside the network, or the machine, that it is in."""
    return any(address in network for network in _INTERNAL)


@lru_cache(maxsize=_CACHED)
def parse_address(text: str) -> Address | None:
    """The address that a field means, however it is written; None for any other text.

    Of a list, as proxies write it into `X-Forwarded-For`, it is the first one that is not internal, for the first is
    the client's, and inside of an office a proxy of its own comes before the one that the world sees (MDN's page of
    X-Forwarded-For, "Selecting an IP address", which adds that the client can make it up). The unspecified address
    means that there is none (RFC 4291, section 2.5.2; RFC 1122, section 3.2.1.3).
    """
    found = list(takewhile(lambda address: address is not None, (_first(readings) for readings in bare(text))))
    address = next((one for one in found if one and not is_internal(one)), found[0] if found else None)
    return None if address is None or address.is_unspecified else address


def _first(readings: Iterable[str]) -> Address | None:
    return next((address for address in map(_strict, readings) if address is not None), None)


def _strict(text: str) -> Address | None:
    try:
        return unmapped(ip_address(text))
    except ValueError:  # a leading zero among them: 010 is ten to some and eight to others (RFC 6943, section 3.1.1)
        return None


def parse_network(text: str) -> Network | None:
    """The network, or the single address, that a text is; None for any other text."""
    try:
        network: Network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and any(network.subnet_of(each) for each in _WRITES_IPV4):
        bits = network.prefixlen - (IPV6_BITS - IPV4_BITS)
        return ip_network((int(network.network_address) & (2**IPV4_BITS - 1), bits))
    return network


def one_spelling(text: str) -> str:
    """An address in the spelling that all values use; any other text as it is."""
    address = parse_address(text)
    return text if address is None else str(address)


Ip = Annotated[str, AfterValidator(one_spelling)]
"""An address as text in one spelling; empty, or whatever a record has in its place."""


def _any_address(value: Any) -> Any:
    """However it is written; a number is none, for any would be one."""
    if isinstance(value, str):
        return parse_address(value) or value
    if isinstance(value, IPv4Address | IPv6Address):
        return value
    raise ValueError("an address is text")


AnyAddress = Annotated[IPvAnyAddress, AfterValidator(unmapped), BeforeValidator(_any_address)]
"""An address that has to be one."""


def same_address(one: str, other: str) -> bool:
    """Whether two texts are one address; never where one of them is none."""
    address = parse_address(one)
    return address is not None and address == parse_address(other)


def spellings_of(ip: str) -> tuple[str, ...]:
    """The spellings of an address that a log has, for searches that compare text; other text as it is."""
    return (ip, f"::ffff:{ip}") if isinstance(parse_address(ip), IPv4Address) else (ip,)


def is_within(ip: str, network: str) -> bool:
    """Whether an address is in a network; one that holds every address says nothing and holds none."""
    address, block = parse_address(ip), parse_network(network)
    return address is not None and block is not None and block.prefixlen > 0 and address in block


def subscriber_network(ip: str) -> str:
    """The network that one subscriber has: an IPv4 address itself, an IPv6 address's /64; empty for what is no address.

    A device changes its IPv6 address by itself, but not its /64; whoever shares that is in the same network, as whoever
    shares an IPv4 address is. A service's name in an address's place is nobody's network.
    """
    address = parse_address(ip)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, SUBSCRIBER_BITS), strict=False))
    return "" if address is None else str(address)


def same_subscriber(one: str, other: str) -> bool:
    """Whether two texts are addresses in one subscriber's network."""
    network = subscriber_network(one)
    return bool(network) and network == subscriber_network(other)
