"""What was gathered about one incident."""

from enum import StrEnum
from typing import Annotated, Any, Protocol

from pydantic import SerializeAsAny, ValidationInfo, ValidatorFunctionWrapHandler, WrapValidator

from tasks.model.address import Ip
from tasks.model.alert import OfRunbook, passed_on, types_in
from tasks.model.audit import AuditEvent, ResourceRef
from tasks.model.base import Line, Moment, Sentence, Value
from tasks.model.fact import Known, Unknown
from tasks.model.place import Place
from tasks.model.principal import CoUser, Principal, PrincipalKind


class Caller(Value):
    """The identity that the runbook itself calls the cloud with.

    Args:
        kind: main, sub_user or role; containment of a main account's keys needs `main`.
        policies: names of the policies attached to it, where they could be read.
        lacks: CAM actions that were refused while facts were gathered, such as `cam:ListUsers`.
        key_id: SecretId that the runbook signs with, so that it never disables its own; empty where not known.
    """

    account: str
    uin: str
    kind: PrincipalKind
    policies: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    key_id: str = ""


class Login(Value):
    """The login as CloudAudit shows it.

    Args:
        event: the record.
        failures_before: failed logins for this principal or from this address in the 24 hours before.
        same_address: other principals that logged in from this address within the window.
    """

    event: AuditEvent
    failures_before: int = 0
    same_address: tuple[Principal, ...] = ()


class PastLogin(Value):
    """One login of the past.

    Args:
        event_id: the audit log's id of it; empty in facts that are older than this field.
        barred_by: the incident that it belongs to, where that is open or was not closed as harmless, so that it makes
            nothing usual; empty where there is none.
    """

    at: Moment
    principal: Principal
    ip: Ip
    place: Place | None = None
    event_id: str = ""
    barred_by: str = ""


class History(Value):
    """Logins of the last days.

    Args:
        days: how far back the record was read; at most 90.
        logins: successful ones before the login in question, newest first.
        later: successful ones after it, as far as the log showed them and they are close enough to be compared, newest
            first.
        addresses: what is known of the addresses of logins close to it; None in facts that are older than this field.
    """

    days: int
    logins: tuple[PastLogin, ...] = ()
    later: tuple[PastLogin, ...] = ()
    addresses: dict[str, "Reputation"] | None = None


class AddressKind(StrEnum):
    """What an address of one's own belongs to."""

    EIP = "eip"
    NAT = "nat"
    VPN = "vpn"
    CUSTOMER_GATEWAY = "customer_gateway"
    INSTANCE = "instance"
    LIGHTHOUSE = "lighthouse"
    DECLARED = "declared"


class OwnAddress(Value):
    """A public address, or a network, of the account or its people.

    Args:
        network: an address or CIDR.
        name: the resource's id, or what the policy calls the network.
    """

    network: str
    kind: AddressKind
    name: Line = ""
    region: Line = ""


class Switch(StrEnum):
    """A protection's state."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


class Protections(Value):
    """The three protections of one principal.

    Args:
        methods: the strongest methods in use, as the API names them (Phone, Stoken, Wechat, Token, U2FToken …),
            for login and operation together.
        phone_bound: whether a phone is bound, so that a phone check can be switched on.
    """

    principal: Principal
    login: Switch = Switch.UNKNOWN
    operation: Switch = Switch.UNKNOWN
    offsite: Switch = Switch.UNKNOWN
    methods: tuple[str, ...] = ()
    phone_bound: bool | None = None


class AccessKey(Value):
    """A long-lived key, by its public half only."""

    owner: Principal
    key_id: str
    active: bool
    created: Moment | None = None
    last_used: Line = ""


class Rights(Value):
    """What the principal may do.

    Args:
        policies: names of attached policies, directly or by group.
        admin: whether one of them grants everything.
        boundary: name of the permission boundary, None where there is none.
        boundary_id: its policy id.
    """

    policies: tuple[str, ...] = ()
    admin: bool = False
    boundary: str | None = None
    boundary_id: str | None = None


class Severity(StrEnum):
    """How much an audited operation matters in a break-in."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class SensitiveEvent(Value):
    """An operation that matters, and why.

    Args:
        why: from the catalogue, or the provider's own mark.
        tactic: persistence, privilege_escalation, defense_evasion, credential_access, impact, exfiltration,
            initial_access, resource_hijacking or other.
    """

    event: AuditEvent
    why: Sentence
    severity: Severity
    tactic: str


