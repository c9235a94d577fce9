"""What the stand-in cloud holds: people, keys, policies, roles, tracks, addresses and machines."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ROOT = "root"
Kind = Literal["root", "sub_user", "collaborator", "wecom", "cic", "receiver"]


class Part(BaseModel):
    """A mutable part of the cloud; unknown names are refused, so that a scenario's typing error is found."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Person(Part):
    """A user of any kind; the main account is the one whose kind is `root`.

    Args:
        created, last_login: unix seconds.
        login_check, action_check: the method of login and operation protection; empty for off.
        password: how often it was set; the sandbox keeps no password.
        session_token: of the web console's open session.
        home: name of the place that calls with this person's keys come from.
    """

    uin: int
    name: str
    kind: Kind = "sub_user"
    uid: int = 0
    nickname: str = ""
    remark: str = ""
    console: bool = True
    phone: str = ""
    email: str = ""
    created: int = 0
    last_login: int = 0
    last_ip: str = ""
    login_check: str = ""
    action_check: str = ""
    password: int = 1
    must_reset: bool = False
    policies: list[int] = Field(default_factory=list)
    groups: list[int] = Field(default_factory=list)
    boundary: int | None = None
    wecom_id: str = ""
    home: str = ""


class Key(Part):
    """An access key; `last_used` is unix seconds, 0 for never."""

    id: str
    secret: str
    owner: int
    active: bool = True
    created: int = 0
    last_used: int = 0
    description: str = ""
    last_ip: str = ""


class Session(Part):
    """Temporary credentials of a role, or of a person who was given some."""

    id: str
    secret: str
    token: str
    principal: str
    expires: int
    name: str = ""


class Policy(Part):
    """A CAM policy; `preset` ones are the vendor's."""

    id: int
    name: str
    document: dict[str, Any]
    preset: bool = False
    description: str = ""
    created: int = 0
    updated: int = 0


class Role(Part):
    """A CAM role."""

    id: str
    name: str
    trust: dict[str, Any]
    description: str = ""
    console: bool = True
    session_s: int = 43200
    kind: str = "user"
    created: int = 0
    policies: list[int] = Field(default_factory=list)
    home: str = ""


class Group(Part):
    """A user group."""

    id: int
    name: str
    policies: list[int] = Field(default_factory=list)
    remark: str = ""
    created: int = 0


class Track(Part):
    """A delivery of audit events to a bucket."""

    id: int
    name: str
    on: bool = True
    bucket: str
    region: str = "ap-guangzhou"
    storage: str = "cos"
    prefix: str = "cloudaudit"
    action_type: str = "*"
    resource_type: str = "*"
    event_names: list[str] = Field(default_factory=lambda: ["*"])
    all_members: int = 0
    created: int = 0


class Address(Part):
    """An elastic public address."""

    id: str
    ip: str
    region: str
    name: str = ""
    instance: str = ""
    instance_kind: str = ""
    created: int = 0


class Gateway(Part):
    """A NAT, VPN or customer gateway with its public addresses."""

    id: str
    kind: Literal["nat", "vpn", "customer"]
    name: str
    region: str
    ips: list[str]
    vpc: str = "vpc-example1"
    created: int = 0


class Machine(Part):
    """A virtual machine of CVM or Lighthouse."""

    id: str
    product: Literal["cvm", "lighthouse"]
    name: str
    region: str
    type: str = "S5.MEDIUM4"
    ips: list[str] = Field(default_factory=list)
    private: list[str] = Field(default_factory=list)
    image: str = "img-example1"
    state: str = "RUNNING"
    created: int = 0


class Alarm(Part):
    """An alarm of the security centre about an access key or a login."""

    id: int
    name: str
    person: int
    at: int
    key: str = ""
    level: int = 4
    rule: str = "AbnormalLogin"
    ip: str = ""


class LoginRule(Part):
    """The account-wide login restriction for sub-users; each write replaces it."""

    ips: dict[str, str] = Field(default_factory=dict)
    approvers: list[int] = Field(default_factory=list)
    disabled: bool = False
    kind: int = 1


class Offsite(Part):
    """Off-site login: the protection, and the reminders that are always on."""

    verify: bool = False
    notify_phone: bool = True
    notify_email: bool = True
    notify_wechat: bool = True


class Activity(Part):
    """What somebody keeps doing until it is ended.

    Args:
        who: name of a person or role.
        signed: with their access key; else in their web console's session.
        calls: `service:Action`, in turn.
        next_at: unix seconds of the next call.
    """

    who: str
    ip: str
    every_s: int
    calls: list[str]
    signed: bool = False
    next_at: int = 0
    done: int = 0
    ended: bool = False


class Cloud(Part):
    """The whole state of one account."""

    uin: int
    app_id: int
    nickname: str
    started: int
    scenario: str = ""
    next_id: int = 1
    people: list[Person] = Field(default_factory=list)
    keys: list[Key] = Field(default_factory=list)
    sessions: list[Session] = Field(default_factory=list)
    policies: list[Policy] = Field(default_factory=list)
    roles: list[Role] = Field(default_factory=list)
    groups: list[Group] = Field(default_factory=list)
    tracks: list[Track] = Field(default_factory=list)
    addresses: list[Address] = Field(default_factory=list)
    gateways: list[Gateway] = Field(default_factory=list)
    machines: list[Machine] = Field(default_factory=list)
    alarms: list[Alarm] = Field(default_factory=list)
    activities: list[Activity] = Field(default_factory=list)
    places: dict[str, str] = Field(default_factory=dict)
    homes: dict[str, str] = Field(default_factory=dict)
    offsite: Offsite = Field(default_factory=Offsite)
    login_rule: LoginRule | None = None
    security_centre: bool = True

    def number(self) -> int:
        """Draw the next number; two things made by one cloud never share an id."""
        self.next_id += 1
        return self.next_id
