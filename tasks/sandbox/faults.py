"""Bad days on demand: slow, throttled, refused, hanging, broken off."""

import threading
import time
from collections import Counter, defaultdict, deque
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tasks.sandbox.action import Action
from tasks.sandbox.errors import ApiError

ALWAYS = -1
RATE_WINDOW_S = 1.0


def _counts(value: Any) -> Any:
    return dict.fromkeys(value, ALWAYS) if isinstance(value, list) else value


Counts = Annotated[dict[str, int], BeforeValidator(_counts)]


class FaultPlan(BaseModel):
    """What goes wrong.

    Actions are named `cam:ListUsers`, `ListUsers`, `cam:*` or `*`, each with the number of coming calls that it
    befalls (-1: all; a plain list means all).

    Args:
        latency_s: wait before each answer.
        rate_limit: whether the real limits (20 calls a second and action, of some fewer) hold.
        rate_per_s: another limit for every action.
        audit_lag_s: how long a record takes to show up in the audit log.
        throttle: answers RequestLimitExceeded.
        throttle_each: the same, to so many first calls of each action from when it is set.
        deny: answers UnauthorizedOperation, as CAM would.
        hang: never answers.
        hang_after: does what was asked, and never answers.
        cut: closes the connection, and does nothing.
        break_off: closes the connection within the answer.
        lost_answer: does what was asked, and closes the connection before the answer.
        server_error: answers HTTP 500, and does nothing.
        error_after: does what was asked, and answers HTTP 500.
        no_end: answers a page of the audit log that is empty and says that there is more.
        charset: sends a Content-Type that the SDK does not know, so that it takes errors for answers.
    """

    model_config = ConfigDict(extra="forbid")

    latency_s: float = Field(default=0.0, ge=0)
    rate_limit: bool = True
    rate_per_s: int | None = Field(default=None, gt=0)
    audit_lag_s: float = Field(default=0.0, ge=0)
    throttle: Counts = Field(default_factory=dict)
    deny: Counts = Field(default_factory=dict)
    throttle_each: int = Field(default=0, ge=0)
    hang: Counts = Field(default_factory=dict)
    hang_after: Counts = Field(default_factory=dict)
    cut: Counts = Field(default_factory=dict)
    break_off: Counts = Field(default_factory=dict)
    lost_answer: Counts = Field(default_factory=dict)
    server_error: Counts = Field(default_factory=dict)
    error_after: Counts = Field(default_factory=dict)
    no_end: Counts = Field(default_factory=dict)
    charset: Counts = Field(default_factory=dict)


class Faults:
    """The faults of a running sandbox; may be changed at any time, from any thread."""

    def __init__(self, plan: FaultPlan) -> None:
        self._lock = threading.Lock()
        self._plan = plan
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._throttled: Counter[str] = Counter()

    @property
    def plan(self) -> FaultPlan:
        """What goes wrong now."""
        return self._plan

    def set(self, **changes: Any) -> None:
        """Change the named faults, and leave the others."""
        with self._lock:
            self._plan = FaultPlan.model_validate(self._plan.model_dump() | changes)
            if "throttle_each" in changes:
                self._throttled.clear()

    def clear(self) -> None:
        """End all faults; the real rate limits stay."""
        with self._lock:
            self._plan = FaultPlan()

    def strikes(self, kind: str, action: Action) -> bool:
        """Tell whether a fault befalls this call, and count it."""
        with self._lock:
            counts: dict[str, int] = getattr(self._plan, kind)
            names = (action.operation, action.name, f"{action.service}:*", "*")
            name = next((one for one in names if counts.get(one)), None)
            if name is None:
                return False
            counts[name] -= 1 if counts[name] > 0 else 0
            return True

    def check_rate(self, action: Action) -> None:
        """Refuse a call that comes too soon after others."""
        if self.strikes("throttle", action) or self._is_among_first(action):
            raise _too_many(action, action.per_second)
        if not self._plan.rate_limit:
            return
        limit = self._plan.rate_per_s or action.per_second
        with self._lock:
            recent, now = self._recent[action.operation], time.monotonic()
            while recent and recent[0] <= now - RATE_WINDOW_S:
                recent.popleft()
            if len(recent) >= limit:
                raise _too_many(action, limit)
            recent.append(now)

    def _is_among_first(self, action: Action) -> bool:
        with self._lock:
            among = self._throttled[action.operation] < self._plan.throttle_each
            self._throttled[action.operation] += among
            return among


def _too_many(action: Action, limit: int) -> ApiError:
    message = f"Your current request times equals to `{limit + 1}` in a second, which exceeds the frequency limit"
    return ApiError("RequestLimitExceeded", f"{message} `{limit}` for a second of `{action.name}`. Please try again.")
