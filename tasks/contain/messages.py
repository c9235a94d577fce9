"""Why an act was not done, in sentences that a report can print."""

from tasks.errors import BadCredential, CloudError, Denied, NotFound, Throttled
from tasks.model.base import Sentence

KNOWN: dict[str, Sentence] = {
    "OperationDenied.SubUin": Sentence(
        zh="子用户或角色的凭证不能操作主账号的密钥；请主账号登录控制台禁用它。",
        en="A sub-user's or role's credential can't touch the main account's keys; disable it in the web console "
        "as the main account.",
    ),
    "OperationDenied.UinNotMatch": Sentence(
        zh="该密钥不属于这个用户。",
        en="The key does not belong to this user.",
    ),
    "FailedOperation.Unmodifiable": Sentence(
        zh="云端禁止修改这个用户（通常因为它不是自定义创建的子用户）。",
        en="The cloud forbids changes to this user, usually because it is no sub-user of one's own making.",
    ),
    "FailedOperation.ExistHighRiskOperations": Sentence(
        zh="云端因存在高风险操作而拒绝；请在控制台完成。",
        en="The cloud refused for high-risk operations; do it in the web console.",
    ),
    "FailedOperation.PolicyFull": Sentence(
        zh="策略数量已达上限；请先删除不用的策略。",
        en="The account has as many policies as it may; delete an unused one first.",
    ),
    "InvalidParameter.AttachmentFull": Sentence(
        zh="该身份绑定的策略数量已达上限；请先解绑一个。",
        en="As many policies are attached as may be; detach one first.",
    ),
    "InvalidParameter.PasswordViolatedRules": Sentence(
        zh="随机密码不符合账号的密码规则；请在控制台重置。",
        en="The random password broke the account's rules; reset it in the web console.",
    ),
}
"""What codes of CAM mean, by the comments on them in the vendor's SDK for Go (@144f6c8d, of 2026-08-21)."""


def refused(error: CloudError) -> Sentence:
    """Say why the cloud did not do it, and what mends it."""
    if error.code in KNOWN:
        return KNOWN[error.code]
    if isinstance(error, Denied):
        return _denied(error)
    if isinstance(error, BadCredential):
        return Sentence(
            zh=f"云端不接受本程序的凭证（{error.code}）；请换用有效的凭证。",
            en=f"The cloud does not accept this program's credential ({error.code}); give it a valid one.",
        )
    if isinstance(error, NotFound):
        return Sentence(
            zh=f"云端没有这个对象（{error.action}：{error.code}）；可能已被删除，或不属于这个用户。",
            en=f"The cloud has no such thing ({error.action}: {error.code}); it may be deleted, or another user's.",
        )
    if isinstance(error, Throttled):
        return Sentence(
            zh=f"云端一直限流（{error.action}），操作未执行。",
            en=f"The cloud kept throttling {error.action}; it was not done.",
        )
    return Sentence(
        zh=f"云端拒绝了 {error.action}（{error.code}）。",
        en=f"The cloud refused {error.action} ({error.code}).",
    )


def unread(error: CloudError) -> Sentence:
    """Say that a state could not be read."""
    if isinstance(error, Denied):
        return _denied(error)
    return Sentence(
        zh=f"无法读取状态（{error.action}：{error.code}）。",
        en=f"The state could not be read ({error.action}: {error.code}).",
    )


def unanswered(error: CloudError) -> Sentence:
    """Say that no answer came."""
    return Sentence(
        zh=f"{error.action} 没有得到回答（{error.code}），",
        en=f"{error.action} gave no answer ({error.code}); ",
    )


def joined(*parts: Sentence) -> Sentence:
    """Put sentences one after the other."""
    return Sentence(zh="".join(part.zh for part in parts), en=" ".join(part.en.strip() for part in parts))


def _denied(error: Denied) -> Sentence:
    return Sentence(
        zh=f"本程序的凭证没有权限 {error.action}；授予该权限后重试，或在控制台完成。",
        en=f"This program's credential lacks {error.action}; grant it and try again, or do it in the web console.",
    )
