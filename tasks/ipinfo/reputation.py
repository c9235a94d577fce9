"""What kind of network an address belongs to, from libraries that ask nobody."""

from collections.abc import Mapping
from datetime import UTC, datetime

import iporigin

from tasks.ipinfo.autonomous_systems import PHONES, is_cellular, network_of
from tasks.model.address import Address, is_within, parse_address
from tasks.model.facts import Reputation
from tasks.model.whereabouts import Voice

# The library's words, in ours; its `bot` is a crawler's published range, which is a data centre's.
_KINDS = {"hosting": "hosting", "bot": "hosting", "cdn": "cdn", "vpn": "vpn", "tor": "tor", "reserved": "private"}
# Sold with many phones and computers, so it hides ordinary people; the library calls it a VPN.
_RELAY = "Apple Private Relay"
_NOBODY: Mapping[str, tuple[str, ...]] = {}
_NOT_KNOWN = ("unknown",)
# What a network is for says more than that its addresses are a data centre's: people's traffic only passes there.
_PASSES_THERE = frozenset({"relay", "satellite"})
# Servers, by the library; of them a network that sells to VPN services has exits, too: no person logs in through a CDN.
_SERVERS = frozenset({"hosting", "cdn"})


def reputation_of(
    ip: str, *, voices: tuple[Voice, ...] = (), overrides: Mapping[str, tuple[str, ...]] = _NOBODY
) -> Reputation:
    """What is known of the address; never raises, for not knowing is an answer.

    Args:
        ip: IPv4 or IPv6, as text.
        voices: what the IP libraries say of it: whose network it is, and whether it is of phones.
        overrides: kinds of addresses or networks that are declared, by address or CIDR; a drill says so which of its
            documentation addresses plays a Tor exit.
    """
    address = parse_address(ip)
    if address is None:
        return Reputation(kinds=_NOT_KNOWN)
    declared = next((kinds for network, kinds in overrides.items() if is_within(ip, network)), ())
    if declared:
        return Reputation(kinds=declared, source="declared")
    if _not_public(address):
        return Reputation(kinds=("private",), source="RFC 6890")
    return _of_network(_asked(address), str(address), voices)


def _of_network(known: Reputation, ip: str, voices: tuple[Voice, ...]) -> Reputation:
    """What is known of an address, and what is known of its network; the address's own goes first."""
    network = next((voice for voice in voices if voice.asn is not None), None)
    used = network_of(network.asn) if network else None
    phones = is_cellular(ip) or any(voice.operator == PHONES for voice in voices)
    kind = "mobile" if phones else used.kind if used else ""
    asked = f"AS{network.asn}, {network.name}, {network.dated}" if network else ""
    return Reputation(
        kinds=_kinds(known.kinds, kind),
        owner=known.owner or (network.operator if network else "") or (used.name if used else ""),
        source="; ".join(filter(None, (known.source, asked))),
    )


def _kinds(own: tuple[str, ...], network: str) -> tuple[str, ...]:
    if not network or network in own:
        return own
    if own == _NOT_KNOWN or (own == ("hosting",) and network in _PASSES_THERE):
        return (network,)
    return (network, *own) if network == "vpn_seller" and own[0] in _SERVERS else own


def _not_public(address: Address) -> bool:
    return not address.is_global or address.is_multicast or address.is_reserved


def _asked(address: Address) -> Reputation:
    try:
        origin = iporigin.classify(str(address))  # type: ignore[no-untyped-call] # the library is untyped
        built = datetime.fromtimestamp(_built_at(), tz=UTC)
    except (ValueError, iporigin.DatasetError):
        return Reputation(kinds=_NOT_KNOWN)
    kind = "relay" if origin.provider == _RELAY else _KINDS.get(origin.kind, "unknown")
    source = f"iporigin {iporigin.__version__}, {built:%Y-%m-%d}"
    return Reputation(kinds=(kind,), owner=origin.provider, source=source)


def _built_at() -> float:
    return float(iporigin.dataset_info()["built_at"])  # type: ignore[no-untyped-call] # the library is untyped
