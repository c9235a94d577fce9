"""Who may approve a plan, whether enough did, and what needs no approval."""

from collections.abc import Collection

from tasks.decide.identity import is_called, persons_of, same_name
from tasks.decide.sentences import both
from tasks.model.base import Line, Sentence, Value
from tasks.model.decision import Decision
from tasks.model.plan import Action, Approval, Plan
from tasks.model.policy import Policy
from tasks.model.principal import Principal


class Approved(Value):
    """Enough people approved these actions."""

    actions: tuple[Action, ...]
    by: tuple[Line, ...]


class Declined(Value):
    """Somebody who may decide said no."""

    by: Line


class AwaitingApprovals(Value):
    """So many approvals are still missing."""

    missing: int


def may_approve(name: str, policy: Policy, suspect_names: Collection[str], earlier: Collection[str]) -> Sentence | None:
    """Why this person may not approve; None where nothing is against it.

    Args:
        suspect_names: names and uins of the identity under suspicion, and of the person whose it is.
        earlier: who approved already.
    """
    person = same_name(name)
    if not person:
        return both("审批需要署名。", "An approval needs a name.")
    if _is_suspect(person, policy, suspect_names):
        return both(f"{name} 是被怀疑的身份本人，不能审批。", f"{name} is under suspicion and can't approve.")
    if person in {same_name(one) for one in earlier}:
        return both(f"{name} 已经审批过，需要另一个人。", f"{name} approved already; another person is needed.")
    approvers = {same_name(one.name) for one in policy.people if one.approver}
    if policy.people and person not in approvers:
        return both(f"{name} 不是策略文件中的审批人。", f"{name} is no approver in the policy file.")
    return None


def _is_suspect(person: str, policy: Policy, suspect_names: Collection[str]) -> bool:
    suspects = {same_name(one) for one in suspect_names}
    if person in suspects:
        return True
    identities = (one.principals for one in policy.people if same_name(one.name) == person)
    return any(same_name(text) in suspects for principals in identities for text in principals)


def suspect_names(suspect: Principal | None, policy: Policy) -> tuple[str, ...]:
    """Every name that the one under suspicion goes by."""
    if suspect is None:
        return ()
    people = persons_of(suspect, policy)
    also = (text for one in policy.people for text in one.principals if is_called(suspect, text))
    return tuple(dict.fromkeys((suspect.name, suspect.uin, *people, *also)))


def approval_state(
    plan: Plan, approvals: tuple[Approval, ...], policy: Policy, *, suspect: Principal | None
) -> Approved | Declined | AwaitingApprovals:
    """What the approvals of exactly this plan come to; the first no is final, and two approve only what both named."""
    names = suspect_names(suspect, policy)
    approvers: tuple[str, ...] = ()
    actions = plan.actions
    for approval in approvals:
        if approval.plan_hash != plan.hash or may_approve(approval.approver, policy, names, approvers) is not None:
            continue
        if not approval.actions:
            return Declined(by=approval.approver)
        if not any(action.name in approval.actions for action in plan.actions):
            continue
        approvers = (*approvers, approval.approver)
        actions = tuple(action for action in actions if action.name in approval.actions)
        if len(approvers) == policy.approvals_needed:
            return Approved(actions=actions, by=approvers) if actions else Declined(by=approval.approver)
    return AwaitingApprovals(missing=policy.approvals_needed - len(approvers))


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
