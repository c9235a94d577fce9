"""VPC: public addresses and gateways."""

from tasks.sandbox.action import Action, Answer, Handler
from tasks.sandbox.filters import FILTERS, page, select
from tasks.sandbox.find import clock_text, iso_text
from tasks.sandbox.shapes import shape
from tasks.sandbox.state import Address, Gateway
from tasks.sandbox.world import Request

VERSION = "2017-03-12"


def describe_addresses(request: Request) -> Answer:
    """List the elastic addresses of a region."""
    here = [one for one in request.cloud.addresses if one.region == request.region]
    by = {
        "address-ip": lambda one: [one.ip],
        "address-id": lambda one: [one.id],
        "instance-id": lambda one: [one.instance],
    }
    return page(request, select(request, here, "AddressIds", by), "AddressSet", _address)


def describe_nat_gateways(request: Request) -> Answer:
    """List the NAT gateways of a region; there is no filter by address."""
    by = {"nat-gateway-id": lambda one: [one.id], "nat-gateway-name": lambda one: [one.name], "vpc-id": _vpc}
    found = select(request, _gateways(request, "nat"), "NatGatewayIds", by)
    return page(request, found, "NatGatewaySet", _nat) | {"VerboseLevel": "DETAIL"}


def describe_vpn_gateways(request: Request) -> Answer:
    """List the VPN gateways of a region."""
    by = {"vpn-gateway-id": lambda one: [one.id], "public-ip-address": lambda one: one.ips, "vpc-id": _vpc}
    found = select(request, _gateways(request, "vpn"), "VpnGatewayIds", by)
    return page(request, found, "VpnGatewaySet", _vpn)


def describe_customer_gateways(request: Request) -> Answer:
    """List the customer gateways of a region: the offices' own addresses."""
    by = {
        "customer-gateway-id": lambda one: [one.id],
        "customer-gateway-name": lambda one: [one.name],
        "ip-address": lambda one: one.ips,
    }
    found = select(request, _gateways(request, "customer"), "CustomerGatewayIds", by)
    return page(request, found, "CustomerGatewaySet", _customer)


def _gateways(request: Request, kind: str) -> list[Gateway]:
    return [one for one in request.cloud.gateways if (one.kind, one.region) == (kind, request.region)]


def _vpc(one: Gateway) -> list[str]:
    return [one.vpc]


def _address(one: Address) -> Answer:
    return {
        "AddressId": one.id,
        "AddressName": one.name,
        "AddressStatus": "BIND" if one.instance else "UNBIND",
        "AddressIp": one.ip,
        "InstanceId": one.instance,
        "CreatedTime": iso_text(one.created),
        "PrivateAddressIp": "",
        "IsArrears": False,
        "IsBlocked": False,
        "IsEipDirectConnection": False,
        "AddressType": "EIP",
        "CascadeRelease": False,
        "InternetServiceProvider": "BGP",
        "LocalBgp": False,
        "Bandwidth": 10,
        "TagSet": [],
        "InstanceType": one.instance_kind or None,
    }


def _nat(one: Gateway) -> Answer:
    addresses = [
        {"AddressId": f"eip-{one.id}{index}", "PublicIpAddress": ip, "IsBlocked": False}
        for index, ip in enumerate(one.ips)
    ]
    return {
        "NatGatewayId": one.id,
        "NatGatewayName": one.name,
        "CreatedTime": clock_text(one.created),
        "State": "AVAILABLE",
        "InternetMaxBandwidthOut": 100,
        "MaxConcurrentConnection": 1000000,
        "PublicIpAddressSet": addresses,
        "NetworkState": "AVAILABLE",
        "DestinationIpPortTranslationNatRuleSet": [],
        "VpcId": one.vpc,
        "Zone": f"{one.region}-2",
        "DirectConnectGatewayIds": [],
        "TagSet": [],
        "SecurityGroupSet": [],
        "SourceIpTranslationNatRuleSet": [],
        "IsExclusive": False,
        "RestrictState": "NORMAL",
    }


def _vpn(one: Gateway) -> Answer:
    return {
        "VpnGatewayId": one.id,
        "VpcId": one.vpc,
        "VpnGatewayName": one.name,
        "Type": "IPSEC",
        "State": "AVAILABLE",
        "PublicIpAddress": one.ips[0],
        "RenewFlag": "NOTIFY_AND_AUTO_RENEW",
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "InternetMaxBandwidthOut": 100,
        "CreatedTime": clock_text(one.created),
        "IsAddressBlocked": False,
        "RestrictState": "NORMAL",
        "Zone": f"{one.region}-2",
        "VpnGatewayQuotaSet": [],
        "Version": "3.0",
    }


def _customer(one: Gateway) -> Answer:
    return {
        "CustomerGatewayId": one.id,
        "CustomerGatewayName": one.name,
        "IpAddress": one.ips[0],
        "CreatedTime": clock_text(one.created),
        "BgpAsn": 0,
        "VpnConnNum": 1,
        "TagSet": [],
    }


def _action(name: str, title: str, ids: str, do: Handler) -> Action:
    takes = shape(f"{ids}:str[] Offset:int Limit:int", Filters=FILTERS)
    return Action("vpc", VERSION, name, title, takes, do, regional=True)


ACTIONS = (
    _action("DescribeAddresses", "查询弹性公网 IP 列表", "AddressIds", describe_addresses),
    _action("DescribeNatGateways", "查询 NAT 网关", "NatGatewayIds", describe_nat_gateways),
    _action("DescribeVpnGateways", "查询 VPN 网关", "VpnGatewayIds", describe_vpn_gateways),
    _action("DescribeCustomerGateways", "查询对端网关", "CustomerGatewayIds", describe_customer_gateways),
)
