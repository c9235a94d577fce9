"""Who signs a text: the company that an SMS names in brackets, at its beginning or its end.

In China each SMS of a company bears its name in 【】, at most operators' own words stand beside it (Tencent Cloud, page
product/382/13299, read 2026-11-28). Forwarders and robots put labels of their own into the same brackets.
"""

import re
from enum import StrEnum


class Signature(StrEnum):
    """Whose a text is, as it is signed.

    cloud: Tencent Cloud's. product: another product's of Tencent. company: another company's. unclear: of two that
    can't both be. stranger: a name in square brackets, which anybody writes. nobody: not signed.
    """

    CLOUD = "cloud"
    PRODUCT = "product"
    COMPANY = "company"
    UNCLEAR = "unclear"
    STRANGER = "stranger"
    NOBODY = "nobody"


_SEEN = 2000  # characters at either end in which a signature stands
_TAG = re.compile(r"[【〖〔]\s{0,3}([^【】〖〗〔〕\n]{1,40})[】〗〕]")
_SQUARE = re.compile(r"\s{0,8}\[\s{0,3}([^\[\]\n]{2,40})\]")
_CLOUD = re.compile(r"腾讯云|腾讯科技|腾讯计算机|云安全中心|tencent ?cloud|qcloud", re.IGNORECASE)
_PRODUCT = re.compile(
    r"腾讯(?!云|科技|计算机)[^ ]{1,12}|(?:企业)?微信.{0,8}|QQ.{0,6}|财付通|理财通|WeChat.{0,6}|WeCom|WXWork"
    r"|王者荣耀|和平精英|全民K歌|TAPD|CODING|DNSPod|Foxmail",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:安全|账号|帐号|账户|登录|登陆|异地|异常|风险|重要|紧急|系统|平台|短信|消息|邮件|云|控制台|提醒|告警|报警|通知|预警|警报|警告|提示"
    r"|转发|高危|中危|低危|严重|测试|自动|内部|外部|运维|值班|事件|监控|审计|操作审计|站内信|公告|主账号|子账号|子用户|用户|来源|时间|地点"
    r"|标题|内容|方式|状态|级别|等级|类型|对象|详情|ID|IP|UID|UIN|SIM|卡|骚扰|垃圾|疑似|通信|管家|高频|号码"
    r"|sms|alert|alarm|notice|security|login|sign-?in|event|fwd|fw|test|prod|info|warn(?:ing)?|critical|external|ops|p\d"
    r"|[\s\d:/._#|~!！+-]){1,12}",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:^|[\n,;:：】〗〕」』”\"'>。！!])[\s*_>]{0,8}$")
_CARRIERS_NOTE = re.compile(r"中国(?:移动|联通|电信|广电).|手机管家|骚扰|安全助手|来电|通信管家")
_STOPS = ("。", "!", ".", "?", "\n", ")", "~", "】", ";")
_VALUE = re.compile(
    r"(?:地点?|城市|国家|地区|省份|区域|位置|IP|时间|方式|设备|用户名?|账号|平台|来源|为|是|于|在|[:=])$", re.IGNORECASE
)
"""What a value in brackets follows."""
_BEFORE_MAX = 12  # characters before a tag that say what it is
_SPEAKS = re.compile(r"(?:温馨)?(?:提醒|提示|通知)(?:您|你)|温馨提示")
_SIGNATURES_MAX = 2  # of one message: a company's own, and its SMS platform's
_LOGIN = re.compile(r"登[录陆入]|异地|log[- ]?in|sign[- ]?in", re.IGNORECASE)
_ADDED = re.compile(
    r"(?:sim|卡|from|to|来自|发件人?|time|date|device|timestamp|sentstamp|receivedstamp|时间|手机)[^\n]{0,50}"
    r"|\d{4}[-/]\d[^\n]{0,30}|[a-z][a-z0-9 +()_-]{0,30}|",
    re.IGNORECASE,
)
"""Lines that a forwarder adds: the SIM card, the time, the phone."""
_LINE_MAX = 60  # characters of a line that a forwarder puts before a message


def signature_of(text: str) -> Signature:
    """Whose a text is.

    Args:
        text: in ordinary width.
    """
    text = text if len(text) <= 2 * _SEEN else f"{text[:_SEEN]}\n{text[-_SEEN:]}"
    tags = [tag for tag in _TAG.finditer(text) if _CARRIERS_NOTE.search(tag[1]) is None]
    cloud = [tag for tag in tags if _CLOUD.search(tag[1])]
    if any(_begins(text, tag) for tag in cloud) or _by_square(text) is Signature.CLOUD:
        return Signature.CLOUD
    companies = (
        [] if _are_labels(tags) else [tag for tag in tags if tag not in cloud and not _LABEL.fullmatch(tag[1].strip())]
    )
    others = [tag for tag in companies if _signs(text, tag)]
    if not others:
        return Signature.CLOUD if cloud else _by_square(text)
    if cloud:
        return Signature.UNCLEAR
    return Signature.PRODUCT if any(_PRODUCT.fullmatch(tag[1].strip()) for tag in others) else Signature.COMPANY


def from_signature(text: str) -> str:
    """A text from Tencent Cloud's signature on, where it begins a message: before it stands what a forwarder says."""
    tags = (tag for tag in _TAG.finditer(text[:_SEEN]) if _CLOUD.search(tag[1]) and _begins(text, tag))
    first = next(tags, None)
    return text[first.start() :] if first else text


def _are_labels(tags: list[re.Match[str]]) -> bool:
    """Whether so many names stand in brackets that they are labels of what follows them."""
    return len({tag[1].strip() for tag in tags}) > _SIGNATURES_MAX


def _begins(text: str, tag: re.Match[str]) -> bool:
    """Whether a message begins with this tag: the text, a line of it, or what another message quotes."""
    before = text[: tag.start()]
    return not _is_last(text, tag) and (not before.strip() or _BEFORE.search(before[-_BEFORE_MAX:]) is not None)


def _signs(text: str, tag: re.Match[str]) -> bool:
    """Whether a company's name stands where a signature does, or says by itself that it speaks."""
    speaks = _SPEAKS.match(text[tag.end() : tag.end() + _BEFORE_MAX]) is not None
    return speaks or _at_the_beginning(text, tag) or _at_the_end(text, tag)


def _at_the_beginning(text: str, tag: re.Match[str]) -> bool:
    """Whether before a tag there are but labels, and lines of a forwarder."""
    lines = _TAG.sub("", text[: tag.start()]).split("\n")
    last = lines[-1].strip(" *_>")
    return (not last or last.endswith(":")) and all(len(line) < _LINE_MAX and not _LOGIN.search(line) for line in lines)


def _at_the_end(text: str, tag: re.Match[str]) -> bool:
    """Whether a tag ends a message, and is no value of what stands before it."""
    before = text[: tag.start()].rstrip()
    return _is_last(text, tag) and (before.endswith(_STOPS) or _VALUE.search(before[-_BEFORE_MAX:]) is None)


def _is_last(text: str, tag: re.Match[str]) -> bool:
    """Whether behind a tag there are but other tags, and lines of a forwarder."""
    first, *lines = _TAG.sub("", text[tag.end() :]).split("\n")
    return not first.strip(" .!。") and all(_ADDED.fullmatch(line.strip()) for line in lines)


def _by_square(text: str) -> Signature:
    """Whose a text is by a name in square brackets at its beginning."""
    square = _SQUARE.match(text)
    if square is None or _LABEL.fullmatch(square[1].strip()):
        return Signature.NOBODY
    return Signature.CLOUD if _CLOUD.search(square[1]) else Signature.STRANGER
