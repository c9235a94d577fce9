"""One act: look, keep, do it once, look again; all of it within a minute."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import stamina

from tasks.cloud.api import Api
from tasks.cloud.retry import RetryingClient
from tasks.cloud.tracing import TracingClient
from tasks.contain.again import may_pass
from tasks.contain.control import Control
from tasks.contain.messages import joined, refused, unanswered, unread
from tasks.contain.responder import Responder
from tasks.errors import CloudError, CloudRefused, CloudTransient, NotAsked, Throttled
from tasks.ledger.rows import ActionRow
from tasks.model.base import Sentence, Value
from tasks.model.plan import Outcome, Status

LOOKS = 3
"""How often it is looked whether the effect shows: the cloud may lag a moment behind itself."""

ACTION_S = 60.0
"""How long one act asks and is asked for, in seconds; what is throttled so long is left to a later try."""

READ_BACK_S = 15.0
"""How long it may be looked whether the effect shows, where the act took all of its time."""

SENDS = 3
"""How often a write is sent at most that gave no answer, and that was seen not to be done."""

WAIT_S = 0.3
"""The first wait between looks, in seconds; it doubles."""

UNREAD = "unread"
"""Key of a state before that says why the state is not there."""

S = TypeVar("S", bound=Value)


class _NotYetError(Exception):
    """The effect does not show yet."""

    def __init__(self, state: Value) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True)
class Attempt(Generic[S]):
    """One act on one target, claimed in the ledger.

    Args:
        row: the claim.
        by: who approved it.
    """

    responder: Responder
    control: Control[S]
    row: ActionRow
    by: str
    cloud: RetryingClient = field(init=False)
    _tracing: TracingClient = field(init=False)
    _reached: list[Value] = field(init=False, default_factory=list[Value])

    def __post_init__(self) -> None:
        tracing = TracingClient(self.responder.cloud)
        object.__setattr__(self, "_tracing", tracing)  # it is frozen, and this still makes it
        object.__setattr__(self, "cloud", RetryingClient(tracing, deadline_s=ACTION_S))

    @property
    def kept(self) -> dict[str, Any] | None:
        """The state before that an earlier run saved and did not confirm; None where none did."""
        return self.row.before if isinstance(self.row.before, dict) else None

    def save(self, before: dict[str, Any]) -> None:
        """Keep what is about to be changed."""
        self.responder.ledger.save_before(self.row.id, before, self.responder.now())

    def look(self) -> S | CloudError:
        """Read the state; a passing fault is tried again, a lasting one is the answer."""
        return self._read(self.cloud)

    def send(self, write: Callable[[Api], None], wanted: Callable[[S], bool]) -> CloudError | None:
        """Write once; what gave no answer is looked for, and is sent again only where it is seen not to be done.

        Args:
            wanted: whether a state is what the write is to bring about.
        """
        for _ in range(SENDS):
            fault = self._sent(write)
            if not self._was_lost(fault, wanted):
                return fault
        return fault

    def again_after(self, fault: CloudError | None) -> bool:
        """Whether a write that failed may be tried again later: it looks first, or was surely not done."""
        if isinstance(fault, CloudRefused | Throttled | NotAsked):
            return may_pass(fault)
        return self.control.readable

    def look_for(self, wanted: Callable[[S], bool]) -> S | CloudError:
        """Read until the state is as wanted; else the last one that was read."""
        try:
            return _LOOKING(_NotYetError, self._look_once, wanted)
        except _NotYetError as last:
            return cast("S", last.state)

    def judge(self, fault: CloudError | None, wanted: Callable[[S], bool]) -> tuple[Status, Sentence]:
        """Say what came of a write, by looking; the cloud's word alone proves nothing, nor does its silence."""
        if isinstance(fault, CloudRefused | Throttled | NotAsked):
            return "failed", refused(fault)
        if not self.control.readable:
            return (
                ("done", self.control.after_act()) if fault is None else ("failed", joined(unanswered(fault), _UNSEEN))
            )
        state = self.look_for(wanted)
        if isinstance(state, CloudError):
            return self._unseen(fault, state)
        told = self.control.tell(state)
        self._reached[:] = [state] if wanted(state) else []
        if not wanted(state):
            return "failed", joined(_NO_EFFECT if fault is None else unanswered(fault), told)
        return "verified", told if fault is None else joined(unanswered(fault), told)

    def end(
        self, status: Status, detail: Sentence, before: dict[str, Any] | None = None, *, again: bool = False
    ) -> Outcome:
        """Say what came of it.

        Args:
            again: whether another try may succeed where it failed.
        """
        return Outcome.of(
            self.control.action,
            status,
            detail,
            by=self.by,
            at=self.responder.now(),
            before=before,
            after=self._reached[-1].model_dump(mode="json") if self._reached else None,
            request_ids=tuple(self._tracing.request_ids),
            again=again and status == "failed",
        )

    def _read(self, cloud: Api) -> S | CloudError:
        try:
            return self.control.read(cloud)
        except CloudError as error:
            return error

    def _sent(self, write: Callable[[Api], None]) -> CloudError | None:
        try:
            write(self.cloud)
        except CloudError as error:
            return error
        return None

    def _was_lost(self, fault: CloudError | None, wanted: Callable[[S], bool]) -> bool:
        """Whether a write gave no answer and, as can be seen, did nothing."""
        if not isinstance(fault, CloudTransient) or isinstance(fault, Throttled | NotAsked):
            return False
        if not self.control.readable or self.cloud.left_s <= 0:
            return False
        state = self.look_for(wanted)
        return not isinstance(state, CloudError) and not wanted(state)

    def _look_once(self, wanted: Callable[[S], bool]) -> S | CloudError:
        state = self._read(RetryingClient(self._tracing, deadline_s=max(self.cloud.left_s, READ_BACK_S)))
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
