"""Contain by the API: each action is claimed before, done once, and looked at afterwards."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tasks.cloud.api import Api
from tasks.cloud.tracing import TracingClient
from tasks.contain.attempt import Attempt
from tasks.contain.control import Control, Unfit
from tasks.contain.messages import joined, unread
from tasks.contain.preflight import recheck
from tasks.contain.registry import control_of
from tasks.errors import BadCredential, CloudError, InputError
from tasks.ledger.kept import outcome_of
from tasks.ledger.rows import ActionRow, ClaimState
from tasks.ledger.store import Ledger
from tasks.model.base import Sentence, Value
from tasks.model.plan import Action, Outcome

UNREAD = "unread"
"""Key in `before` that says why the state before is not there."""

_ALREADY = Sentence(zh="原本就是如此，未做改动：", en="It was already so, nothing was changed:")
_RECOVERED = Sentence(zh="上次中断前已经执行：", en="It had been done before the last run broke off:")

_ONCE_MORE = Sentence(
    zh="上次中断前可能已经执行，因无法读回而又执行了一次，重复无害：",
    en="It may have been done before the last run broke off; as that can't be read back it was done once more, "
    "which is harmless:",
)


def contain(
    cloud: Api,
    ledger: Ledger,
    incident_id: str,
    action: Action,
    *,
    plan_hash: str,
    by: str,
    owner: str,
    now: Callable[[], datetime],
) -> Outcome:
    """Do one action of an approved plan; a second call with the same plan does nothing and says the same.

    Args:
        by: who approved it.
        owner: the run that acts, as the ledger knows it.
    """
    control = _control(action)
    claim = ledger.claim_action(
        incident_id,
        kind=action.kind,
        target=action.target,
        plan_hash=plan_hash,
        request=action.model_dump(mode="json"),
        at=now(),
        owner=owner,
    )
    if claim.state is ClaimState.DONE:
        return outcome_of(claim.action)
    attempt = Attempt(control=control, cloud=TracingClient(cloud), action=action, by=by, now=now)
    outcome = _carried_out(attempt, ledger, claim.action)
    ledger.confirm_action(claim.action.id, outcome.status, outcome.model_dump(mode="json"), now())
    return outcome


def _carried_out(attempt: Attempt[Any], ledger: Ledger, row: ActionRow) -> Outcome:
    """Look, keep what was there, do it once, look again."""
    kept: dict[str, Any] | None = row.before if isinstance(row.before, dict) else None
    barred = recheck(attempt.cloud.inner, attempt.action)
    if barred:
        return attempt.end("failed", barred, kept)
    try:
        seen = attempt.look()
    except Unfit as unfit:
        return attempt.end("failed", unfit.sentence, kept)
    if isinstance(seen, Value) and attempt.control.reached(seen):
        return _as_wanted(attempt, seen, kept)
    if isinstance(seen, CloudError) and (attempt.control.needs_state or isinstance(seen, BadCredential)):
        return attempt.end("failed", unread(seen), kept)
    before = kept if kept is not None else _saved(attempt, ledger, row, seen)
    outcome = _done(attempt, seen if isinstance(seen, Value) else None, before)
    if kept is None or attempt.control.readable:
        return outcome
    return outcome.model_copy(update={"detail": joined(_ONCE_MORE, outcome.detail)})


def _as_wanted(attempt: Attempt[Any], seen: Value, kept: dict[str, Any] | None) -> Outcome:
    """It is so already: by an earlier run of ours where the state before it was kept, else by somebody else."""
    told = attempt.control.tell(seen)
    if kept is None:
        return attempt.end("skipped", joined(_ALREADY, told), seen.model_dump(mode="json"))
    return attempt.end("verified", joined(_RECOVERED, told), kept)


def _saved(attempt: Attempt[Any], ledger: Ledger, row: ActionRow, seen: Value | CloudError) -> dict[str, Any]:
    before = seen.model_dump(mode="json") if isinstance(seen, Value) else {UNREAD: str(seen)}
    ledger.save_before(row.id, before, attempt.now())
    return before


def _done(attempt: Attempt[Any], state: Value | None, before: dict[str, Any]) -> Outcome:
    try:
        fault = attempt.send(lambda cloud: attempt.control.act(cloud, state))
        status, detail = attempt.judge(fault, attempt.control.reached)
    except Unfit as unfit:
        return attempt.end("failed", unfit.sentence, before)
    return attempt.end(status, detail, before)


def _control(action: Action) -> Control[Any]:
    control = control_of(action)
    if control is None or action.how != "api":
        raise InputError("action", f"{action.name} is a step for a person; read it back instead of doing it")
    return control
