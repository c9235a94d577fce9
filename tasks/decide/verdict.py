"""How the incident ends, which containment is active then, and what comes next."""

from tasks.decide.sentences import both, shorten
from tasks.model.base import Sentence
from tasks.model.decision import Decision, Next, Verdict
from tasks.model.plan import Approval, Outcome, Plan, Status
from tasks.model.policy import Mode

DONE = frozenset[Status]({"done", "verified"})
"""States of an act of ours that took effect."""

SETTLED = DONE | frozenset[Status]({"attested", "skipped"})
"""States in which nothing is left to do; `skipped` means that it was so already."""

NOT_BEGUN = frozenset[Status]({"planned", "declined"})

POLICY = "policy"
"""Who stands behind what was done without approval."""

ALL_DONE = both("所有处置动作均已完成。", "Every action of containment is done.")

Ended = tuple[Verdict, tuple[Sentence, ...]]
"""An end, and why."""


def verdict(
    decision: Decision | None,
    plan: Plan,
    approvals: tuple[Approval, ...],
    outcomes: tuple[Outcome, ...],
    mode: Mode,
    *,
    put_back: tuple[Outcome, ...] = (),
    closed: bool = True,
) -> Ended:
    """The incident's end, and its reasons.

    Args:
        decision: None while facts are still gathered.
        plan: every action that was planned, of all rounds.
        approvals: every approval that was given, of all rounds.
        put_back: what came of rolling early containment back, where it proved harmless.
        closed: False while the procedure is still going on; until then a person is needed, whatever is done already.
    """
    if decision is None:
        return "needs_person", (both("事实尚未收集完。", "Facts are still being gathered."),)
    if not closed:
        found, why = _going_on()
    elif decision.course == "contain":
        found, why = _contained(plan, approvals, outcomes, mode)
    elif decision.course == "ignore":
        found, why = _ignored(outcomes, put_back)
    else:
        found, why = _unsettled(outcomes, put_back)
    return found, (*decision.reasons, *why)


def next_step(verdict: Verdict, affected: str) -> Next:
    """Support where resources are affected, else hardening; nothing where it was ignored, or step 6 was not reached."""
    if verdict == "ignored" or (verdict == "needs_person" and affected == "unknown"):
        return "none"
    return "contact_support" if affected == "yes" else "harden"


def active_containment(outcomes: tuple[Outcome, ...], put_back: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """What the API did and what was not rolled back since."""
    restored = {one.name for one in put_back if one.status in DONE}
    return tuple(one for one in _last(outcomes) if one.status in DONE and one.name not in restored)


def to_roll_back(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """What to roll back, last first: all that was done, and what may have been done though nobody could see it."""
    return tuple(one for one in reversed(_last(outcomes)) if one.before and one.status in (*DONE, "failed"))


def not_rolled_back(put_back: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """What could not be rolled back."""
    return tuple(one for one in put_back if one.status == "failed")


def _last(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The last outcome of each act of the API."""
    return tuple({one.name: one for one in outcomes if one.how == "api"}.values())


def _names(outcomes: tuple[Outcome, ...]) -> Sentence:
    return shorten(tuple(one.name for one in outcomes))


def _going_on() -> Ended:
    return "needs_person", (both("处置仍在进行或等待答复。", "The incident is still open, or waits for an answer."),)


def _ignored(outcomes: tuple[Outcome, ...], put_back: tuple[Outcome, ...]) -> Ended:
    """It proved harmless: early containment is rolled back, or a person has to do it."""
    left = not_rolled_back(put_back) or active_containment(outcomes, put_back)
    if left:
        names = _names(left)
        zh = f"事件已确认无害，但先行的处置未能全部恢复，请用 runbooks undo 撤销：{names.zh}。"
        en = f"It proved harmless, yet not all could be rolled back; undo it by `runbooks undo`: {names.en}."
        return "needs_person", (both(zh, en),)
    if put_back:
        return "ignored", (both("先行的处置已全部恢复原状。", "All early containment has been rolled back."),)
    return "ignored", ()


def _unsettled(outcomes: tuple[Outcome, ...], put_back: tuple[Outcome, ...]) -> Ended:
    """A question that nobody answered: early containment stays active and is named."""
    open_ = both("还有问题没有答案，需要有人处理。", "A question is open; a person is needed.")
    active = active_containment(outcomes, put_back)
    return "needs_person", (open_, *((_stays_active(active),) if active else ()))


def _stays_active(active: tuple[Outcome, ...]) -> Sentence:
    names = _names(active)
    zh = f"先行的处置仍然生效，可用 runbooks undo 撤销：{names.zh}。"
    return both(zh, f"Early containment is still active; `runbooks undo` rolls it back: {names.en}.")


def _contained(plan: Plan, approvals: tuple[Approval, ...], outcomes: tuple[Outcome, ...], mode: Mode) -> Ended:
    """It is to be contained: as far as its actions came."""
    if not plan.actions:
        return "needs_person", (_nobody(),)
    states = _states(plan, outcomes)
    if all(state in SETTLED for state in states.values()):
        return "contained", (ALL_DONE,)
    if all(state in NOT_BEGUN for state in states.values()):
        return _not_begun(approvals, states, mode)
    alone = tuple(one for one in active_containment(outcomes, ()) if one.by == POLICY)
    also = (_rest_declined(alone),) if alone and "declined" in states.values() else ()
    return "containment_incomplete", (_left(states), *also)


def _rest_declined(active: tuple[Outcome, ...]) -> Sentence:
    """Who declines the rest has not said that early containment was wrong, so it stays active and that is said."""
    names = _names(active)
    zh = f"其余被拒绝；先行的处置仍然生效，可用 runbooks undo 撤销：{names.zh}。"
    en = f"The rest was declined; early containment is still active, `runbooks undo` rolls it back: {names.en}."
    return both(zh, en)


def _states(plan: Plan, outcomes: tuple[Outcome, ...]) -> dict[str, Status]:
    """The last known state of each action of the plan."""
    seen: dict[str, Status] = {one.name: one.status for one in outcomes}
    return {action.name: seen.get(action.name, "planned") for action in plan.actions}


def _not_begun(approvals: tuple[Approval, ...], states: dict[str, Status], mode: Mode) -> Ended:
    if mode == "observe":
        zh, en = "观察模式：只列出计划，没有执行任何动作。", "Mode observe: the plan is shown and nothing was done."
        return "needs_person", (both(zh, en),)
    refused = bool(approvals) and all(not one.actions for one in approvals)
    if refused or all(state == "declined" for state in states.values()):
        return "declined", (both("处置计划被拒绝，没有执行任何动作。", "The plan was declined; nothing was done."),)
    if approvals or "declined" in states.values():
        return "containment_incomplete", (_left(states),)
    return "needs_person", (both("处置计划等待审批。", "The plan waits for an approval."),)


def _left(states: dict[str, Status]) -> Sentence:
    left = shorten(tuple(f"{name} ({state})" for name, state in states.items() if state not in SETTLED))
    return both(f"处置未完成：{left.zh}。", f"Containment is incomplete: {left.en}.")


def _nobody() -> Sentence:
    return both(
        "无法确定涉事身份是谁，没有可执行的处置，需要有人处理。",
        "Nobody can be named as the suspect, so nothing can be contained; a person is needed.",
    )
