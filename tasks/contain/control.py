"""What each kind of containment has to say: how it is read, done and undone."""

from typing import ClassVar, Generic, TypeVar

from tasks.cloud.api import Api
from tasks.errors import RunbookError
from tasks.model.base import Sentence, Value
from tasks.model.plan import Action

S = TypeVar("S", bound=Value)


class Unfit(RunbookError):  # noqa: N818 - it is named by what was found
    """What was found speaks against the act: `Unfit(zh, en)`; nothing was done."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.sentence = Sentence(zh=zh, en=en)

    def __str__(self) -> str:
        return self.sentence.en


class Control(Generic[S]):
    """One kind of containment of one target.

    Args:
        state: the class of the state that it reads.
        readable: whether the effect can be read back at all.
        needs_state: whether it may act only where the state could be read.
        reversible: whether the state before can be restored.
    """

    state: ClassVar[type[Value]]
    readable: ClassVar[bool] = True
    needs_state: ClassVar[bool] = False
    reversible: ClassVar[bool] = True

    def __init__(self, action: Action) -> None:
        self.action = action
        self.who = action.principal

    def read(self, cloud: Api) -> S:
        """Read how it stands now; raises `Unfit` where the target is not what the plan means."""
        raise NotImplementedError

    def reached(self, state: S) -> bool:
        """Whether the state is the one that is wanted."""
        raise NotImplementedError

    def act(self, cloud: Api, before: S | None) -> None:
        """Do it; `before` is None where the state could not be read."""
        raise NotImplementedError

    def restored(self, before: S, state: S) -> bool:
        """Whether what was done to the state before is undone."""
        raise NotImplementedError

    def restore(self, cloud: Api, before: S) -> None:
        """Make it again what it was before."""
        raise NotImplementedError

    def tell(self, state: S) -> Sentence:
        """Say how it stands."""
        raise NotImplementedError

    def after_act(self) -> Sentence:
        """Say what was done where it can't be looked at."""
        return Sentence(zh="云端接受了操作，但无法读回核实。", en="The cloud accepted it; it could not be read back.")
