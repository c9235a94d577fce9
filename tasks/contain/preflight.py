"""The last check before an act: the runbook never locks itself out."""

from tasks.cloud.api import Api
from tasks.cloud.identity import Signer, signer
from tasks.contain.again import may_pass
from tasks.contain.messages import joined, unread
from tasks.errors import CloudError
from tasks.model.base import Sentence
from tasks.model.plan import Action, ActionKind

POWERLESS_ON_MAIN = (ActionKind.QUARANTINE, ActionKind.DISABLE_CONSOLE_LOGIN, ActionKind.RESET_PASSWORD)
"""No policy binds the main account, which owns everything: page 598/10605 (of 2024-10-11, read 2026-11-28)."""


class NotNow(Sentence):
    """Why an act must not be done for now, though perhaps later."""


_UNSURE = Sentence(
    zh="无法确认本程序自己的身份，故不操作。",
    en="Whom this program itself acts as could not be made sure, so nothing was done.",
)


def recheck(cloud: Api, action: Action) -> Sentence | None:
    """Return why the action must not be done now; None where it may.

    Args:
        cloud: what is tried again is its business.
    """
    try:
        us = signer(cloud)
    except CloudError as error:
        why = joined(_UNSURE, unread(error))
        return NotNow(zh=why.zh, en=why.en) if may_pass(error) else why
    if not us.user:
        return _UNSURE
    if _is_us(us, action):
        return Sentence(
            zh=f"{action.principal.label} 正是本程序自己使用的身份，对它操作会使处置中断，故拒绝；"
            "请换用另一凭证或在控制台完成。",
            en=f"{action.principal.label} is the identity that this program itself uses; to act on it would cut "
            "the response off, so it is refused. Use another credential or the web console.",
        )
    if action.principal.uin == us.account and action.kind in POWERLESS_ON_MAIN:
        return Sentence(
            zh="主账号不受该操作约束，只能由本人在控制台处理。",
            en="This has no power over the main account; only its owner can do it, in the web console.",
        )
    return None


def _is_us(us: Signer, action: Action) -> bool:
    """Compare with who signs and who assumed the role; a key may go where another one signs."""
    if action.principal.uin not in us.ids:
        return False
    return action.kind is not ActionKind.DISABLE_ACCESS_KEY or us.key_id in ("", action.target)
