"""Switch console login off, for a sub-user or a role."""

from tasks.cloud import users, writes
from tasks.cloud.api import Api
from tasks.contain.control import Control
from tasks.contain.named_user import named_user
from tasks.model.base import Sentence, Value
from tasks.model.principal import PrincipalKind


class ConsoleState(Value):
    """Whether console login is on."""

    on: bool


class ConsoleControl(Control[ConsoleState]):
    """Console login; a user is written by name, hence the name's uin is compared first."""

    state = ConsoleState

    def read(self, cloud: Api) -> ConsoleState:
        """Read it from the role or the user."""
        if self._role:
            return ConsoleState(on=users.role_enters_console(cloud, self.who.uin))
        return ConsoleState(on=named_user(cloud, self.who).user.console is not False)

    def reached(self, state: ConsoleState) -> bool:
        """It is off."""
        return not state.on

    def act(self, cloud: Api, before: ConsoleState | None) -> None:  # noqa: ARG002 - the same whatever it was
        """Switch it off."""
        self._switch(cloud, on=False)

    def restored(self, before: ConsoleState, state: ConsoleState) -> bool:
        """It is as before."""
        return before == state

    def restore(self, cloud: Api, before: ConsoleState) -> None:
        """Switch it as before."""
        self._switch(cloud, on=before.on)

    def tell(self, state: ConsoleState) -> Sentence:
        """Say the switch as it reads."""
        if state.on:
            return Sentence(zh="控制台登录读出为开启。", en="Console login reads as on.")
        return Sentence(zh="控制台登录读出为关闭。", en="Console login reads as off.")

    @property
    def _role(self) -> bool:
        return self.who.kind is PrincipalKind.ROLE

    def _switch(self, cloud: Api, *, on: bool) -> None:
        if self._role:
            writes.set_role_console(cloud, self.who.uin, on=on)
        else:
            writes.set_user_console(cloud, self.who.name, on=on)
