"""Switch the off-site login check for sub-accounts on; opt-in, for it is account-wide."""

from typing import ClassVar

from tasks.cloud import writes
from tasks.cloud.api import Api
from tasks.contain.control import Control
from tasks.model.base import Sentence, Value


class OffsiteState(Value):
    """Nothing: no public call shows the rule."""


class OffsiteControl(Control[OffsiteState]):
    """The account's rule for sub-account logins; to set it twice leaves it the same."""

    state = OffsiteState
    readable: ClassVar[bool] = False
    reversible: ClassVar[bool] = False

    def read(self, cloud: Api) -> OffsiteState:  # noqa: ARG002 - there is no call for it
        """There is nothing to read."""
        return OffsiteState()

    def reached(self, state: OffsiteState) -> bool:  # noqa: ARG002 - nothing can be seen in it
        """It can't be seen."""
        return False

    def act(self, cloud: Api, before: OffsiteState | None) -> None:  # noqa: ARG002 - the same whatever it was
        """Set the rule."""
        writes.demand_offsite_check(cloud)

    def after_act(self) -> Sentence:
        """Say what was overwritten."""
        return Sentence(
            zh="已开启子账号异地登录校验；它覆盖了全账号的登录限制规则，原规则无法读取，也无法自动恢复。",
            en="The off-site check for sub-accounts is on; it overwrote the account-wide login rule, which can "
            "neither be read nor be restored by the API.",
        )
