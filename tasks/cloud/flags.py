"""Login, operation and off-site protection, as CAM knows them."""

from typing import Any, NamedTuple

from tasks.cloud.api import Api, Call
from tasks.cloud.products import CAM
from tasks.cloud.values import text
from tasks.model.facts import Caller, Switch
from tasks.model.principal import PrincipalKind

METHODS = ("U2FToken", "Passkey", "Token", "Stoken", "Wechat", "Phone", "Mail", "Custom")
"""The strongest first; Stoken is the virtual MFA device. LoginActionFlag in tccli 3.1.189.1, read 2026-11-28."""


class Flags(NamedTuple):
    """The three protections of one identity.

    Args:
        login_methods: every method that is on for logins, by name, also one that `METHODS` does not know.
        operation_methods: for sensitive operations.
    """

    login: Switch = Switch.UNKNOWN
    operation: Switch = Switch.UNKNOWN
    offsite: Switch = Switch.UNKNOWN
    login_methods: tuple[str, ...] = ()
    operation_methods: tuple[str, ...] = ()

    @property
    def methods(self) -> tuple[str, ...]:
        """Known methods in use for either, strongest first."""
        return tuple(name for name in METHODS if name in self.login_methods or name in self.operation_methods)


def flags_of(cloud: Api, uin: str, caller: Caller | None = None) -> Flags:
    """The protections of a sub-account, or of the main account that asks about itself.

    Args:
        caller: who asks; only the main account has a call of its own for itself.
    """
    if caller and caller.kind is PrincipalKind.MAIN and uin == caller.account:
        return own_flags(cloud)
    return _read(cloud, Call(CAM, "DescribeSafeAuthFlagColl", {"SubUin": int(uin)}))


def own_flags(cloud: Api) -> Flags:
    """The protections of the identity whose credential this is."""
    return _read(cloud, Call(CAM, "DescribeSafeAuthFlagIntl" if cloud.site == "intl" else "DescribeSafeAuthFlag"))


def switch(value: object) -> Switch:
    """A flag of 0 or 1; unknown for anything else."""
    return {"1": Switch.ON, "0": Switch.OFF}.get(text(value), Switch.UNKNOWN)


def _read(cloud: Api, call: Call) -> Flags:
    body = cloud.call(call.requiring("LoginFlag", "ActionFlag")).body
    login, operation = _object(body["LoginFlag"]), _object(body["ActionFlag"])
    return Flags(
        login=_any_on(login),
        operation=_any_on(operation),
        offsite=switch(_object(body.get("OffsiteFlag")).get("VerifyFlag")),
        login_methods=_methods(login),
        operation_methods=_methods(operation),
    )


def _methods(found: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(name for name, value in found.items() if switch(value) is Switch.ON))


def _any_on(found: dict[str, Any]) -> Switch:
    """On with any method; unknown where the answer names none that we know."""
    states = [switch(found.get(name)) for name in METHODS]
    if Switch.ON in states:
        return Switch.ON
    return Switch.OFF if Switch.OFF in states else Switch.UNKNOWN


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
