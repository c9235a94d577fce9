"""Whether enough people approved a plan, and what needs no approval.

The rule. Each person's first word on a plan counts, and no other; persons are counted, not spellings (`approvers`).
Where one approval is needed, one word decides, yes or no. Where two are needed an action is approved once two named it;
a no by itself ends nothing: it stands once no action can be named by two any more, for too many said no. So it does not
matter in which order people answer, and nobody alone can stop what two others approve.
"""

from collections.abc import Iterable

from tasks.decide.approvers import Approvers, approvers_of, resolved
from tasks.model.base import Line, Value
from tasks.model.decision import Decision
from tasks.model.plan import Action, Approval, Plan
from tasks.model.policy import Policy
from tasks.model.principal import Principal


class Approved(Value):
    """Enough people approved these actions."""

    actions: tuple[Action, ...]
    by: tuple[Line, ...]


class Declined(Value):
    """The plan can't be approved any more, for these said no, or agreed on nothing."""

    by: tuple[Line, ...]


class AwaitingApprovals(Value):
    """So many approvals are still missing, and these may give one."""

    missing: int
    of: Approvers


class NobodyLeft(Value):
    """Fewer people may decide than must approve: it is told and not asked."""

    of: Approvers


ApprovalState = Approved | Declined | AwaitingApprovals | NobodyLeft


def approval_state(
    plan: Plan,
    approvals: tuple[Approval, ...],
    policy: Policy,
    *,
    suspect: Principal | None,
    known: Iterable[Principal] = (),
    also: Iterable[Principal] = (),
) -> ApprovalState:
    """What the approvals of exactly this plan come to, by the rule above.

    Args:
        known: the account's identities, by which declared people are told from namesakes.
        also: identities whose owners may not decide, beside the plan's.
    """
    approvers = approvers_of(plan, policy, suspect=suspect, known=known, also=also)
    if not approvers.enough:
        return NobodyLeft(of=approvers)
    words = _first_words(plan, approvals, approvers)
    spoken = tuple(words.values())
    if approvers.needed == 1:
        return _one_word(plan, spoken, approvers)
    left = len(approvers.able) - len(spoken)
    votes = {action.name: sum(action.name in word.actions for word in spoken) for action in plan.actions}
    agreed = tuple(action for action in plan.actions if votes[action.name] >= approvers.needed)
    if agreed:
        return Approved(actions=agreed, by=_who(word for word in spoken if word.actions))
    if all(count + left < approvers.needed for count in votes.values()):
        return Declined(by=_who(word for word in spoken if not word.actions) or _who(spoken))
    spent = tuple(name for person in words for name in person)
    silent = tuple(one for one in approvers.able if one not in words)
    approvers = approvers.model_copy(update={"able": silent, "spoken": spent})
    return AwaitingApprovals(
        missing=max(1, approvers.needed - sum(bool(word.actions) for word in spoken)), of=approvers
    )


def _one_word(plan: Plan, spoken: tuple[Approval, ...], approvers: Approvers) -> ApprovalState:
    """Where one approval is needed: the first word."""
    if not spoken:
        return AwaitingApprovals(missing=1, of=approvers)
    first = spoken[0]
    named = tuple(action for action in plan.actions if action.name in first.actions)
    return Approved(actions=named, by=(first.approver,)) if named else Declined(by=(first.approver,))


def _first_words(plan: Plan, approvals: tuple[Approval, ...], approvers: Approvers) -> dict[tuple[str, ...], Approval]:
    """The first word of each person who may decide, on this plan; who names only what is not in it said nothing."""
    names = {action.name for action in plan.actions}
    words: dict[tuple[str, ...], Approval] = {}
    for word in approvals:
        who = resolved(word.approver, approvers)
        if word.plan_hash != plan.hash or not isinstance(who, str) or (word.actions and not names & set(word.actions)):
            continue
        person = next((one for one in approvers.able if who in one), (who,))
        words.setdefault(person, word)
    return words


def _who(words: Iterable[Approval]) -> tuple[str, ...]:
    return tuple(word.approver for word in words)


def automatic(plan: Plan, policy: Policy, decision: Decision) -> tuple[Action, ...]:
    """What runs without approval in mode `auto`: named in the policy, undoable, by the API, and nothing is unknown."""
    if decision.course != "contain" or any(answer.value == "unknown" for answer in decision.answers):
        return ()
    return by_policy(plan, policy)


def by_policy(plan: Plan, policy: Policy) -> tuple[Action, ...]:
    """The actions of a plan that the policy lets run without approval."""
    return tuple(action for action in plan.actions if _runs_alone(action, policy))


def _runs_alone(action: Action, policy: Policy) -> bool:
    return action.kind.value in policy.auto_actions and action.undo is not None and action.how == "api"
