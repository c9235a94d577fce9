"""Switch login and operation protection on, and never weaken what is on."""

from typing import ClassVar, Literal, get_args

from tasks.cloud import flags, writes
from tasks.cloud.api import Api
from tasks.cloud.writes import MfaMethod
from tasks.contain.control import Control
from tasks.errors import CloudRefused
from tasks.model.base import Sentence, Value

UNBOUND = "FailedOperation.UserNotBindPhone"  # of SetMfaFlag, by the errors in the vendor's SDK for Python 3.1.195


class FlagsState(Value):
    """The methods that are on, by name: any of the API's eight, for login and for operations."""

    login: tuple[str, ...]
    operation: tuple[str, ...]


class ProtectionsControl(Control[FlagsState]):
    """Both protections; without having read them it does not act, for a write could replace a stronger method."""

    state = FlagsState
    needs_state: ClassVar[bool] = True

    def read(self, cloud: Api) -> FlagsState:
        """Read the methods."""
        found = flags.flags_of(cloud, self.who.uin)
        return FlagsState(login=found.login_methods, operation=found.operation_methods)

    def reached(self, state: FlagsState) -> bool:
        """Each has a method, whichever."""
        return bool(state.login and state.operation)

    def act(self, cloud: Api, before: FlagsState | None) -> None:
        """Set one method where there is none: the one that the other has, the phone, else a virtual device."""
        if before is None:
            raise AssertionError("needs_state keeps the protections from being written unread")
        known = _settable(before.login) or _settable(before.operation)
        if known:
            self._set(cloud, before, known)
            return
        try:
            self._set(cloud, before, "Phone")
        except CloudRefused as refusal:
            if refusal.code != UNBOUND:
                raise
            self._set(cloud, before, "Stoken")

    def restored(self, before: FlagsState, state: FlagsState) -> bool:
        """It is as before."""
        return before == state

    def restore(self, cloud: Api, before: FlagsState) -> None:
        """Switch off what was off before."""
        writes.set_protections(
            cloud, self.who.uin, login=_as_before(before.login), operation=_as_before(before.operation)
        )

    def tell(self, state: FlagsState) -> Sentence:
        """Say the methods as they read."""
        login, operation = "/".join(state.login), "/".join(state.operation)
        return Sentence(
            zh=f"登录保护：{login or '关闭'}；操作保护：{operation or '关闭'}。",
            en=f"Login protection: {login or 'off'}; operation protection: {operation or 'off'}.",
        )

    def _set(self, cloud: Api, before: FlagsState, method: MfaMethod) -> None:
        writes.set_protections(
            cloud,
            self.who.uin,
            login=_kept(before.login) if before.login else method,
            operation=_kept(before.operation) if before.operation else method,
        )


def _settable(methods: tuple[str, ...]) -> MfaMethod | None:
    return next((method for method in get_args(MfaMethod) if methods == (method,)), None)


def _kept(methods: tuple[str, ...]) -> MfaMethod | None:
    """Say again what is on where the call can say it; a hardware key can't be said, so that one is left out."""
    return _settable(methods)


def _as_before(methods: tuple[str, ...]) -> MfaMethod | Literal["off"] | None:
    return _settable(methods) if methods else "off"
