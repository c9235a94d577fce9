"""What the runner's identity may do, beside what it needs."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from tasks.decide.checkup.wording import danger, note, ok, unknown
from tasks.decide.sentences import LISTED, both
from tasks.model.base import Sentence
from tasks.model.finding import Finding
from tasks.model.policy import Mode

ALL_OF_IT = ("*", "*:*", "cam:*")
"""Patterns that let everything, or let one's own rights be anything."""

TO_LEAST = (
    "改为只附加 `runbooks policy` 打印的策略。",
    "attach the policy that `runbooks policy` prints, and nothing else.",
)


class Granted(NamedTuple):
    """One statement of a policy that is attached.

    Args:
        actions: patterns such as `cam:Get*`.
        everywhere: whether it holds for every resource, without a condition.
    """

    allow: bool
    actions: tuple[str, ...]
    everywhere: bool


class Needed(NamedTuple):
    """What a mode can call, and what it is called for."""

    what_for: Sentence
    actions: tuple[str, ...]


def judge_permissions(
    granted: tuple[Granted, ...], boundary: tuple[Granted, ...] | None, needed: tuple[Needed, ...]
) -> Iterator[Finding]:
    """What is missing, and what can't be told.

    Args:
        boundary: the permission boundary's statements; None where there is none.
    """
    limits = [granted] if boundary is None else [granted, boundary]
    states = {action: min(_state(each, action) for each in limits) for need in needed for action in need.actions}
    if all(state == _YES for state in states.values()):
        yield ok(f"所需的 {len(states)} 项权限都有。", f"all {len(states)} permissions that it needs are there.")
    for need in needed:
        missing = [action for action in need.actions if states[action] == _NO]
        if missing:
            yield danger(
                (
                    f"缺少权限（{need.what_for.zh}）：{'、'.join(missing)}。",
                    f"no permission for {need.what_for.en}: {', '.join(missing)}.",
                ),
                ("按 `runbooks policy` 补上。", "add it, as `runbooks policy` prints it."),
            )
    doubtful = [action for action, state in states.items() if state == _PERHAPS]
    if doubtful:
        what = both(
            f"这些权限带有条件或只限部分资源，无法断定是否够用：{_few(doubtful)[0]}。",
            f"only on a condition or for some resources, so whether it suffices can't be told: {_few(doubtful)[1]}.",
        )
        yield unknown(what, ("去掉条件，资源写 `*`。", "drop the condition, and write `*` for the resources."))


def judge_excess(
    granted: tuple[Granted, ...],
    admin: tuple[str, ...],
    needed: tuple[Needed, ...],
    writes: tuple[str, ...],
    mode: Mode,
) -> Finding:
    """What the identity may do that it does not need.

    Args:
        admin: names of attached policies that grant everything.
        writes: what only modes approve and auto call.
    """
    allowed = [pattern for one in granted if one.allow for pattern in one.actions]
    whole = [pattern for pattern in allowed if _bare(pattern) in ALL_OF_IT]
    if admin or whole:
        held = "、".join(admin or whole), ", ".join(admin or whole)
        what = (
            f"权限过大（{held[0]}）：拿到这把密钥的人就拥有整个账号。",
            f"far too much ({held[1]}): whoever gets this key has the whole account.",
        )
        return danger(what, TO_LEAST)
    changing = [action for action in writes if mode == "observe" and any(_matches(each, action) for each in allowed)]
    if changing:
        few = _few(changing)
        what = (
            f"observe 模式什么也不改，却可以调用 {few[0]}。",
            f"mode observe changes nothing, and yet it may call {few[1]}.",
        )
        return danger(
            what,
            ("改用 `runbooks policy --mode observe` 的策略。", "attach what `runbooks policy --mode observe` prints."),
        )
    wanted = {action.lower() for need in needed for action in need.actions}
    beyond = list(dict.fromkeys(pattern for pattern in allowed if _bare(pattern) not in wanted))
    if beyond:
        few = _few(beyond)
        return note((f"多于所需：{few[0]}。", f"more than it needs: {few[1]}."), TO_LEAST)
    return ok("没有多余的权限。", "no permission is more than it needs.")


_NO, _PERHAPS, _YES = range(3)


def _state(granted: Iterable[Granted], action: str) -> int:
    """Whether an action is allowed; a denial wins over whatever allows (page 598/10605, of 2024-10-11)."""
    matching = [one for one in granted if any(_matches(pattern, action) for pattern in one.actions)]
    if any(not one.allow and one.everywhere for one in matching):
        return _NO
    allowing = [one for one in matching if one.allow]
    if not allowing:
        return _NO
    denied_somewhere = any(not one.allow for one in matching)
    return _YES if any(one.everywhere for one in allowing) and not denied_somewhere else _PERHAPS


def _matches(pattern: str, action: str) -> bool:
    return fnmatchcase(action.lower(), _bare(pattern))


def _bare(pattern: str) -> str:
    """A pattern as it is compared; policies may write `name/` before it."""
    return pattern.lower().removeprefix("name/")


def _few(found: list[str]) -> tuple[str, str]:
    more = len(found) - LISTED
    shown = found[:LISTED]
    rest = (f"等 {len(found)} 项", f" and {more} more") if more > 0 else ("", "")
    return "、".join(shown) + rest[0], ", ".join(shown) + rest[1]
