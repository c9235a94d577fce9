"""Contain by the API: each action is claimed before, done once, and looked at afterwards."""

from typing import Any

from tasks.contain.again import may_pass
from tasks.contain.attempt import UNREAD, Attempt
from tasks.contain.control import Control, Unfit
from tasks.contain.messages import joined, unread
from tasks.contain.preflight import NotNow, recheck
from tasks.contain.registry import control_of
from tasks.contain.responder import Responder
from tasks.errors import BadCredential, CloudError, InputError
from tasks.ledger.kept import outcome_of
from tasks.ledger.rows import ClaimState
from tasks.model.base import Sentence, Value
from tasks.model.plan import Action, Outcome

TRY = "."
"""Stands between a plan's hash and the number of a further try, in the claim of that try."""

_ALREADY = Sentence(zh="原本就是如此，未做改动：", en="It was already so, nothing was changed:")
_RECOVERED = Sentence(
    zh="先前的一次尝试（或上次中断前）已经执行：",
    en="An earlier try had done it, or it had been done before the last run broke off:",
)

_ONCE_MORE = Sentence(
    zh="上次中断前可能已经执行，因无法读回而又执行了一次，重复无害：",
    en="It may have been done before the last run broke off; as that can't be read back it was done once more, "
    "which is harmless:",
)


def contain(responder: Responder, action: Action, *, plan_hash: str, by: str) -> Outcome:
    """Do one action of an approved plan; a second call with the same plan does nothing and says the same.

    What fails for a reason that may pass is noted in the ledger, to be tried again while the incident is open.

    Args:
        by: who approved it.
    """
    outcome = _once(responder, action, plan_hash=plan_hash, by=by, before=None)
    if outcome.again:
        responder.try_later(action, plan_hash=plan_hash, by=by)
    return outcome


def try_again(responder: Responder, action: Action, number: int, *, plan_hash: str, by: str) -> Outcome:
    """Do once more what failed: it looks first, and keeps the state from before the first try.

    Args:
        number: of the try, from one: each is claimed by itself.
        plan_hash: of the plan under which it failed.
    """
    before = responder.before(action, plan_hash=plan_hash)
    return _once(responder, action, plan_hash=f"{plan_hash}{TRY}{number}", by=by, before=before)


def _once(responder: Responder, action: Action, *, plan_hash: str, by: str, before: dict[str, Any] | None) -> Outcome:
    control = _control(action)
    claim = responder.claim(action.kind, action, plan_hash=plan_hash)
    if claim.state is ClaimState.DONE:
        return outcome_of(claim.action)
    row = claim.action
    if before:
        row = responder.ledger.save_before(row.id, before, responder.now())
    return responder.confirm(row, _carried_out(Attempt(responder, control, row, by)))


def _carried_out(attempt: Attempt[Any]) -> Outcome:
    """Look, keep what was there, do it once, look again."""
    kept = attempt.kept
    barred = recheck(attempt.cloud, attempt.control.action)
    if barred:
        return attempt.end("failed", Sentence(zh=barred.zh, en=barred.en), kept, again=isinstance(barred, NotNow))
    try:
        seen = attempt.look()
    except Unfit as unfit:
        return attempt.end("failed", unfit.sentence, kept)
    if isinstance(seen, Value) and attempt.control.reached(seen):
        return _as_wanted(attempt, seen)
    if isinstance(seen, CloudError) and (attempt.control.needs_state or isinstance(seen, BadCredential)):
        return attempt.end("failed", unread(seen), kept, again=may_pass(seen))
    before = kept if kept is not None else _saved(attempt, seen)
    outcome = _done(attempt, seen if isinstance(seen, Value) else None, before)
    if kept is None or attempt.control.readable:
        return outcome
    return outcome.model_copy(update={"detail": joined(_ONCE_MORE, outcome.detail)})


def _as_wanted(attempt: Attempt[Any], seen: Value) -> Outcome:
    """It is so already: by an earlier run of ours where the state before it was kept, else by somebody else."""
    told = attempt.control.tell(seen)
    if attempt.kept is None:
        return attempt.end("skipped", joined(_ALREADY, told), seen.model_dump(mode="json"))
    return attempt.end("verified", joined(_RECOVERED, told), attempt.kept)


def _saved(attempt: Attempt[Any], seen: Value | CloudError) -> dict[str, Any]:
    before = seen.model_dump(mode="json") if isinstance(seen, Value) else {UNREAD: str(seen)}
    attempt.save(before)
    return before


def _done(attempt: Attempt[Any], state: Value | None, before: dict[str, Any]) -> Outcome:
    try:
        fault = attempt.send(lambda cloud: attempt.control.act(cloud, state), attempt.control.reached)
        status, detail = attempt.judge(fault, attempt.control.reached)
    except Unfit as unfit:
        return attempt.end("failed", unfit.sentence, before)
    return attempt.end(status, detail, before, again=attempt.again_after(fault))


def _control(action: Action) -> Control[Any]:
    control = control_of(action)
    if control is None or action.how != "api":
        raise InputError("action", f"{action.name} is a step for a person; read it back instead of doing it")
    return control
