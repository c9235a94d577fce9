"""Why a fact is not known, in words a report can print."""

from tasks.errors import BadCredential, CloudError, CloudTransient, Denied, Endless, Silent, Throttled
from tasks.model.base import Sentence
from tasks.model.fact import Unknown
from tasks.model.facts import Facts

NOBODY = Sentence(
    zh="不知道涉事身份是谁：操作审计未给出，告警中也没有能对上的身份。",
    en="Who is in question is not known: CloudAudit does not show it, and the alert names nobody of the account.",
)


BAD_CREDENTIAL = "the cloud does not accept the credential"
"""How the English sentence begins, by which `fatal` knows it again."""

MAIN_KEYS = "OperationDenied.SubUin"
NO_MAIN_KEYS = (
    "子用户的凭证看不到主账号的密钥，请由主账号在控制台查看。",
    "A sub-user's credential can't see the main account's keys; the owner can, in the console.",
)
REFUSED = ("{0} 被拒绝（{1}）。", "{0} was refused ({1}).")
WORDS: tuple[tuple[type[CloudError], tuple[str, str]], ...] = (
    (Denied, ("凭证缺少权限 {0}。", "The credential lacks the permission {0}.")),
    (
        BadCredential,
        (
            "云 API 不接受所用凭证（{1}）：请检查 TENCENTCLOUD_SECRET_ID 和 TENCENTCLOUD_SECRET_KEY。",
            BAD_CREDENTIAL + " ({1}): check TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY.",
        ),
    ),
    (
        Endless,
        (
            "{0} 没有读完：云 API 称还有更多，却不再给出新的内容。",
            "{0} was not read to its end: the cloud says that there is more, and gives nothing more.",
        ),
    ),
    (Throttled, ("{0} 持续被限频。", "{0} kept being throttled.")),
    (Silent, ("{0} 没有应答（{1}）。", "{0} did not answer ({1}).")),
    (CloudTransient, ("{0} 暂时出错（{1}）。", "{0} failed for the moment ({1}).")),
)
"""In Chinese and English, the first kind that fits; {0} is the action and {1} the code."""


def unknown(error: Exception) -> Unknown:
    """The fact that an error leaves behind."""
    if isinstance(error, Denied):
        return Unknown(reason=reason(error), permission=error.action)
    return Unknown(reason=reason(error))


def reason(error: Exception) -> Sentence:
    """One sentence for what went wrong."""
    if isinstance(error, CloudError):
        return _cloud_reason(error)
    if isinstance(error, TimeoutError):
        return Sentence(zh="在规定时间内没有查完。", en="The time for this source was over before it had answered.")
    kind = type(error).__name__
    return Sentence(zh=f"返回的内容无法识别（{kind}）。", en=f"The answer could not be understood ({kind}).")


def _cloud_reason(error: CloudError) -> Sentence:
    zh, en = next((words for kind, words in WORDS if isinstance(error, kind)), REFUSED)
    if error.code == MAIN_KEYS:
        zh, en = NO_MAIN_KEYS
    return Sentence(zh=zh.format(error.action, error.code), en=en.format(error.action, error.code))


def fatal(facts: Facts) -> CloudError | None:
    """The error that makes the whole gathering void: a credential that the cloud does not accept."""
    caller = facts.caller
    if isinstance(caller, Unknown) and caller.reason.en.startswith(BAD_CREDENTIAL):
        return BadCredential("sts:GetCallerIdentity", "AuthFailure", caller.reason.en)
    return None