class Actor(Value):
    """Somebody or something that the trail leads to.

    Args:
        principal: who; for a bare key whose owner is unknown, kind `other`, uin = the key's id.
        keys: SecretIds that it created or used.
        how: why it is in the chain: it is in question, or who created it, or what it used.
        created_by: uin of the actor that created it; None for the first.
    """

    principal: Principal
    keys: tuple[str, ...] = ()
    how: Sentence
    created_by: str | None = None


class Touched(Value):
    """A resource, and the operation that touched it."""

    resource: ResourceRef
    operation: Line
    at: Moment
    by: Line


class Trail(Value):
    """What the audit log shows from before it began until now.

    Args:
        since, until: the window that was read.
        closed: whether the chain closed; False where a limit cut it off.
        actors: the chain, first the suspect.
        addresses: addresses that the chain acted from.
        events: how many events of the chain were read.
        sensitive: those that matter, logins apart, oldest first.
        resources: resources that writes of the chain touched, with the operation that did.
        gaps: why the chain did not close: one sentence each.
    """

    since: Moment
    until: Moment
    closed: bool = True
    actors: tuple[Actor, ...] = ()
    addresses: tuple[str, ...] = ()
    events: int = 0
    writes: int = 0
    sensitive: tuple[SensitiveEvent, ...] = ()
    resources: tuple[Touched, ...] = ()
    gaps: tuple[Sentence, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether the chain changed nothing and did nothing sensitive."""
        return self.writes == 0 and not self.sensitive


class Alarm(Value):
    """An alarm that Tencent's Cloud Security Center itself raised."""

    id: str
    rule: Line
    level: int = 0
    ip: Ip = ""
    at: Moment | None = None


class Reputation(Value):
    """What offline libraries say of the address.

    Args:
        kinds: any of `KINDS` in `tasks.decide.networks`, the worst first, such as tor, vpn, hosting, mobile.
        owner: whose network it is, where known.
        source: the libraries, each with its data's date.
    """

    kinds: tuple[str, ...] = ()
    owner: Line = ""
    source: Line = ""


NOT_GATHERED = Unknown(
    reason=Sentence(zh="此手册不查这一项。", en="This runbook does not look it up."),
)
"""What a runbook has no use for."""


class Facts(Value):
    """What is gathered about any incident, each with its source or the reason why not; a runbook adds its own.

    What it leaves out is `NOT_GATHERED`, and no report speaks of it.

    Args:
        co_users: everybody who can act in the account.
        egress: addresses of the account's own.
        keys: the suspect's access keys, or the key that is the suspect.
        rights: what the suspect may do.
        trail: what the audit log shows of the suspect and of all that it leads to.
        administrators: sub-users who may do everything, by AdministratorAccess.
    """

    gathered_at: Moment
    caller: Known[Caller] | Unknown
    co_users: Known[tuple[CoUser, ...]] | Unknown = NOT_GATHERED
    egress: Known[tuple[OwnAddress, ...]] | Unknown = NOT_GATHERED
    protections: Known[tuple[Protections, ...]] | Unknown = NOT_GATHERED
    keys: Known[tuple[AccessKey, ...]] | Unknown = NOT_GATHERED
    rights: Known[Rights] | Unknown = NOT_GATHERED
    trail: Known[Trail] | Unknown
    alarms: Known[tuple[Alarm, ...]] | Unknown = NOT_GATHERED
    administrators: Known[tuple[Principal, ...]] | Unknown = NOT_GATHERED


class FactsOfRunbook(OfRunbook, Protocol):
    """The types that one runbook's values are of."""

    @property
    def facts(self) -> type[Facts]:
        """What it gathers."""
        ...


def _read(value: Any, _: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Facts:
    if isinstance(value, Facts):
        return value
    types: FactsOfRunbook = types_in(info)
    return types.facts.model_validate(value, **passed_on(info))


AnyFacts = Annotated[SerializeAsAny[Facts], WrapValidator(_read)]
"""Some runbook's facts, written whole, and read with the types of its runbook."""
