"""Make an access key inactive."""

from tasks.cloud import keys, writes
from tasks.cloud.api import Api
from tasks.contain.control import Control
from tasks.model.base import Sentence, Value


class KeyState(Value):
    """Whether the key is active; None where its owner has no such key."""

    active: bool | None


class AccessKeyControl(Control[KeyState]):
    """The key's status; a key that is not in its owner's list is never taken for a disabled one."""

    state = KeyState

    def read(self, cloud: Api) -> KeyState:
        """Read it from the owner's list of keys."""
        found = keys.key_of(cloud, self.who, self.action.target)
        return KeyState(active=found.active if found else None)

    def reached(self, state: KeyState) -> bool:
        """It is there and inactive."""
        return state.active is False

    def act(self, cloud: Api, before: KeyState | None) -> None:  # noqa: ARG002 - the same whatever it was
        """Make it inactive; deleting could not be undone."""
        writes.set_key(cloud, self.action.target, self.who.uin, active=False)

    def restored(self, before: KeyState, state: KeyState) -> bool:
        """Only a key that was active is made active again."""
        return before.active is not True or state.active is True

    def restore(self, cloud: Api, before: KeyState) -> None:
        """Make it active again."""
        writes.set_key(cloud, self.action.target, self.who.uin, active=before.active is True)

    def tell(self, state: KeyState) -> Sentence:
        """Say the status as the list shows it."""
        words = {
            True: Sentence(zh="密钥列表显示该密钥为启用状态。", en="The list of keys shows it as active."),
            False: Sentence(zh="密钥列表显示该密钥已禁用。", en="The list of keys shows it as inactive."),
            None: Sentence(zh="其所有者的密钥列表中没有该密钥。", en="Its owner's list of keys does not have it."),
        }
        return words[state.active]
