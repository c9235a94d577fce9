"""What a scenario file may say."""

from typing import Any, Literal

from pydantic import Field

from tasks.sandbox.faults import FaultPlan
from tasks.sandbox.state import Part

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
    """

    at: str
    who: str
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
    """Many plain sub-users."""

    count: int = Field(gt=0, le=1000)
    name: str = "user-{:04d}"


class Generate(Part):
    """What is made by the number.

    Args:
        events: that many plain records in the audit log, over 29 days.
    """

    people: Crowd | None = None
    events: int = 0


class Place(Part):
    """Where calls come from: an address, or a network, and its name as CloudAudit writes it."""

    ip: str
    location: str


class Story(Part):
    """A scenario file, the company's beneath it."""

    title: Words
    story: Words
    account: dict[str, Any]
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
