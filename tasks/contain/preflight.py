"""The last gate before an act: the runbook never locks itself out."""

from typing import Any

from tasks.cloud.api import Api, Call
from tasks.cloud.products import STS
from tasks.cloud.retry import RetryingClient
from tasks.contain.messages import joined, unread
from tasks.errors import CloudError
from tasks.model.base import Sentence
from tasks.model.plan import Action, ActionKind

POWERLESS_ON_MAIN = (ActionKind.QUARANTINE, ActionKind.DISABLE_CONSOLE_LOGIN, ActionKind.RESET_PASSWORD)


def recheck(cloud: Api, action: Action) -> Sentence | None:
    """Return why the action must not be done now; None where it may."""
    try:
        caller = RetryingClient(cloud).call(Call(STS, "GetCallerIdentity", require=("UserId", "AccountId"))).body
    except CloudError as error:
        return joined(_unsure(), unread(error))
    if _is_caller(cloud, action, caller):
        return Sentence(
            zh=f"{action.principal.label} 正是本程序自己使用的身份，对它操作会使处置中断，故拒绝；"
            "请换用另一凭证或在控制台完成。",
            en=f"{action.principal.label} is the identity that this program itself uses; to act on it would cut "
            "the response off, so it is refused. Use another credential or the web console.",
        )
    if action.principal.uin == str(caller["AccountId"]) and action.kind in POWERLESS_ON_MAIN:
        return Sentence(
            zh="主账号不受该操作约束，只能由本人在控制台处理。",
            en="This has no power over the main account; only its owner can do it, in the web console.",
        )
    return None


def _is_caller(cloud: Api, action: Action, caller: dict[str, Any]) -> bool:
    """Compare with whom it is and whom its role was taken from; a key may go where it signs by another."""
    itself = {str(caller["UserId"]).split(":", maxsplit=1)[0], str(caller.get("PrincipalId") or "")}
    if action.principal.uin not in itself:
        return False
    return action.kind is not ActionKind.DISABLE_ACCESS_KEY or cloud.key_id in ("", action.target)


def _unsure() -> Sentence:
    return Sentence(
        zh="无法确认本程序自己的身份，故不操作。",
        en="Whom this program itself acts as could not be made sure, so nothing was done.",
    )
