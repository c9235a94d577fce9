"""Networks: what kind of network an address belongs to, and whose it is."""

from collections.abc import Mapping

from tasks.decide.sentences import both
from tasks.model.address import is_within
from tasks.model.base import Sentence, Value
from tasks.model.fact import Known
from tasks.model.facts import AddressKind, Facts, OwnAddress, Reputation
from tasks.model.policy import Policy


class NetworkKind(Value):
    """A kind of network.

    Args:
        hides: whether people use it to hide, so that no phone or laptop of an ordinary person has such an address: a
            login from there is suspicious by itself.
        locates: whether its place is the place of the person behind it: if not, it proves no journey.
        anybodys: whether its addresses are anybody's and change by the hour, so that earlier use vouches for nobody.
        to_province: whether its place is good for the province only: behind one address are people of many cities.
    """

    name: Sentence
    hides: bool = False
    locates: bool = True
    anybodys: bool = False
    to_province: bool = False


KINDS: Mapping[str, NetworkKind] = {
    "tor": NetworkKind(name=both("Tor 匿名网络", "Tor"), hides=True, locates=False, anybodys=True),
    "vpn": NetworkKind(name=both("VPN 服务", "VPN service"), hides=True, locates=False),
    "vpn_seller": NetworkKind(name=both("VPN 商家的网络", "VPN seller's network"), hides=True, locates=False),
    "proxy": NetworkKind(name=both("代理", "proxy"), hides=True, locates=False),
    "hosting": NetworkKind(name=both("机房/云主机", "hosting"), hides=True, locates=False),
    "cloud_cn": NetworkKind(name=both("国内云/机房", "cloud or data centre in China"), hides=True, locates=False),
    "relay": NetworkKind(name=both("中继", "relay"), locates=False),
    "cdn": NetworkKind(name=both("CDN", "CDN"), locates=False),
    "satellite": NetworkKind(name=both("卫星网络", "satellite"), locates=False),
    "backbone": NetworkKind(name=both("运营商骨干网", "carrier's backbone"), to_province=True),
    "mobile": NetworkKind(name=both("移动网络", "mobile network"), to_province=True),
    "residential": NetworkKind(name=both("家庭宽带", "residential")),
    "private": NetworkKind(name=both("私有地址", "private address")),
    "unknown": NetworkKind(name=both("库中没有记录", "nothing in the library")),
}
"""Every kind that a `Reputation` names, the worst first.

To hide and to be elsewhere are two things. A phone maker's relay and the CDNs that carry it are switched on with the
phone and hide ordinary people: raising each of their logins would wake somebody for nothing, every day. But where such
an exit stands says too little about its user to contain an account before anybody is asked. Gateways through which
companies send their people's traffic are relays too. A satellite's ground station may be in another country than its
dish.
"""

BENIGN = frozenset({AddressKind.CUSTOMER_GATEWAY, AddressKind.DECLARED})
"""Kinds behind which people sit; every other kind is a cloud host or gateway, which may be a jump host."""


def kind_names(reputation: Reputation) -> tuple[Sentence, ...]:
    """What the kinds of an address are called; by its own word one that is not in the table: records may be newer."""
    return tuple(KINDS[kind].name if kind in KINDS else both(kind, kind) for kind in reputation.kinds)


def hiding_kinds(reputation: Reputation) -> tuple[NetworkKind, ...]:
    """Those kinds of an address that people use to hide, the worst first."""
    return tuple(kind for name, kind in KINDS.items() if kind.hides and name in reputation.kinds)


def is_anybodys(reputation: Reputation) -> bool:
    """Whether the address is one of those that change hands by the hour, so that earlier use vouches for nobody."""
    return any(KINDS[kind].anybodys for kind in reputation.kinds if kind in KINDS)


def is_to_province(reputation: Reputation) -> bool:
    """Whether the address's place is good for the province only."""
    return any(KINDS[kind].to_province for kind in reputation.kinds if kind in KINDS)


def is_locating(reputation: Reputation) -> bool:
    """Whether the address's place is that of the person behind it, as far as is known."""
    return all(KINDS[kind].locates for kind in reputation.kinds if kind in KINDS)


def declared_network(ip: str, policy: Policy, facts: Facts | None = None) -> str | None:
    """Name of the declared network that this address belongs to, or of the customer gateway.

    Args:
        facts: what was read of the account's own addresses; None where nothing was.
    """
    for network in policy.networks:
        if is_within(ip, str(network.cidr)):
            return network.name
    own = (own for own in _own(facts) if own.kind in BENIGN and is_within(ip, own.network))
    return next((each.name or each.network for each in own), None)


def own_host(ip: str, facts: Facts) -> OwnAddress | None:
    """The account's own cloud host or gateway that has this address."""
    return next((own for own in _own(facts) if own.kind not in BENIGN and is_within(ip, own.network)), None)


def _own(facts: Facts | None) -> tuple[OwnAddress, ...]:
    return facts.egress.value if facts is not None and isinstance(facts.egress, Known) else ()
