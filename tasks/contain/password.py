"""Reset a sub-user's password to one that nobody knows."""

import secrets
import string
from typing import ClassVar

from pydantic import SecretStr

from tasks.cloud import writes
from tasks.cloud.api import Api
from tasks.contain.control import Control
from tasks.contain.named_user import named_user
from tasks.model.base import Sentence, Value

LENGTH = 32
"""Characters: as many as random passwords of the vendor's have (UpdateUser in tccli 3.1.189.1, read 2026-11-28)."""

SIGNS = "!@#$%*-_=+"
CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, SIGNS)


class PasswordState(Value):
    """Nothing: no call shows anything of a password."""


class PasswordControl(Control[PasswordState]):
    """The password; to do it twice is harmless, for the second is as unknown as the first."""

    state = PasswordState
    readable: ClassVar[bool] = False
    reversible: ClassVar[bool] = False

    def read(self, cloud: Api) -> PasswordState:
        """Compare the name's uin; there is nothing else to read."""
        named_user(cloud, self.who)
        return PasswordState()

    def reached(self, state: PasswordState) -> bool:  # noqa: ARG002 - nothing can be seen in it
        """It can't be seen."""
        return False

    def act(self, cloud: Api, before: PasswordState | None) -> None:  # noqa: ARG002 - the same whatever it was
        """Set a random one and forget it."""
        writes.set_password(cloud, self.who.name, random_password())

    def after_act(self) -> Sentence:
        """Say what holds now."""
        return Sentence(
            zh="密码已重置为无人知晓的随机值，下次登录须重设；密码无法读回，已有会话可能仍存活。",
            en="The password is a random one that nobody knows and must be changed at the next login; "
            "it can't be read back, and open sessions may live on.",
        )


def random_password() -> SecretStr:
    """Return a long password with every class of character, so that it meets the rules of the account."""
    chosen = [secrets.choice(each) for each in CLASSES]
    chosen += [secrets.choice("".join(CLASSES)) for _ in range(LENGTH - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return SecretStr("".join(chosen))
