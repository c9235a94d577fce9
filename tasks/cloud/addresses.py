"""Public addresses of the account's own, region by region."""

from collections.abc import Callable, Iterator
from typing import Any

from tasks.cloud.api import Api, Call
from tasks.cloud.limits import ADDRESSES_PER_PAGE
from tasks.cloud.paging import Rows, by_offset
from tasks.cloud.products import CVM, LIGHTHOUSE, VPC, Product
from tasks.cloud.values import line, rows, text
from tasks.model.address import parse_address
from tasks.model.facts import AddressKind, OwnAddress

PAGES_MAX = 50  # 5,000 of a kind in one region; a list without end must end somewhere

Regions = Callable[[Api], list[str]]
Read = Callable[[Api, str], list[OwnAddress]]


def cvm_regions(cloud: Api) -> list[str]:
    """Regions that are open for machines and networks."""
    return _regions(cloud, CVM)


def lighthouse_regions(cloud: Api) -> list[str]:
    """Regions of Lighthouse, which are others."""
    return _regions(cloud, LIGHTHOUSE)


def elastic_ips(cloud: Api, region: str) -> list[OwnAddress]:
    """Elastic addresses, whatever they are bound to."""
    return [
        OwnAddress(network=ip, kind=_kind(row), name=line(row.get("AddressId")), region=region)
        for row in _paged(cloud, VPC, "DescribeAddresses", "AddressSet", region)
        for ip in _valid(row.get("AddressIp"))
    ]


def nat_gateways(cloud: Api, region: str) -> list[OwnAddress]:
    """Addresses behind which whole networks leave."""
    return [
        OwnAddress(network=ip, kind=AddressKind.NAT, name=line(row.get("NatGatewayId")), region=region)
        for row in _paged(cloud, VPC, "DescribeNatGateways", "NatGatewaySet", region)
        for bound in rows(row, "PublicIpAddressSet")
        for ip in _valid(bound.get("PublicIpAddress"))
    ]


def vpn_gateways(cloud: Api, region: str) -> list[OwnAddress]:
    """The cloud's ends of VPN tunnels."""
    return _gateways(cloud, "DescribeVpnGateways", region, field="PublicIpAddress", kind=AddressKind.VPN)


def customer_gateways(cloud: Api, region: str) -> list[OwnAddress]:
    """The other ends of VPN tunnels: offices, mostly."""
    return _gateways(cloud, "DescribeCustomerGateways", region, field="IpAddress", kind=AddressKind.CUSTOMER_GATEWAY)


def instances(cloud: Api, region: str) -> list[OwnAddress]:
    """Machines with an address of their own."""
    fields = ("PublicIpAddresses", "PublicIPv6Addresses", "IPv6Addresses")
    return _machines(cloud, CVM, fields, AddressKind.INSTANCE, region)


def lighthouses(cloud: Api, region: str) -> list[OwnAddress]:
    """Lighthouse machines."""
    fields = ("PublicAddresses", "PublicIpv6Addresses")
    return _machines(cloud, LIGHTHOUSE, fields, AddressKind.LIGHTHOUSE, region)


READS: tuple[Read, ...] = (elastic_ips, nat_gateways, vpn_gateways, customer_gateways, instances)
"""What is read in each region of CVM."""


def _regions(cloud: Api, product: Product) -> list[str]:
    answer = cloud.call(Call(product, "DescribeRegions", require=("RegionSet",)))
    found = rows(answer.body, "RegionSet")
    return [text(row.get("Region")) for row in found if row.get("RegionState", "AVAILABLE") == "AVAILABLE"]


def _gateways(cloud: Api, action: str, region: str, *, field: str, kind: AddressKind) -> list[OwnAddress]:
    what = action.removeprefix("Describe").removesuffix("s")
    return [
        OwnAddress(network=ip, kind=kind, name=line(row.get(f"{what}Id")), region=region)
        for row in _paged(cloud, VPC, action, f"{what}Set", region)
        for ip in _valid(row.get(field))
    ]


def _machines(
    cloud: Api, product: Product, fields: tuple[str, ...], kind: AddressKind, region: str
) -> list[OwnAddress]:
    return [
        OwnAddress(network=ip, kind=kind, name=line(row.get("InstanceId")), region=region)
        for row in _paged(cloud, product, "DescribeInstances", "InstanceSet", region)
        for field in fields
        for ip in _valid(row.get(field))
    ]


def _paged(cloud: Api, product: Product, action: str, field: str, region: str) -> Rows:
    return by_offset(cloud, Call(product, action, region=region), field, size=ADDRESSES_PER_PAGE, pages_max=PAGES_MAX)


def _kind(row: dict[str, Any]) -> AddressKind:
    return AddressKind.NAT if text(row.get("InstanceType")).upper() == "NAT" else AddressKind.EIP


def _valid(found: Any) -> Iterator[str]:
    """Addresses in their one spelling; the field may be null, one or many, empty, or masked by the vendor."""
    addresses = (parse_address(text(item)) for item in (found if isinstance(found, list) else [found]))
    return (str(address) for address in addresses if address is not None)
