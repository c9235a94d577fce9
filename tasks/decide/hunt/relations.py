"""What one audited operation leads to: whom or what it created, took over or enabled."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from tasks.model.audit import AuditEvent


class RelationKind(IntEnum):
    """Why somebody is in the chain; a lower one explains better."""

    SUSPECT = 0
    CREATED = 1
    KEY_CREATED = 2
    ASSUMED = 3
    CHANGED = 4
    KEY_ENABLED = 5
    SIGNED = 6
    SAME_ADDRESS = 7


@dataclass(frozen=True, slots=True)
class Relation:
    """A further identity or key that a successful operation leads to.

    Args:
        key: whether `value` is a SecretId; else it is a uin, a role's id, or a name.
        by_name: whether `value` is a name that has yet to be found.
    """

    kind: RelationKind
    value: str
    key: bool = False
    by_name: bool = False


_USERS_CREATED = frozenset(
    {
        ("cam", "adduser"),
        ("cam", "addsubaccount"),
        ("cam", "addsubaccountcheckingmfa"),
        ("cam", "addconsoleuser"),
        ("cam", "createsubaccounts"),
        ("cam", "createsubaccountbindpolicy"),
        ("cam", "createrole"),
        ("cam", "createrolebyconsole"),
        ("organization", "createuser"),
        ("organization", "createorganizationmember"),
    }
)
_KEYS_CREATED = frozenset(
    {
        ("cam", "createaccesskey"),
        ("cam", "createapikey"),
        ("cam", "createcollapikey"),
        ("cam", "createprojectkey"),
    }
)
_KEYS_ENABLED = frozenset(
    {
        ("cam", "updateaccesskey"),
        ("cam", "enableapikey"),
        ("cam", "enablecollapikey"),
        ("cam", "enableprojectkey"),
    }
)
_ASSUMED = frozenset(
    {
        ("sts", "assumerole"),
        ("sts", "assumerolewithsaml"),
        ("sts", "assumerolewithwebidentity"),
        ("sts", "getfederationtoken"),
        ("sts", "getsessiontoken"),
    }
)
# Only what gives control of another identity or raises its power; taking power away leads nowhere.
_CHANGING = frozenset(
    {
        ("cam", "setmfaflag"),
        ("cam", "setsafeauthflag"),
        ("cam", "unbindstoken"),
        ("cam", "bindtoken"),
        ("cam", "attachuserpolicy"),
        ("cam", "attachuserpolicies"),
        ("cam", "attachuserspolicy"),
        ("cam", "attachrolepolicy"),
        ("cam", "attachrolepolicies"),
        ("cam", "addusertogroup"),
        ("cam", "addsubaccountstogroup"),
        ("cam", "deleteuserpermissionsboundary"),
        ("cam", "deleterolepermissionsboundary"),
        ("cam", "deleteentitiespermissionsboundary"),
    }
)
# These name nothing but the identity itself, so a word among their targets is its name.
_CHANGING_BY_NAME = frozenset(
    {
        ("cam", "updateuser"),
        ("cam", "updatesubaccount"),
        ("cam", "updatesubaccountattr"),
        ("cam", "updateassumerolepolicy"),
        ("cam", "updateroleconsolelogin"),
    }
)
_LOGINS = frozenset({"consolelogin", "accountconsolelogin"})
_KEY_PREFIXES = ("AKID", "IKID")
_UIN_DIGITS = range(10, 16)
_ROLE_DIGITS = range(16, 21)
# Words that the request carries besides the name.
_LONGEST_NAME = 128


def relations_of(event: AuditEvent) -> tuple[Relation, ...]:
    """What a successful operation leads to; nothing for the rest."""
    if not event.succeeded:
        return ()
    reading = _READINGS.get((event.service, event.name.lower()))
    return reading(event) if reading else ()


def is_login(event: AuditEvent) -> bool:
    """Whether it is a login to the console: it may be recorded as a write, but changes nothing."""
    return event.name.lower() in _LOGINS


def is_key(value: str) -> bool:
    """Whether it looks like a SecretId."""
    return value.startswith(_KEY_PREFIXES)


def name_created(event: AuditEvent) -> str:
    """The name of the one identity that the operation created; empty where it does not say which."""
    names = [each for each in event.targets if _is_name(each)]
    return names[0] if len(names) == 1 else ""


def _is_identity(value: str) -> bool:
    """Whether it is a uin or a role's id; ids of policies and groups are shorter."""
    return value.isdecimal() and (len(value) in _UIN_DIGITS or len(value) in _ROLE_DIGITS)


def _is_name(value: str) -> bool:
    return bool(value) and len(value) <= _LONGEST_NAME and not value.isdecimal() and not is_key(value)


def _tail(target: str) -> str:
    """The last part of a resource name such as `qcs::cam::uin/100000000001:roleName/ops`."""
    return target.rsplit("/", 1)[-1] if target.startswith("qcs:") else target


def _created(event: AuditEvent) -> tuple[Relation, ...]:
    cam = event.service == "cam"
    keys = tuple(Relation(RelationKind.KEY_CREATED, each, key=True) for each in event.created if is_key(each))
    found = (each for each in event.created if not is_key(each) and (_is_identity(each) or not cam))
    return keys + tuple(Relation(RelationKind.CREATED, each) for each in found)


def _keys(event: AuditEvent, kind: RelationKind) -> tuple[Relation, ...]:
    keys = tuple(Relation(kind, each, key=True) for each in event.created if is_key(each))
    return keys + _identities(event, kind)


def _assumed(event: AuditEvent) -> tuple[Relation, ...]:
    """The temporary key where the answer names it; else the role, which others may use too."""
    keys = tuple(Relation(RelationKind.ASSUMED, each, key=True) for each in event.created if is_key(each))
    return keys or _identities(event, RelationKind.ASSUMED) or _named(event, RelationKind.ASSUMED)


def _identities(event: AuditEvent, kind: RelationKind) -> tuple[Relation, ...]:
    found = (_tail(each) for each in event.targets)
    return tuple(Relation(kind, each) for each in found if _is_identity(each))


def _named(event: AuditEvent, kind: RelationKind) -> tuple[Relation, ...]:
    found = (_tail(each) for each in event.targets)
    return tuple(Relation(kind, each, by_name=True) for each in found if _is_name(each))


def _enabled(event: AuditEvent) -> tuple[Relation, ...]:
    return tuple(Relation(RelationKind.KEY_ENABLED, each, key=True) for each in event.targets if is_key(each))


def _keys_created(event: AuditEvent) -> tuple[Relation, ...]:
    return _keys(event, RelationKind.KEY_CREATED)


def _changed(event: AuditEvent) -> tuple[Relation, ...]:
    return _identities(event, RelationKind.CHANGED)


def _changed_by_name(event: AuditEvent) -> tuple[Relation, ...]:
    return _identities(event, RelationKind.CHANGED) or _named(event, RelationKind.CHANGED)


_READINGS: dict[tuple[str, str], Callable[[AuditEvent], tuple[Relation, ...]]] = {
    **dict.fromkeys(_USERS_CREATED, _created),
    **dict.fromkeys(_KEYS_CREATED, _keys_created),
    **dict.fromkeys(_ASSUMED, _assumed),
    **dict.fromkeys(_KEYS_ENABLED, _enabled),
    **dict.fromkeys(_CHANGING, _changed),
    **dict.fromkeys(_CHANGING_BY_NAME, _changed_by_name),
}
