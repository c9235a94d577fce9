"""Pages of an audit log as the API gives them: JSON in JSON in JSON, with session tokens, made as they are read."""

import json
from datetime import UTC, datetime
from typing import Any

from tasks.cloud.api import Answer, Call, Site
from tasks.cloud.limits import EVENTS_PER_PAGE
from tasks.sandbox.audit import Event
from tasks.sandbox.record import outer
from tasks.sandbox.scenarios import load

SCENARIO = "stolen-sub-account"  # whose company the records are from
WHO, NAME, IP = "100000000011", "alice", "203.0.113.7"
MARK = "PAGE-NUMBER"  # becomes each page's own number, so that no id, resource or token comes twice
TOKEN = f"exampleSessionToken{MARK}" * 4
LAST_KEY = 2**53  # what tokens of pages count down from: real ones are that big
OPERATIONS: tuple[tuple[str, str, bool, dict[str, Any]], ...] = (
    ("cvm", "DescribeInstances", False, {"Limit": 100, "Offset": 0, "Filters": [{"Name": "zone", "Values": ["a"]}]}),
    ("cam", "ListUsers", False, {}),
    ("monitor", "GetMonitorData", False, {"Namespace": "QCE/CVM", "MetricName": "CPUUsage", "Period": 300}),
    ("cvm", "StartInstances", True, {"InstanceIds": [f"ins-{MARK}"]}),
    ("cos", "HeadBucket", False, {"Bucket": "backup-1250000000"}),
    ("vpc", "DescribeAddresses", False, {"AddressIds": ["eip-example1", "eip-example2"]}),
    ("cvm", "ModifyInstancesAttribute", True, {"InstanceIds": [f"ins-{MARK}"], "InstanceName": "backup-node"}),
    ("cam", "GetPolicy", False, {"PolicyId": 219185}),
    ("cvm", "RunInstances", True, {"InstanceType": "S5.LARGE8", "LoginSettings": {"Password": "example-Passw0rd"}}),
    ("cloudaudit", "DescribeEvents", False, {"MaxResults": 50, "LookupAttributes": [{"AttributeKey": "EventName"}]}),
)
"""Service, name, whether it writes, parameters: reads mostly, one in ten sensitive."""


class Pages:
    """Stands for the cloud: its audit log holds so many records of one sub-account, and no others."""

    site: Site = "cn"
    key_id = "AKIDexample"

    def __init__(self, count: int) -> None:
        self.at = datetime.now(UTC)
        self._count = count
        self._records = _records(self.at)

    def call(self, call: Call) -> Answer:
        """One page for whoever asks by the sub-account, an empty one for all others; read as the SDK reads it."""
        asked = call.params["LookupAttributes"][0]["AttributeValue"]
        number = LAST_KEY - call.params.get("NextToken", LAST_KEY)
        body = json.loads(self._page(number, self._count if asked == WHO else 0))["Response"]
        return Answer(body, body["RequestId"], call.name, self.at)

    def _page(self, number: int, count: int) -> str:
        left = max(0, count - number * EVENTS_PER_PAGE)
        over = left <= EVENTS_PER_PAGE
        events = ",".join(self._records[:left]).replace(MARK, f"{number:08d}")
        rest = {"ListOver": over, "TotalCount": min(left, EVENTS_PER_PAGE), "RequestId": f"bench-{number}"}
        rest |= {} if over else {"NextToken": LAST_KEY - number - 1}
        return f'{{"Response":{{"Events":[{events}],{json.dumps(rest)[1:]}}}'


def _records(at: datetime) -> list[str]:
    """One page of records, each the JSON that the sandbox writes for it."""
    cloud = load(SCENARIO, now=at).world.cloud
    return [
        json.dumps(outer(cloud, _event(index, at), place=True), ensure_ascii=False) for index in range(EVENTS_PER_PAGE)
    ]


def _event(index: int, at: datetime) -> Event:
    service, name, write, params = OPERATIONS[index % len(OPERATIONS)]
    made = {"InstanceIdSet": [f"ins-{index:02d}{MARK}"]} if name == "RunInstances" else {}
    console = index // len(OPERATIONS) % 2 == 0
    return Event(
        seq=index,
        at=int(at.timestamp()) - index,
        service=service,
        name=name,
        title=name,
        who=WHO,
        user=NAME,
        identity="CAMUser",
        secret_id="" if console else "AKIDexamplealice1",
        ip=IP,
        console=console,
        write=write,
        sensitive=bool(made),
        params=params,
        made=made,
        resource=f"ins-{index:02d}{MARK}" if write else "",
        token=TOKEN if console else "",
        request_id=f"bench-{MARK}-{index:02d}",
        agent="SDK_PYTHON_3.1.100",
    )
