"""Whether a text of the cloud ends before it says what happened: a long SMS of which only the first part came."""

import re

_MESSAGE = re.compile(r"[【\[] ?(?:腾讯云|tencent ?cloud) ?[】\]]([^\n]{0,400})$", re.IGNORECASE | re.MULTILINE)
_ABOUT = re.compile(r"账号|帐号|账户|帐户|子用户|协作者|account|sub-?user|您(?:的)?$", re.IGNORECASE)
_OPEN = re.compile(r"[(\[「“][^)\]」”\n]{0,80}$")
_ENDS = re.compile(
    r"(?:您的?|[的于在从由]|通过|使用|[,、:]|(?:于|在|\b(?:at|on|from)) ?[0-9][0-9年月日时分秒:./ -]{0,25})\s{0,3}$"
    r"|\b(?:your|the|an?|was|is|has|been|at|on|in|from|to|by|of|and|sub-?user)\s{0,3}$",
    re.IGNORECASE,
)
_NAMES_ONLY = re.compile(
    r"尊敬的|亲爱的|腾讯云|用户|客户|您好|你好|您的|您|你的|主账号|子账号|子用户|协作者|账号|帐号|账户|帐户|下的|北京时间|的|于|在|从"
    r"|\b(?:dear|user|customer|hello|hi|your|tencent|cloud|account|id|uin|sub)\b|[\W\d_]+",
    re.IGNORECASE,
)
"""Words that greet and name, and tell nothing."""


def is_cut(plain: str) -> bool:
    """Whether the message ends in a bracket, before its verb, or on a word after which something must come."""
    message = _MESSAGE.search(plain)
    if message is None or _ABOUT.search(message[1]) is None:
        return False
    said = message[1]
    return bool(_OPEN.search(said) or _ENDS.search(said)) or not _NAMES_ONLY.sub("", said)
