"""Undo a containment: make it again exactly what the ledger kept, and nothing more."""

import hashlib
from itertools import count
from typing import Any

from tasks.contain.attempt import UNREAD, Attempt
from tasks.contain.control import Control, Unfit
from tasks.contain.messages import joined, unread
from tasks.contain.registry import control_of
from tasks.contain.responder import Responder
from tasks.decide.action_texts import UNDO_EFFECTS
from tasks.errors import CloudError
from tasks.ledger.kept import outcome_of
from tasks.ledger.rows import Claim, ClaimState
from tasks.model.base import Sentence, Value
from tasks.model.kept import read_kept
from tasks.model.plan import Action, Outcome, Status

PREFIX = "undo_"
CLAIMED = 12
"""How much of an outcome's digest its claim in the ledger holds; another length would claim anew what was claimed."""
"""Of the ledger's kinds of action."""

_PLAIN = ("kind", "target", "how", "status", "before", "request_ids", "by", "at")
_BOUND: dict[str, Any] = dict.fromkeys(_PLAIN, True) | {"principal": {"kind", "uin", "name"}, "detail": {"zh", "en"}}
"""Fields of an outcome by which its undoing is known: no more, or a field that a version adds would undo it again."""

_RESTORED = Sentence(zh="已恢复原状：", en="It is again what it was:")
_AS_BEFORE = Sentence(zh="已与处置前一致，未做改动：", en="It is as it was before, nothing was changed:")
_NOT_OURS = Sentence(
    zh="该处置没有改动任何东西，无可撤销。", en="That action changed nothing, so there is nothing to undo."
)
_CHANGED = Sentence(
    zh="处置之后又被改动过，因此不撤销，请在控制台查看：",
    en="It was changed since it was contained, so it is not undone; look in the web console:",
)
_FOR_GOOD = Sentence(zh="该处置无法通过接口撤销。", en="That action can't be undone by the API.")
_BLIND = Sentence(
    zh="处置前的状态未能读取，无法确知应恢复成什么；请在控制台处理。",
    en="The state before could not be read, so what to restore is not known; use the web console.",
)


def undo(responder: Responder, outcome: Outcome, *, by: str) -> Outcome:
    """Undo what an outcome says was done; the result's `before` is what was found when it was undone.

    A second call does nothing and says the same, unless the first failed.

    Args:
        by: who asked for it.
    """
    action = action_of(outcome)
    claim = _claimed(responder, outcome)
    if claim.state is ClaimState.DONE:
        return outcome_of(claim.action)
    control = control_of(action)
    barred = _barred(outcome, control)
    if barred or control is None:
        status: Status = "skipped" if barred is _NOT_OURS else "failed"
        result = Outcome.of(action, status, barred or _FOR_GOOD, by=by, at=responder.now())
    else:
        what = f"state before {action.name} of incident {responder.incident_id}"
        before = read_kept(control.state, outcome.before, what=what)
        result = _restored(Attempt(responder, control, claim.action, by), before, outcome.after)
    return responder.confirm(claim.action, result)


def _claimed(responder: Responder, outcome: Outcome) -> Claim:
    """Claim the undoing; where it failed it is claimed anew, for it looks before it restores."""
    for attempt in count():
        bound = digest_of(outcome)[:CLAIMED] + (f".{attempt}" if attempt else "")
        claim = responder.claim(PREFIX + outcome.kind, outcome, plan_hash=bound)
        if claim.state is not ClaimState.DONE or claim.action.status != "failed":
            break
    return claim


def _restored(attempt: Attempt[Any], before: Value, left: dict[str, Any]) -> Outcome:
    """Look whether it is as before, else restore it once and look again; not what somebody changed since."""

    def restored(state: Value) -> bool:
        return attempt.control.restored(before, state)

    try:
        seen = attempt.look()
        if isinstance(seen, CloudError):
            return attempt.end("failed", unread(seen))
        found = attempt.kept if attempt.kept is not None else seen.model_dump(mode="json")
        if attempt.control.restored(before, seen):
            return attempt.end("verified", joined(_AS_BEFORE, attempt.control.tell(seen)), found)
        if attempt.kept is None and not _as_left(attempt, seen, left):
            return attempt.end("failed", joined(_CHANGED, attempt.control.tell(seen)), found)
        attempt.save(found)
        fault = attempt.send(lambda cloud: attempt.control.restore(cloud, before), restored)
        status, detail = attempt.judge(fault, restored)
    except Unfit as unfit:
        return attempt.end("failed", unfit.sentence)
    return attempt.end(status, joined(_RESTORED, detail) if status == "verified" else detail, found)


def _as_left(attempt: Attempt[Any], seen: Value, left: dict[str, Any]) -> bool:
    """Whether it is as containment left it: as it was read back then, else as containment wanted it."""
    return seen.model_dump(mode="json") == left if left else attempt.control.reached(seen)


def _barred(outcome: Outcome, control: Control[Any] | None) -> Sentence | None:
    if control is None or not control.reversible or outcome.how != "api":
        return _FOR_GOOD
    if outcome.status == "skipped" or not outcome.before:
        return _NOT_OURS
    return _BLIND if UNREAD in outcome.before else None


def is_reversible(outcome: Outcome) -> bool:
    """Whether the API can undo what was done, by what is known of it."""
    return _barred(outcome, control_of(action_of(outcome))) is None


def action_of(outcome: Outcome) -> Action:
    """The undoing as an action: what it does, and whom that lets in again."""
    who, effect = outcome.principal.label, UNDO_EFFECTS.get(outcome.kind, _FOR_GOOD)
    return Action(
        kind=outcome.kind,
        target=outcome.target,
        principal=outcome.principal,
        how=outcome.how,
        title=Sentence(zh=f"撤销 {outcome.kind}（{who}）", en=f"undo {outcome.kind} of {who}"),
        effect=effect,
        undo=None,
    )


def digest_of(outcome: Outcome) -> str:
    """Bind the undoing to exactly this outcome, as a plan's hash binds an action."""
    return hashlib.sha256(outcome.model_dump_json(include=_BOUND).encode()).hexdigest()
