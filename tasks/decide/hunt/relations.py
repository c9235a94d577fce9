"""What one audited operation leads to: who or what it made, took over or enabled."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from tasks.model.audit import AuditEvent


class Relation(IntEnum):
    """Why somebody is in the chain; a lower one explains better."""

    SUSPECT = 0
    MADE = 1
    KEY_MADE = 2
    ASSUMED = 3
    TOUCHED = 4
    KEY_ENABLED = 5
    SIGNED = 6
    SAME_ADDRESS = 7


@dataclass(frozen=True, slots=True)
class Link:
    """A further identity or key that a successful operation leads to.

    Args:
        key: whether `value` is a SecretId; else it is a uin, a role's id, or a name.
        by_name: whether `value` is a name that has yet to be found.
    """

    relation: Relation
    value: str
    key: bool = False
    by_name: bool = False


_USERS_MADE = frozenset(
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
_KEYS_MADE = frozenset(
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
_TOUCHING = frozenset(
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
_TOUCHING_BY_NAME = frozenset(
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


def links_of(event: AuditEvent) -> tuple[Link, ...]:
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


def name_made(event: AuditEvent) -> str:
    """The name of the one identity that the operation made; empty where it does not say which."""
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


def _made(event: AuditEvent) -> tuple[Link, ...]:
    cam = event.service == "cam"
    keys = tuple(Link(Relation.KEY_MADE, each, key=True) for each in event.created if is_key(each))
    found = (each for each in event.created if not is_key(each) and (_is_identity(each) or not cam))
    return keys + tuple(Link(Relation.MADE, each) for each in found)


def _keys(event: AuditEvent, relation: Relation) -> tuple[Link, ...]:
    keys = tuple(Link(relation, each, key=True) for each in event.created if is_key(each))
    return keys + _touched(event, relation)


def _assumed(event: AuditEvent) -> tuple[Link, ...]:
    """The temporary key where the answer names it; else the role, which others may use too."""
    keys = tuple(Link(Relation.ASSUMED, each, key=True) for each in event.created if is_key(each))
    return keys or _touched(event, Relation.ASSUMED) or _named(event, Relation.ASSUMED)


def _touched(event: AuditEvent, relation: Relation) -> tuple[Link, ...]:
    found = (_tail(each) for each in event.targets)
    return tuple(Link(relation, each) for each in found if _is_identity(each))


def _named(event: AuditEvent, relation: Relation) -> tuple[Link, ...]:
    found = (_tail(each) for each in event.targets)
    return tuple(Link(relation, each, by_name=True) for each in found if _is_name(each))


def _enabled(event: AuditEvent) -> tuple[Link, ...]:
    return tuple(Link(Relation.KEY_ENABLED, each, key=True) for each in event.targets if is_key(each))


def _keys_made(event: AuditEvent) -> tuple[Link, ...]:
    return _keys(event, Relation.KEY_MADE)


def _changed(event: AuditEvent) -> tuple[Link, ...]:
    return _touched(event, Relation.TOUCHED)


def _changed_by_name(event: AuditEvent) -> tuple[Link, ...]:
    return _touched(event, Relation.TOUCHED) or _named(event, Relation.TOUCHED)


_READINGS: dict[tuple[str, str], Callable[[AuditEvent], tuple[Link, ...]]] = {
    **dict.fromkeys(_USERS_MADE, _made),
    **dict.fromkeys(_KEYS_MADE, _keys_made),
    **dict.fromkeys(_ASSUMED, _assumed),
    **dict.fromkeys(_KEYS_ENABLED, _enabled),
    **dict.fromkeys(_TOUCHING, _changed),
    **dict.fromkeys(_TOUCHING_BY_NAME, _changed_by_name),
}
