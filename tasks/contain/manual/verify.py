"""Steps that a person did in the web console: verified where anything can be read, else attested by their name."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tasks.cloud.api import Api
from tasks.cloud.retry import RetryingClient
from tasks.cloud.tracing import TracingClient
from tasks.contain.control import Control, Unfit
from tasks.contain.manual.audit_check import AuditCheck
from tasks.contain.manual.keys import keys
from tasks.contain.manual.main_account import offsite, password, protections, sessions
from tasks.contain.manual.step import NOTHING_TO_READ, SAID, ManualStep, Seen, statement
from tasks.contain.messages import joined, unread
from tasks.contain.registry import control_of
from tasks.errors import CloudError
from tasks.model.plan import Action, ActionKind, Outcome


def read_back(
    cloud: Api,
    actions: tuple[Action, ...],
    *,
    since: datetime,
    suspect_ip: str | None,
    by: str,
    now: Callable[[], datetime],
) -> tuple[Outcome, ...]:
    """Look at each manual step after a person says that it is done.

    Args:
        since: when the person was asked.
        suspect_ip: the address of the login in question.
        by: the person.
    """
    return tuple(_looked_at(cloud, action, since=since, suspect_ip=suspect_ip, by=by, now=now) for action in actions)


def _looked_at(
    cloud: Api, action: Action, *, since: datetime, suspect_ip: str | None, by: str, now: Callable[[], datetime]
) -> Outcome:
    tracing = TracingClient(cloud)
    reads = RetryingClient(tracing)
    audit = AuditCheck(cloud=reads, since=since, until=now(), suspect_ip=suspect_ip)
    status, detail = _CHECKS.get(action.kind, _by_state)(ManualStep(action=action, cloud=reads, audit=audit, by=by))
    return Outcome.of(action, status, detail, by=by, at=now(), request_ids=tuple(tracing.request_ids))


def _by_state(step: ManualStep) -> Seen:
    """What the API could have done is read by the same means; the rest rests on what the person states."""
    control = control_of(step.action)
    if control is None or not control.readable or not step.uin.isdecimal():
        return "attested", joined(statement(step), NOTHING_TO_READ)
    return _state_of(step, control)


def _state_of(step: ManualStep, control: Control[Any]) -> Seen:
    try:
        state = control.read(step.cloud)
    except Unfit as unfit:
        return "attested", joined(statement(step), unfit.sentence)
    except CloudError as error:
        return "attested", joined(statement(step), unread(error))
    told = control.tell(state)
    return ("verified", told) if control.reached(state) else ("failed", joined(SAID, told))


_CHECKS: dict[ActionKind, Callable[[ManualStep], Seen]] = {
    ActionKind.CHANGE_PASSWORD: password,
    ActionKind.ENABLE_OFFSITE_PROTECTION: offsite,
    ActionKind.ENABLE_PROTECTIONS: protections,
    ActionKind.LOG_OUT_SESSIONS: sessions,
    ActionKind.DISABLE_ACCESS_KEY: keys,
}
