"""Whose the runner's key is."""

from tasks.decide.checkup.wording import danger, note, ok
from tasks.model.facts import Caller
from tasks.model.finding import Finding
from tasks.model.policy import Policy
from tasks.model.principal import PrincipalKind

A_USER_OF_ITS_OWN = (
    "在 CAM 为本程序单建子用户或角色（不开控制台），附加 `runbooks policy` 的策略，换用其密钥并删除这把。",
    "make a sub-user or role for this program, attach what `runbooks policy` prints, use its key, delete this one.",
)


def judge_owner(caller: Caller, names: frozenset[str], policy: Policy, suspects: frozenset[str]) -> Finding:
    """Whether the key belongs to nobody who is or can be a suspect, or holds all.

    Args:
        names: what the key's owner is called, where that is known.
        suspects: whom open incidents are about, by name or uin.
    """
    ids = {each.casefold() for each in (caller.uin, *names)}
    if any(each.casefold() in ids for each in suspects):
        what = (
            f"有未结事件正是关于密钥所有者 {caller.uin} 的：入侵者可能也握有这把密钥。",
            f"an open incident is about the key's own owner ({caller.uin}): the intruder may hold this key, too.",
        )
        return danger(what, A_USER_OF_ITS_OWN)
    if caller.kind is PrincipalKind.MAIN:
        what = (
            f"密钥属于主账号 {caller.account}：什么策略都约束不了它，而被盗的可能正是主账号。",
            f"the key is the main account's ({caller.account}): no policy binds it, and it may be the stolen one.",
        )
        return danger(what, A_USER_OF_ITS_OWN)
    owners = tuple(one.name for one in policy.people if any(text.casefold() in ids for text in one.principals))
    if owners:
        what = (
            f"密钥属于策略文件中的 {'、'.join(owners)}（{caller.uin}）：此人一旦涉事，本程序就不能对其处置。",
            f"the key is {', '.join(owners)}'s ({caller.uin}): once that person is the suspect, the runner can't act.",
        )
        return danger(what, A_USER_OF_ITS_OWN)
    if caller.kind is PrincipalKind.ROLE:
        return ok(f"角色 {caller.uin} 的临时凭证。", f"a temporary credential of the role {caller.uin}.")
    return ok(f"子用户 {caller.uin} 的密钥。", f"a key of the sub-user {caller.uin}.")


def judge_console(uin: str, *, console: bool | None) -> Finding | None:
    """Whether people can log in as the runner; None where it is not known that they could."""
    if not console:
        return None
    what = (
        f"子用户 {uin} 可以登录控制台：密码被盗就等于本程序被盗。",
        f"the sub-user {uin} can log in to the console: whoever gets its password is the runner.",
    )
    return note(what, ("在 CAM 关闭它的控制台登录。", "switch its console login off in CAM."))
