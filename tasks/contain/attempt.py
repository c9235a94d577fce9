"""One act: look, keep, do it once, look again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

import stamina

from tasks.cloud.api import Api
from tasks.cloud.retry import RetryingClient
from tasks.cloud.tracing import TracingClient
from tasks.contain.control import Control
from tasks.contain.messages import joined, refused, unanswered, unread
from tasks.errors import CloudError, CloudRefused, Throttled
from tasks.model.base import Sentence, Value
from tasks.model.plan import Action, Outcome, Status

LOOKS = 3
"""How often it is looked whether the effect shows: the cloud may lag a moment behind itself."""

WAIT_S = 0.3
"""The first wait between looks, in seconds; it doubles."""

S = TypeVar("S", bound=Value)


class _NotYetError(Exception):
    """The effect does not show yet."""

    def __init__(self, state: Value) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True)
class Attempt(Generic[S]):
    """One act on one target.

    Args:
        by: who approved it.
    """

    control: Control[S]
    cloud: TracingClient
    action: Action
    by: str
    now: Callable[[], datetime]

    def look(self) -> S | CloudError:
        """Read the state; a passing fault is tried again, a lasting one is the answer."""
        try:
            return self.control.read(self._retrying)
        except CloudError as error:
            return error

    def send(self, write: Callable[[Api], None]) -> CloudError | None:
        """Write once; only what was throttled, and so was not done, is sent again."""
        try:
            write(self._retrying)
        except CloudError as error:
            return error
        return None

    def look_for(self, wanted: Callable[[S], bool]) -> S | CloudError:
        """Read until the state is as wanted; else the last one that was read."""
        try:
            return _LOOKING(_NotYetError, self._look_once, wanted)
        except _NotYetError as last:
            return cast("S", last.state)

    def judge(self, fault: CloudError | None, wanted: Callable[[S], bool]) -> tuple[Status, Sentence]:
        """Say what came of a write, by looking; the cloud's word alone proves nothing, nor does its silence."""
        if isinstance(fault, CloudRefused | Throttled):
            return "failed", refused(fault)
        if not self.control.readable:
            return (
                ("done", self.control.after_act()) if fault is None else ("failed", joined(unanswered(fault), _UNSEEN))
            )
        state = self.look_for(wanted)
        if isinstance(state, CloudError):
            return self._unseen(fault, state)
        told = self.control.tell(state)
        if not wanted(state):
            return "failed", joined(_NO_EFFECT if fault is None else unanswered(fault), told)
        return "verified", told if fault is None else joined(unanswered(fault), told)

    def end(self, status: Status, detail: Sentence, before: dict[str, Any] | None = None) -> Outcome:
        """Say what came of it."""
        return Outcome(
            kind=self.action.kind,
            target=self.action.target,
            principal=self.action.principal,
            how=self.action.how,
            status=status,
            before=before or {},
            request_ids=tuple(self.cloud.request_ids),
            by=self.by,
            at=self.now(),
            detail=detail,
        )

    @property
    def _retrying(self) -> Api:
        return RetryingClient(self.cloud)

    def _look_once(self, wanted: Callable[[S], bool]) -> S | CloudError:
        state = self.look()
        if isinstance(state, CloudError) or wanted(state):
            return state
        raise _NotYetError(state)

    def _unseen(self, fault: CloudError | None, error: CloudError) -> tuple[Status, Sentence]:
        if fault is None:
            return "done", joined(self.control.after_act(), unread(error))
        return "failed", joined(unanswered(fault), _UNSEEN, unread(error))


_LOOKING = stamina.RetryingCaller(attempts=LOOKS, wait_initial=WAIT_S, timeout=None)
_NO_EFFECT = Sentence(zh="云端接受了操作，但没有生效：", en="The cloud accepted it, yet it has no effect:")
_UNSEEN = Sentence(
    zh="且无法核实是否已执行；请在控制台查看。",
    en="whether it was done can't be seen; look in the web console.",
)
