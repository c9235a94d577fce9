"""What a scenario file may say."""

from datetime import datetime
from ipaddress import ip_address
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from tasks.sandbox.faults import FaultPlan
from tasks.sandbox.state import Part
from tasks.sandbox.when import seconds

Table = dict[str, dict[str, Any] | None]


class Words(Part):
    """A text in Chinese and English."""

    zh: str
    en: str


class Step(Part):
    """Something that happened, or what somebody goes on doing.

    Args:
        at: such as `-90m` or `-12d 09:30` (China's time).
        do: `login`, or `service:Action`, which is really done to the cloud.
        origin: the place's name; written `from`.
        params: written `with`; `@alice`, `@policy:NAME`, `@key:NAME`, `@track:NAME` stand for ids.
        shown_as: the name in the audit log, where the web console has its own; written `as`.
        signed: with somebody's access key instead of the web console's session.
        alert: whether the drill's alert tells of this login.
        audit: whether the audit log shows it.
        visible_after: seconds after the beginning of the drill until the audit log shows it, for it is late.
        later_s: seconds after `at`.
    """

    at: str
    later_s: int = 0
    who: str = ""
    do: str
    origin: str = Field(alias="from")
    params: dict[str, Any] = Field(default_factory=dict, alias="with")
    shown_as: str = Field(default="", alias="as")
    region: str = "ap-guangzhou"
    signed: bool = False
    wrong_password: bool = False
    mfa: bool = False
    method: str = "password"
    alert: bool = False
    audit: bool = True
    visible_after: int = 0

    def when(self, now: datetime) -> int:
        """Tell its time in unix seconds."""
        return seconds(self.at, now) + self.later_s

    def of(self, number: int, who: str, later_s: int) -> "Step":
        """Make the same step of one of a crowd; a `{}` in its place's name becomes that one's number."""
        own = {"who": who, "origin": self.origin.format(number), "later_s": self.later_s + later_s}
        return self.model_copy(update=own)


class Habit(Part):
    """What somebody does on most days: log in, and look at something.

    Args:
        days: `workdays`, `days`, or `weekly`.
        at: the usual time, China's; the real one strays by half an hour.
        since, until: how many days ago it began and ended.
    """

    who: str
    origin: str = Field(alias="from")
    at: str
    days: Literal["workdays", "days", "weekly"] = "workdays"
    since: int = 89
    until: int = 1
    calls: list[str] = Field(default_factory=list)
    mfa: bool = False
    signed: bool = False


class Keeps(Part):
    """What somebody goes on doing while the drill runs."""

    who: str
    origin: str = Field(alias="from")
    every_s: int = Field(gt=0)
    calls: list[str] = Field(min_length=1)
    signed: bool = False


class Crowd(Part):
    """Many plain sub-users.

    Args:
        key: whether each has an active access key.
        policies: names of the policies of each.
        admin_every: one in so many may do everything; 0 for none.
        did: what each of them did; whose step it is, nobody says here.
        apart_s: how many seconds later each did so than the one before.
    """

    count: int = Field(gt=0, le=1000)
    name: str = "user-{:04d}"
    key: bool = False
    policies: list[str] = Field(default_factory=list)
    admin_every: int = Field(default=0, ge=0)
    did: list[Step] = Field(default_factory=list)
    apart_s: int = Field(default=0, ge=0)

    def steps(self) -> list[Step]:
        """Make everybody's steps."""
        numbers = range(1, self.count + 1)
        return [one.of(n, self.name.format(n), (n - 1) * self.apart_s) for n in numbers for one in self.did]


class Hosts(Part):
    """Neighbouring addresses of one owner, as places `host-1`, `host-2` and so on."""

    count: int = Field(gt=0, le=250)
    first: str
    location: str

    def places(self) -> "dict[str, Place]":
        """Make the places."""
        first = ip_address(self.first)
        return {f"host-{n + 1}": Place(ip=str(first + n), location=self.location) for n in range(self.count)}


class Generate(Part):
    """What is made by the number.

    Args:
        events: that many plain records in the audit log, over 29 days.
    """

    people: Crowd | None = None
    hosts: Hosts | None = None
    events: int = 0


class Place(Part):
    """Where calls come from: an address, or a network, and its name as CloudAudit writes it."""

    ip: str
    location: str


class Story(Part):
    """A scenario file, the company's beneath it.

    Args:
        alert: fields of the alert that starts the drill, where it tells of no login; `{when: -2h}` stands for a time.
    """

    title: Words
    story: Words
    account: dict[str, Any]
    alert: dict[str, Any] | None = None
    alert_source: str = "drill"
    runner: str = "runbook-runner"
    places: dict[str, Place]
    people: Table = Field(default_factory=dict)
    keys: Table = Field(default_factory=dict)
    sessions: Table = Field(default_factory=dict)
    policies: Table = Field(default_factory=dict)
    roles: Table = Field(default_factory=dict)
    groups: Table = Field(default_factory=dict)
    tracks: Table = Field(default_factory=dict)
    addresses: Table = Field(default_factory=dict)
    gateways: Table = Field(default_factory=dict)
    machines: Table = Field(default_factory=dict)
    alarms: Table = Field(default_factory=dict)
    habits: dict[str, Habit | None] = Field(default_factory=dict)
    happened: list[Step] = Field(default_factory=list)
    goes_on: list[Keeps] = Field(default_factory=list)
    generate: Generate = Field(default_factory=Generate)
    faults: FaultPlan = Field(default_factory=FaultPlan)

    @model_validator(mode="after")
    def _with_hosts(self) -> Self:
        if self.generate.hosts:
            self.places.update(self.generate.hosts.places())
        return self

    def steps(self) -> list[Step]:
        """List all that happened, what the crowd did after what is told by name."""
        crowd = self.generate.people
        return [*self.happened, *(crowd.steps() if crowd else ())]
