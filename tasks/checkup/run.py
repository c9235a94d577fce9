"""Every check, one after the other; one that breaks never ends the others.

A further check is a function that yields findings, and its line in `CHECKS`.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from tasks.checkup import machine, services
from tasks.checkup.account import Account, not_known
from tasks.decide.checkup.wording import unknown
from tasks.decide.sentences import both
from tasks.errors import CloudError, RunbookError
from tasks.model.base import Sentence
from tasks.model.finding import Checked, Finding, Grade
from tasks.model.policy import Mode


class Check(NamedTuple):
    """One check: its name for scripts, its title for people, and what it finds."""

    name: str
    title: Sentence
    look: Callable[[], Iterable[Finding]]


def checks(mode: Mode | None) -> tuple[Check, ...]:
    """All checks, in the order in which they are told.

    Args:
        mode: whose permissions are wanted; None for the policy file's.
    """
    account = Account(mode)
    return (
        Check("clock", both("时钟", "clock"), account.clock),
        Check("credential", both("凭证", "credential"), account.credential),
        Check("permissions", both("权限", "permissions"), account.permissions),
        Check("people", both("审批人", "people"), partial(machine.people, mode)),
        Check("intake", both("入口", "intake"), machine.intake),
        Check("modes", both("文件权限", "files"), machine.modes),
        Check("disk", both("磁盘", "disk"), machine.disk),
        Check("databases", both("数据库", "databases"), services.databases),
        Check("engine", both("引擎", "engine"), services.engine),
    )


def run(every: Iterable[Check]) -> Iterator[Checked]:
    """Look, and tell each finding as it comes."""
    for check in every:
        for finding in _guarded(check):
            yield Checked(check=check.name, title=check.title, finding=finding)


def dangerous(found: Iterable[Checked]) -> bool:
    """Whether anything has to be mended before the runner is relied on."""
    return any(one.finding.grade is Grade.DANGER for one in found)


def _guarded(check: Check) -> Iterator[Finding]:
    try:
        yield from check.look()
    except CloudError as exc:
        yield not_known(exc)
    except RunbookError as exc:
        yield unknown(both(f"没查成：{exc}", f"it could not be looked at: {exc}"), ("按其说明处理。", "do as it says."))
    except Exception as exc:  # noqa: BLE001 - whatever one check meets, the others still look; its words may hold a secret
        kind = type(exc).__name__
        yield unknown(
            both(f"没查成（{kind}）。", f"it could not be looked at ({kind})."),
            ("这是本程序的缺陷，请报告。", "this is a defect of ours: report it."),
        )
