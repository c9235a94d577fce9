"""Which module contains what."""

from typing import Any

from tasks.contain.access_key import AccessKeyControl
from tasks.contain.console_login import ConsoleControl
from tasks.contain.control import Control
from tasks.contain.offsite import OffsiteControl
from tasks.contain.password import PasswordControl
from tasks.contain.protections import ProtectionsControl
from tasks.contain.quarantine import QuarantineControl
from tasks.model.plan import Action, ActionKind

CONTROLS: dict[ActionKind, type[Control[Any]]] = {
    ActionKind.DISABLE_ACCESS_KEY: AccessKeyControl,
    ActionKind.DISABLE_CONSOLE_LOGIN: ConsoleControl,
    ActionKind.QUARANTINE: QuarantineControl,
    ActionKind.RESET_PASSWORD: PasswordControl,
    ActionKind.ENABLE_PROTECTIONS: ProtectionsControl,
    ActionKind.OFFSITE_CHECK: OffsiteControl,
}


def control_of(action: Action) -> Control[Any] | None:
    """Return what contains the action's target; None where no API does."""
    control = CONTROLS.get(action.kind)
    return control(action) if control else None
