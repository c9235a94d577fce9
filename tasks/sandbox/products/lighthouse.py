"""Lighthouse: small virtual machines."""

from tasks.sandbox.action import Action, Answer
from tasks.sandbox.filters import FILTERS, page, select
from tasks.sandbox.find import iso_text, machines
from tasks.sandbox.regions import LIGHTHOUSE_REGIONS, MAINLAND, REGIONS
from tasks.sandbox.shapes import shape
from tasks.sandbox.state import Machine
from tasks.sandbox.world import Request

VERSION = "2020-03-24"


def describe_instances(request: Request) -> Answer:
    """List the machines of a region."""
    by = {
        "public-ip-address": lambda one: one.ips,
        "private-ip-address": lambda one: one.private,
        "instance-name": lambda one: [one.name],
        "instance-state": lambda one: [one.state],
    }
    found = select(request, machines(request.cloud, "lighthouse", request.region), "InstanceIds", by)
    return page(request, found, "InstanceSet", _machine)


def describe_regions(request: Request) -> Answer:
    """List the regions."""
    del request
    listed = [
        {
            "Region": name,
            "RegionName": REGIONS[name],
            "RegionState": "AVAILABLE",
            "IsChinaMainland": name in MAINLAND,
        }
        for name in LIGHTHOUSE_REGIONS
    ]
    return {"TotalCount": len(listed), "RegionSet": listed}


def _machine(one: Machine) -> Answer:
    return {
        "InstanceId": one.id,
        "BundleId": "bundle_example_2c4g",
        "BlueprintId": "lhbp-example1",
        "CPU": 2,
        "Memory": 4,
        "InstanceName": one.name,
        "InstanceChargeType": "PREPAID",
        "SystemDisk": {"DiskType": "CLOUD_SSD", "DiskSize": 60, "DiskId": f"lhdisk-{one.id[-8:]}"},
        "PrivateAddresses": one.private,
        "PublicAddresses": one.ips,
        "InternetAccessible": {
            "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
            "InternetMaxBandwidthOut": 6,
            "PublicIpAssigned": True,
        },
        "RenewFlag": "NOTIFY_AND_AUTO_RENEW",
        "LoginSettings": {"KeyIds": []},
        "InstanceState": one.state,
        "CreatedTime": iso_text(one.created),
        "ExpiredTime": None,
        "PlatformType": "LINUX_UNIX",
        "Platform": "UBUNTU",
        "OsName": "Ubuntu Server 24.04 LTS 64bit",
        "Zone": f"{one.region}-2",
        "Tags": [],
        "InstanceRestrictState": "NORMAL",
    }


ACTIONS = (
    Action(
        "lighthouse",
        VERSION,
        "DescribeInstances",
        "查询实例列表",
        shape("InstanceIds:str[] Offset:int Limit:int OrderField Order", Filters=FILTERS),
        describe_instances,
        regional=True,
    ),
    Action("lighthouse", VERSION, "DescribeRegions", "查询地域列表", shape(), describe_regions),
)
