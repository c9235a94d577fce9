"""Who may decide, by the policy file."""

from collections.abc import Iterator

from tasks.decide.checkup.wording import danger, note, ok
from tasks.model.finding import Finding
from tasks.model.policy import Mode, Policy
from tasks.model.same_person import same_people


def judge_people(policy: Policy, mode: Mode) -> Iterator[Finding]:
    """Whether there is always somebody who may decide, and nobody else can."""
    approvers = tuple(one for one in policy.people if one.approver)
    if not approvers:
        yield _nobody(mode)
        return
    several = len(same_people(approvers))
    if several <= policy.approvals_needed:
        yield note(
            (
                f"审批人只有 {several} 位，需要 {policy.approvals_needed} 位：其中一位涉事或找不到，就没人能批。",
                f"{several} approvers, {policy.approvals_needed} needed: with one suspected or away nobody decides.",
            ),
            ("在 people 中再声明一位 approver: true。", "declare another one in `people`, with approver: true."),
        )
    unnamed = [one.name for one in approvers if not one.principals]
    if unnamed:
        yield note(
            (
                f"审批人 {'、'.join(unnamed)} 没有写名下身份：涉事时无法回避。",
                f"{', '.join(unnamed)} may approve, without principals declared: nothing bars them from their case.",
            ),
            ("写上 principals，最好是 uin。", "declare their principals, best by uin."),
        )
    if several > policy.approvals_needed and not unnamed:
        yield ok(f"审批人 {several} 位，各有名下身份。", f"{several} approvers, each with principals of their own.")


def _nobody(mode: Mode) -> Finding:
    mend = ("在策略文件的 people 中声明审批人。", "declare approvers in the policy file's `people`.")
    if mode == "observe":
        return note(
            ("没有声明审批人（observe 模式不需要审批）。", "no approver is declared; mode observe asks none."), mend
        )
    what = (
        f"{mode} 模式下没有声明审批人：任何署名都能批准遏制。",
        f"mode {mode}, and no approver is declared: any name may approve containment.",
    )
    return danger(what, mend)
