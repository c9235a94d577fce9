"""Login, operation and off-site protection, as CAM knows them."""

from typing import Any, NamedTuple

from tasks.cloud.api import Api, Call
from tasks.cloud.products import CAM
from tasks.cloud.values import text
from tasks.model.facts import Switch

METHODS = ("U2FToken", "Passkey", "Token", "Stoken", "Wechat", "Phone", "Mail", "Custom")
"""The strongest first; Stoken is the virtual MFA device."""


class Flags(NamedTuple):
    """The three protections of one identity, and the methods in use, strongest first."""

    login: Switch = Switch.UNKNOWN
    operation: Switch = Switch.UNKNOWN
    offsite: Switch = Switch.UNKNOWN
    methods: tuple[str, ...] = ()


def flags_of(cloud: Api, uin: str) -> Flags:
    """The protections of a sub-account."""
    call = Call(CAM, "DescribeSafeAuthFlagColl", {"SubUin": int(uin)}, require=("LoginFlag", "ActionFlag"))
    return _flags(cloud.call(call).body)


def own_flags(cloud: Api) -> Flags:
    """The protections of the identity whose credential this is."""
    action = "DescribeSafeAuthFlagIntl" if cloud.site == "intl" else "DescribeSafeAuthFlag"
    return _flags(cloud.call(Call(CAM, action, require=("LoginFlag", "ActionFlag"))).body)


def _flags(body: dict[str, Any]) -> Flags:
    login, operation = _object(body.get("LoginFlag")), _object(body.get("ActionFlag"))
    methods = tuple(name for name in METHODS if "1" in (text(login.get(name)), text(operation.get(name))))
    offsite = _object(body.get("OffsiteFlag")).get("VerifyFlag")
    return Flags(_any_on(login), _any_on(operation), switch(offsite), methods)


def switch(value: object) -> Switch:
    """A flag of 0 or 1; unknown for anything else."""
    return {"1": Switch.ON, "0": Switch.OFF}.get(text(value), Switch.UNKNOWN)


def _any_on(found: dict[str, Any]) -> Switch:
    """On with any method; unknown where the answer names none that we know."""
    states = [switch(found.get(name)) for name in METHODS]
    if Switch.ON in states:
        return Switch.ON
    return Switch.OFF if Switch.OFF in states else Switch.UNKNOWN


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
