"""CVM: virtual machines."""

from tasks.sandbox.action import Action, Answer
from tasks.sandbox.errors import ApiError, missing
from tasks.sandbox.filters import FILTERS, page, select
from tasks.sandbox.find import iso_text, machines
from tasks.sandbox.regions import REGIONS
from tasks.sandbox.shapes import an_object, objects, shape
from tasks.sandbox.state import Machine
from tasks.sandbox.world import Request

VERSION = "2017-03-12"
RUN_MAX = 100


def describe_instances(request: Request) -> Answer:
    """List the machines of a region."""
    by = {
        "public-ip-address": lambda one: one.ips,
        "private-ip-address": lambda one: one.private,
        "ipv6-address": lambda _: [],
        "instance-id": lambda one: [one.id],
        "instance-name": lambda one: [one.name],
        "instance-state": lambda one: [one.state],
    }
    found = select(request, machines(request.cloud, "cvm", request.region), "InstanceIds", by)
    return page(request, found, "InstanceSet", _machine)


def describe_regions(request: Request) -> Answer:
    """List the regions."""
    del request
    listed = [{"Region": name, "RegionName": title, "RegionState": "AVAILABLE"} for name, title in REGIONS.items()]
    return {"TotalCount": len(listed), "RegionSet": listed}


def run_instances(request: Request) -> Answer:
    """Start machines."""
    count = request.get("InstanceCount", 1)
    placement = request.get("Placement")
    if placement is None:
        raise missing("Placement")
    if not 1 <= count <= RUN_MAX:
        raise ApiError("InvalidParameterValue.Range", f"InstanceCount must be from 1 to {RUN_MAX}.")
    if not placement["Zone"].startswith(request.region):
        raise ApiError("InvalidZone.MismatchRegion", "The zone is not in the region.")
    if not request.get("ImageId"):
        raise ApiError("InvalidImageId.Malformed", "The image id is malformed.")
    if request.get("DryRun"):
        return {"InstanceIdSet": []}
    made = [_new(request) for _ in range(count)]
    request.cloud.machines.extend(made)
    return {"InstanceIdSet": [one.id for one in made]}


def _new(request: Request) -> Machine:
    number = request.cloud.number()
    return Machine(
        id=f"ins-example{number:04d}",
        product="cvm",
        name=request.get("InstanceName", "未命名"),
        region=request.region,
        type=request.get("InstanceType", "S5.MEDIUM4"),
        private=[f"10.0.{number // 250}.{number % 250 + 2}"],
        image=request.params["ImageId"],
        created=request.at,
    )


def _machine(one: Machine) -> Answer:
    return {
        "Placement": {"Zone": f"{one.region}-2", "ProjectId": 0},
        "InstanceId": one.id,
        "InstanceType": one.type,
        "CPU": 2,
        "Memory": 4,
        "RestrictState": "NORMAL",
        "InstanceName": one.name,
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "SystemDisk": {"DiskType": "CLOUD_BSSD", "DiskId": f"disk-{one.id[4:]}", "DiskSize": 50},
        "DataDisks": [],
        "PrivateIpAddresses": one.private,
        "PublicIpAddresses": one.ips or None,
        "InternetAccessible": {"InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR", "InternetMaxBandwidthOut": 5},
        "VirtualPrivateCloud": {"VpcId": "vpc-example1", "SubnetId": "subnet-example1", "AsVpcGateway": False},
        "ImageId": one.image,
        "CreatedTime": iso_text(one.created),
        "ExpiredTime": None,
        "OsName": "TencentOS Server 4",
        "SecurityGroupIds": ["sg-example1"],
        "LoginSettings": {"KeyIds": None},
        "InstanceState": one.state,
        "Tags": [],
        "StopChargingMode": "NOT_APPLICABLE",
        "IPv6Addresses": None,
        "CamRoleName": "",
    }


_FREE = an_object()
_RUN = shape(
    "InstanceChargeType InstanceType ImageId InstanceCount:int MinCount:int InstanceName SecurityGroupIds:str[] "
    "ClientToken HostName DisasterRecoverGroupIds:str[] UserData DryRun:bool CamRoleName HpcClusterId "
    "DedicatedClusterId ChcIds:str[] PartitionNumber:int DisableApiTermination:bool EnableJumboFrame:bool",
    InstanceChargePrepaid=an_object(shape("Period:int! RenewFlag")),
    Placement=an_object(
        shape(
            "Zone! ProjectId:int HostIds:str[] HostId DedicatedResourcePackTenancy "
            "DedicatedResourcePackIds:str[] RackId",
        ),
    ),
    SystemDisk=_FREE,
    DataDisks=objects(),
    VirtualPrivateCloud=_FREE,
    InternetAccessible=_FREE,
    LoginSettings=_FREE,
    EnhancedService=_FREE,
    ActionTimer=_FREE,
    TagSpecification=objects(),
    InstanceMarketOptions=_FREE,
    Metadata=_FREE,
    CpuTopology=_FREE,
    LaunchTemplate=_FREE,
    NetworkInterfaces=objects(),
)

ACTIONS = (
    Action(
        "cvm",
        VERSION,
        "DescribeInstances",
        "查看实例列表",
        shape("InstanceIds:str[] Offset:int Limit:int", Filters=FILTERS),
        describe_instances,
        regional=True,
    ),
    Action("cvm", VERSION, "DescribeRegions", "查询地域列表", shape(), describe_regions),
    Action(
        "cvm",
        VERSION,
        "RunInstances",
        "创建实例",
        _RUN,
        run_instances,
        regional=True,
        write=True,
        sensitive=True,
        subject="InstanceIdSet",
    ),
)
