"""A call's way through the sandbox: checked, authorized, done, written into the audit log."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tasks.sandbox.action import Action, Answer
from tasks.sandbox.audit import Event
from tasks.sandbox.authz import authorize
from tasks.sandbox.errors import ApiError, missing, not_authorized
from tasks.sandbox.faults import Faults
from tasks.sandbox.regions import REGIONS
from tasks.sandbox.registry import lookup
from tasks.sandbox.shapes import check
from tasks.sandbox.world import Caller, Request, World

DEFAULT_REGION = "ap-guangzhou"
HIDDEN = ("Password",)  # the audit log does not hold what people typed


@dataclass(frozen=True)
class SeenCall:
    """A call that the sandbox saw.

    Args:
        principal: empty where the call was turned away before its key was looked at.
        code: the error code of the answer, or the fault that befell it; empty for a success.
        at: when it was answered.
        arrived: when it came, before it was kept waiting.
    """

    service: str
    action: str
    parameters: dict[str, Any]
    principal: str
    code: str
    at: datetime
    arrived: datetime
    region: str = ""
    key: str = ""
    request_id: str = ""


@dataclass
class Engine:
    """The cloud at work; one call at a time.

    Args:
        clock: tells unix seconds.
        save: is told after each write.
    """

    world: World
    faults: Faults
    clock: Callable[[], float]
    save: Callable[[World], None]
    calls: list[SeenCall] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def call(self, request: Request, version: str | None = None) -> Answer:
        """Answer one call, or refuse it."""
        with self.lock:
            request = replace(request, request_id=request.request_id or str(uuid.uuid4()))
            action: Action | None = None
            try:
                action = lookup(request.service, request.action, version)
                answer = self._do(action, request)
            except ApiError as error:
                self._note(request, error.code)
                if action is not None and error.code != "RequestLimitExceeded":  # those never get so far
                    write_event(request, action, error=error)
                raise
            self._note(request, "")
            write_event(request, action, answer=answer)
            if action.write:
                self.save(self.world)
            return {**answer, "RequestId": request.request_id}

    def turned_away(self, service: str, action: str, code: str) -> None:
        """Remember a call that did not get so far as to have a caller."""
        at = datetime.fromtimestamp(self.clock(), UTC)
        with self.lock:
            self.calls.append(SeenCall(service, action, parameters={}, principal="", code=code, at=at, arrived=at))

    def _do(self, action: Action, request: Request) -> Answer:
        self.world.log.lag_s = self.faults.plan.audit_lag_s
        self.faults.check_rate(action)
        if action.regional and not request.region:
            raise missing("Region")
        if request.region and request.region not in REGIONS:
            raise ApiError("UnsupportedRegion", f"The region `{request.region}` is not supported.")
        check(action.takes, request.params)
        authorize(request.cloud, request.caller, action.operation, ip=request.ip)
        if self.faults.strikes("deny", action):
            raise not_authorized(action.operation, f"qcs::{action.service}::uin/{request.cloud.uin}:*")
        if action.operation == "cloudaudit:DescribeEvents" and self.faults.strikes("no_end", action):
            return {"Events": [], "ListOver": False, "NextToken": request.get("NextToken", 0) + 1}
        return action.do(request)

    def _note(self, request: Request, code: str) -> None:
        self.calls.append(
            SeenCall(
                service=request.service,
                action=request.action,
                parameters=request.params,
                principal=request.caller.name,
                code=code,
                at=datetime.fromtimestamp(request.now, UTC),
                region=request.region,
                key=request.caller.key,
                request_id=request.request_id,
                arrived=datetime.fromtimestamp(request.arrived or request.now, UTC),
            )
        )


def write_event(
    request: Request, action: Action, *, answer: Answer | None = None, error: ApiError | None = None
) -> None:
    """Write a call into the audit log."""
    made = {**(answer or {}), "RequestId": request.request_id} if action.write and answer is not None else {}
    denied = error is not None and error.code.startswith("UnauthorizedOperation")
    add_event(
        request.world,
        request.caller,
        at=request.at,
        service=request.service,
        name=request.shown_as or request.action,
        title=action.title,
        ip=request.ip,
        region=request.region or DEFAULT_REGION,
        console=request.console,
        write=action.write,
        sensitive=action.sensitive,
        params={name: "******" if name in HIDDEN else value for name, value in request.params.items()},
        made=made,
        resource=_subject(action, request, made),
        denied=error.code if error and denied else "",
        failed=error.code if error and not denied else "",
        message=error.message if error else "",
        request_id=request.request_id,
        agent=request.agent,
    )


def add_event(world: World, caller: Caller, **parts: Any) -> Event:
    """Write a record of somebody into the audit log."""
    event = Event(
        seq=world.log.ordinal(),
        who=caller.uin,
        user=caller.name,
        identity=caller.identity,
        secret_id=caller.key,
        mfa=caller.mfa,
        token=caller.token,
        **parts,
    )
    world.log.add(event)
    return event


def _subject(action: Action, request: Request, made: Answer) -> str:
    nested = made.get("AccessKey") or {}
    value = made.get(action.subject) or nested.get(action.subject) or request.params.get(action.subject) or ""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
