"""Take every permission away from a sub-user, collaborator or role by a policy that denies all."""

import json
from typing import ClassVar

from tasks.cloud import policies, writes
from tasks.cloud.api import Api
from tasks.cloud.policies import PolicyStatement
from tasks.contain.control import Control, Unfit
from tasks.errors import CloudRefused, CloudTransient
from tasks.model.base import Sentence, Value
from tasks.model.principal import PrincipalKind

NAME = "tencent-runbooks-quarantine"
NAMES = (NAME, *(f"{NAME}-{n}" for n in range(2, 10)))
"""Names in the order in which they are tried: somebody else may hold one with another document."""

DENY_ALL = {"version": "2.0", "statement": [{"effect": "deny", "action": ["*"], "resource": ["*"]}]}
"""A denial that matches wins over whatever allows: page 598/10605 (of 2024-10-11). Where it may not hold, such as for
billing, says page tencentcloud.com 598/58417. Both read 2026-11-28."""

DESCRIPTION = "Denies everything; attached by an incident runbook. 应急处置：拒绝一切操作。"


class AttachedPolicy(Value):
    """A policy attached to the principal directly."""

    id: int
    name: str


class QuarantineState(Value):
    """What is attached.

    Args:
        boundary: id of the permission boundary; None where there is none or it could not be read.
        quarantine: ids of attached policies that are ours and do deny all.
    """

    policies: tuple[AttachedPolicy, ...]
    boundary: int | None = None
    quarantine: tuple[int, ...] = ()


class QuarantineControl(Control[QuarantineState]):
    """The policies of the principal; ours counts only where its document was read and denies all."""

    state = QuarantineState
    readable: ClassVar[bool] = True

    def read(self, cloud: Api) -> QuarantineState:
        """Read the attached policies, the boundary, and what our policies really say."""
        attached = sorted(policies.attached_policies(cloud, self.who, direct=True))
        ours = [found.id for found in attached if found.name in NAMES]
        return QuarantineState(
            policies=tuple(AttachedPolicy(id=found.id, name=found.name) for found in attached),
            boundary=self._boundary(cloud),
            quarantine=tuple(found for found in ours if denies_all(policies.statements(cloud, found))),
        )

    def reached(self, state: QuarantineState) -> bool:
        """A policy of ours that denies all is attached."""
        return bool(state.quarantine)

    def act(self, cloud: Api, before: QuarantineState | None) -> None:  # noqa: ARG002 - the same whatever it was
        """Find or create the policy and attach it."""
        policy = quarantine_policy(cloud)
        if self._role:
            writes.attach_to_role(cloud, policy, self.who.uin)
        else:
            writes.attach_to_user(cloud, policy, self.who.uin)

    def restored(self, before: QuarantineState, state: QuarantineState) -> bool:
        """No policy of ours is attached that was not attached before."""
        return not _added(before, state)

    def restore(self, cloud: Api, before: QuarantineState) -> None:
        """Detach what we attached; the unused policy stays in the account, for others may be held by it."""
        for policy in _added(before, self.read(cloud)):
            if self._role:
                writes.detach_from_role(cloud, policy, self.who.uin)
            else:
                writes.detach_from_user(cloud, policy, self.who.uin)

    def tell(self, state: QuarantineState) -> Sentence:
        """Say whether it is in force."""
        if state.quarantine:
            ids = ", ".join(str(each) for each in state.quarantine)
            return Sentence(
                zh=f"拒绝一切操作的隔离策略（{ids}）已绑定；已登录的会话仍在，但已无权限。",
                en=f"The policy that denies everything ({ids}) is attached; open sessions live on without any power.",
            )
        return Sentence(zh="没有绑定隔离策略。", en="No quarantine policy is attached.")

    @property
    def _role(self) -> bool:
        return self.who.kind is PrincipalKind.ROLE

    def _boundary(self, cloud: Api) -> int | None:
        """Read it for the record only: the act never touches it, so a refusal does not matter."""
        if self._role:
            return None
        try:
            found = policies.boundary(cloud, self.who)
        except CloudRefused:
            return None
        return found.id if found else None


def denies_all(said: tuple[PolicyStatement, ...]) -> bool:
    """Whether a policy denies everything to whom it is attached, whatever else it says."""
    return any(
        one.effect == "deny" and "*" in one.actions and "*" in one.resources and not one.narrowed for one in said
    )


def quarantine_policy(cloud: Api) -> int:
    """Return the id of a policy that denies all; create it where there is none."""
    known = {found.name: found.id for found in policies.policies_named(cloud, NAME)}
    for name in NAMES:
        policy = _checked(cloud, known[name]) if name in known else _created(cloud, name)
        if policy is not None:
            return policy
    raise Unfit(
        f"所有隔离策略名（{NAMES[0]} 至 {NAMES[-1]}）都已被内容不同的策略占用。",
        f"Every name for the quarantine policy ({NAMES[0]} to {NAMES[-1]}) is taken by a policy that says otherwise.",
    )


def _created(cloud: Api, name: str) -> int | None:
    """Create it, then look who holds the name: where it was taken meanwhile, or no answer came, that tells."""
    silence: CloudTransient | None = None
    try:
        writes.create_policy(cloud, name, json.dumps(DENY_ALL, separators=(",", ":")), DESCRIPTION)
    except CloudTransient as error:
        silence = error
    except CloudRefused as refusal:
        if refusal.code != "FailedOperation.PolicyNameInUse":
            raise
    holder = _holder(cloud, name)
    if holder is None and silence:
        raise silence
    return None if holder is None else _checked(cloud, holder)


def _holder(cloud: Api, name: str) -> int | None:
    return next((found.id for found in policies.policies_named(cloud, name) if found.name == name), None)


def _checked(cloud: Api, policy: int) -> int | None:
    return policy if denies_all(policies.statements(cloud, policy)) else None


def _added(before: QuarantineState, state: QuarantineState) -> list[int]:
    kept = {policy.id for policy in before.policies}
    return [policy.id for policy in state.policies if policy.name in NAMES and policy.id not in kept]
