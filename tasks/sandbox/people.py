"""Callers: from a person, a role, a key or temporary credentials."""

import hashlib

from tasks.sandbox.errors import ApiError
from tasks.sandbox.find import key, keys_of, person, person_named, role_named
from tasks.sandbox.state import Cloud, Key, Person, Role, Session
from tasks.sandbox.world import Caller


def console_caller(cloud: Cloud, who: str, *, ip: str = "", mfa: bool = False) -> Caller:
    """Make the caller of somebody's web console session; each address has a session of its own."""
    found = person_named(cloud, who)
    if found is not None:
        return _of_person(found, token=console_token(found.name, ip), mfa=mfa)
    role = role_named(cloud, who)
    if role is None:
        raise LookupError(f"the account has no person or role {who!r}")
    return _of_role(role, token=console_token(role.name, ip))


def console_token(name: str, ip: str) -> str:
    """Name a session's token so that a test finds it where it must not be."""
    return f"token-SECRET-{name}-{hashlib.sha256(ip.encode()).hexdigest()[:12]}"


def key_caller(cloud: Cloud, used: Key) -> Caller:
    """Make the caller of an access key."""
    found = person(cloud, used.owner)
    if found is None:
        raise ApiError("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
    return _of_person(found, key=used.id)


def session_caller(cloud: Cloud, used: Session) -> Caller:
    """Make the caller of temporary credentials."""
    role = role_named(cloud, used.principal)
    if role is not None:
        return _of_role(role, key=used.id, token=used.token)
    found = person_named(cloud, used.principal)
    if found is None:
        raise ApiError("AuthFailure.TokenFailure", "The token is not valid: its owner is gone.")
    return _of_person(found, key=used.id, token=used.token)


def active_key(cloud: Cloud, who: str) -> Key:
    """Find the key that somebody signs with: the newest."""
    found = person_named(cloud, who)
    keys = keys_of(cloud, found.uin) if found else []
    if not keys:
        raise LookupError(f"{who!r} has no access key")
    return keys[-1]


def home_ip(cloud: Cloud, caller: Caller) -> str:
    """Tell where calls of somebody come from when nothing else is said."""
    home = caller.role.home if caller.role else caller.person.home if caller.person else ""
    return cloud.homes.get(home, "192.0.2.1")


def secret_of(cloud: Cloud, key_id: str) -> tuple[Key | Session | None, str]:
    """Find an access key or temporary credentials, with their secret."""
    found: Key | Session | None = key(cloud, key_id)
    found = found or next((one for one in cloud.sessions if one.id == key_id), None)
    return found, found.secret if found else ""


def _of_person(found: Person, *, key: str = "", token: str = "", mfa: bool = False) -> Caller:
    root = found.kind == "root"
    return Caller(
        uin=str(found.uin),
        name=found.name,
        identity="Root" if root else "CAMUser",
        person=found,
        key=key,
        token=token,
        mfa=mfa,
    )


def _of_role(role: Role, *, key: str = "", token: str = "") -> Caller:
    return Caller(uin=role.id, name=role.name, identity="AssumedRole", role=role, key=key, token=token)
