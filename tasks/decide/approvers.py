"""Who may decide on a plan: declared people, barred by the identities that they own and never by their own name."""

from collections.abc import Iterable, Mapping

from tasks.decide.identity import is_called
from tasks.decide.sentences import both
from tasks.model.base import Line, Sentence, Value
from tasks.model.person_name import compared
from tasks.model.plan import Plan
from tasks.model.policy import Person, Policy
from tasks.model.principal import Principal, PrincipalKind
from tasks.model.same_person import same_people


class Barred(Value):
    """A declared person who may not decide.

    Args:
        why: the identity in question that is the person's.
    """

    name: Line
    why: Sentence


class Approvers(Value):
    """Who may decide.

    Args:
        declared: whether anybody is declared to; if not, whoever gives a name is heard.
        needed: how many must approve.
        able: names of the declared people who may, those who are one person together.
        barred: the declared people who may not.
        spoken: names of those who decided already.
        no_names: what is no name of an approver where none is declared: what the identities in question are called.
    """

    declared: bool
    needed: int
    able: tuple[tuple[Line, ...], ...] = ()
    barred: tuple[Barred, ...] = ()
    spoken: tuple[Line, ...] = ()
    no_names: tuple[Line, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all who may decide."""
        return tuple(name for person in self.able for name in person)

    @property
    def enough(self) -> bool:
        """Whether there are as many as must approve."""
        return self.needed <= (len(self.able) if self.declared else 1)


def approvers_of(
    plan: Plan,
    policy: Policy,
    *,
    suspect: Principal | None,
    known: Iterable[Principal] = (),
    also: Iterable[Principal] = (),
) -> Approvers:
    """Who may decide on a plan: not who owns the identity under suspicion, nor any other that the plan is about.

    Args:
        known: the account's identities, by which a declared name is told from its namesakes.
        also: identities that are in question beside the plan's.
    """
    in_question = (*([suspect] if suspect else []), *(action.principal for action in plan.actions), *also)
    concerned = {_key(one): one for one in in_question}
    account = tuple({_key(one): one for one in (*known, *concerned.values())}.values())
    groups = same_people((one for one in policy.people if one.approver), lambda text: _identity(text, account))
    why = {one.name: _why_barred(one, concerned, account, suspect) for one in policy.people}
    for group in groups:  # who is one person is barred as one
        why |= dict.fromkeys((one.name for one in group), next((w for one in group if (w := why[one.name])), None))
    return Approvers(
        declared=bool(groups),
        needed=policy.approvals_needed,
        able=tuple(tuple(one.name for one in group) for group in groups if why[group[0].name] is None),
        barred=tuple(Barred(name=name, why=because) for name, because in why.items() if because is not None),
        no_names=tuple(dict.fromkeys(text for one in concerned.values() for text in (one.name, one.uin) if text)),
    )


def _key(principal: Principal) -> str:
    return principal.uin or principal.name


def _why_barred(
    person: Person, concerned: Mapping[str, Principal], account: tuple[Principal, ...], suspect: Principal | None
) -> Sentence | None:
    mine = (_key(one) for text in person.principals for one in owned(text, account))
    found = next((concerned[key] for key in mine if key in concerned), None)
    if found is None:
        return None
    if suspect is not None and _key(found) == _key(suspect):
        return both(f"{found.label} 是其本人的身份，正被怀疑", f"{found.label} is this person's and under suspicion")
    return both(f"{found.label} 是其本人的身份，在计划之内", f"{found.label} is this person's and in the plan")


def owned(text: str, account: Iterable[Principal]) -> tuple[Principal, ...]:
    """The identities that a declared principal stands for: by uin; else by name, and no role while a user has it."""
    if text.strip().isdigit():
        return tuple(one for one in account if one.uin == text.strip())
    called = tuple(one for one in account if is_called(one, text))
    users = tuple(one for one in called if one.kind is not PrincipalKind.ROLE)
    return users or called


def _identity(text: str, account: tuple[Principal, ...]) -> str:
    found = owned(text, account)
    return found[0].uin if len(found) == 1 and found[0].uin else compared(text)


def resolved(typed: str, approvers: Approvers) -> str | Sentence:
    """The one who may decide and is meant by what was typed, or why it is nobody, with the list of who may."""
    name = compared(typed)
    if not name:
        return both("审批需要署名。", "A decision needs a name.")
    barred = next((one for one in approvers.barred if compared(one.name) == name), None)
    if barred is not None:
        zh, en = f"{barred.name} 不能决定：{barred.why.zh}。", f"{barred.name} may not decide: {barred.why.en}."
        return both(f"{zh}{_who_may(approvers).zh}", f"{en} {_who_may(approvers).en}")
    if name in {compared(one) for one in approvers.spoken}:
        may = _who_may(approvers)
        return both(f"{typed} 已经决定过。{may.zh}", f"{typed} has decided already. {may.en}")
    if not approvers.declared:
        return _undeclared(typed, approvers)
    found = next((one for one in approvers.names if compared(one) == name), None)
    may = _who_may(approvers)
    return found or both(f"{typed} 不是声明的审批人。{may.zh}", f"{typed} is no declared approver. {may.en}")


def _undeclared(typed: str, approvers: Approvers) -> str | Sentence:
    """Where nobody is declared any name is heard, but for what the identities in question are called."""
    if compared(typed) in {compared(one) for one in approvers.no_names}:
        return both(
            f"{typed} 是被怀疑或计划内的身份，不能决定；请由另一个人署自己的名字。",
            f"{typed} is an identity under suspicion or in the plan; somebody else has to decide, by their own name.",
        )
    return " ".join(typed.split())


def _who_may(approvers: Approvers) -> Sentence:
    if not approvers.names:
        return nobody_left(approvers) if approvers.declared else both("", "")
    return both(f"可以决定的人：{'、'.join(approvers.names)}。", f"These may: {', '.join(approvers.names)}.")


def nobody_left(approvers: Approvers) -> Sentence:
    """Why a plan can't be approved by those who are declared, and what to do."""
    zh_who = "；".join(f"{one.name}（{one.why.zh}）" for one in approvers.barred)
    en_who = "; ".join(f"{one.name} ({one.why.en})" for one in approvers.barred)
    zh = f"需要 {approvers.needed} 人批准，声明的审批人中只有 {len(approvers.able)} 人可以决定"
    en = f"{approvers.needed} must approve, and of the declared approvers {len(approvers.able)} may decide"
    return both(
        f"{zh}{f'；不能决定的：{zh_who}' if zh_who else ''}。"
        "请在策略文件的 people 中声明另一位审批人（approver: true），例如主账号的所有者，"
        "再用 runbooks respond --again 重新处置。",
        f"{en}{f'; not: {en_who}' if en_who else ''}. Declare another approver in the policy file (`people:`, "
        "`approver: true`), such as the main account's owner, and answer it anew by `runbooks respond --again`.",
    )


def approval_notes(approvers: Approvers, missing: int) -> tuple[Sentence, ...]:
    """What stands beside a plan that waits: how many are missing, who said what counts, and who may not decide."""
    if not approvers.declared:
        return (
            both(
                "没有声明审批人，任何署名都算；报告会写明。声明审批人：策略文件 people 中的 approver: true。",
                "No approver is declared, so any name counts, and the report says so. To declare one: `people:` with "
                "`approver: true` in the policy file.",
            ),
        )
    who, spoken = "、".join(approvers.names), "、".join(approvers.spoken)
    awaited = both(f"还需 {missing} 人批准：{who}。", f"Still to approve: {missing} of {', '.join(approvers.names)}.")
    heard = both(f"已经决定的：{spoken}。", f"These have decided: {', '.join(approvers.spoken)}.")
    barred = (
        both(f"{one.name} 不能决定：{one.why.zh}。", f"{one.name} may not decide: {one.why.en}.")
        for one in approvers.barred
    )
    return (awaited, *((heard,) if approvers.spoken else ()), *barred)
