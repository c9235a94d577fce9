"""What kind of network an address belongs to, from a library that asks nobody."""

from collections.abc import Mapping
from datetime import UTC, datetime

import iporigin

from tasks.model.address import Address, is_within, parse_address
from tasks.model.facts import Reputation

# The library's words, in ours; its `bot` is a crawler's published range, which is a data centre's.
_KINDS = {"hosting": "hosting", "bot": "hosting", "cdn": "cdn", "vpn": "vpn", "tor": "tor", "reserved": "private"}
# Sold with many phones and computers, so it hides ordinary people; the library calls it a VPN.
_RELAY = "Apple Private Relay"
_NOBODY: Mapping[str, tuple[str, ...]] = {}


def reputation_of(ip: str, *, overrides: Mapping[str, tuple[str, ...]] = _NOBODY) -> Reputation:
    """What is known of the address; never raises, for not knowing is an answer.

    Args:
        ip: IPv4 or IPv6, as text.
        overrides: kinds of addresses or networks that are declared, by address or CIDR; a drill says so which of its
            documentation addresses plays a Tor exit.
    """
    address = parse_address(ip)
    if address is None:
        return Reputation(kinds=("unknown",))
    declared = next((kinds for network, kinds in overrides.items() if is_within(ip, network)), ())
    if declared:
        return Reputation(kinds=declared, source="declared")
    if _not_public(address):
        return Reputation(kinds=("private",), source="RFC 6890")
    return _asked(address)


def _not_public(address: Address) -> bool:
    return not address.is_global or address.is_multicast or address.is_reserved


def _asked(address: Address) -> Reputation:
    try:
        origin = iporigin.classify(str(address))  # type: ignore[no-untyped-call] # the library is untyped
        built = datetime.fromtimestamp(_built_at(), tz=UTC)
    except (ValueError, iporigin.DatasetError):
        return Reputation(kinds=("unknown",))
    kind = "relay" if origin.provider == _RELAY else _KINDS.get(origin.kind, "unknown")
    source = f"iporigin {iporigin.__version__}, {built:%Y-%m-%d}"
    return Reputation(kinds=(kind,), owner=origin.provider, source=source)


def _built_at() -> float:
    return float(iporigin.dataset_info()["built_at"])  # type: ignore[no-untyped-call] # the library is untyped
