"""Why a fact is not known, in words a report can print."""

from tasks.errors import BadCredential, CloudError, CloudTransient, Denied, Silent, Throttled
from tasks.model.base import Sentence
from tasks.model.fact import Unknown

BAD_CREDENTIAL = "the cloud does not accept the credential"
"""How the English sentence begins, by which `fatal` knows it again."""


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
    name, code = error.action, error.code
    if isinstance(error, Denied):
        return Sentence(zh=f"凭证缺少权限 {name}。", en=f"The credential lacks the permission {name}.")
    if isinstance(error, BadCredential):
        return Sentence(
            zh=f"云 API 不接受所用凭证（{code}）：请检查 TENCENTCLOUD_SECRET_ID 和 TENCENTCLOUD_SECRET_KEY。",
            en=f"{BAD_CREDENTIAL} ({code}): check TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY.",
        )
    if isinstance(error, Throttled):
        return Sentence(zh=f"{name} 持续被限频。", en=f"{name} kept being throttled.")
    if isinstance(error, Silent):
        return Sentence(zh=f"{name} 没有应答（{code}）。", en=f"{name} did not answer ({code}).")
    if isinstance(error, CloudTransient):
        return Sentence(zh=f"{name} 暂时出错（{code}）。", en=f"{name} failed for the moment ({code}).")
    return Sentence(zh=f"{name} 被拒绝（{code}）。", en=f"{name} was refused ({code}).")
