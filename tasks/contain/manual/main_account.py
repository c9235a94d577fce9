"""The steps of the main account: password, protections and sessions have no call that does them."""

from tasks.cloud.flags import Flags, flags_of
from tasks.cloud.identity import caller
from tasks.contain.manual.step import (
    NOTHING_TO_READ,
    ManualStep,
    Seen,
    by_suspect,
    fresh_login,
    no_calls,
    not_shown,
    shown_by,
    statement,
)
from tasks.contain.messages import joined, unread
from tasks.errors import CloudError
from tasks.model.base import Sentence
from tasks.model.facts import Switch

PASSWORD_EVENTS = ("ChangeMailPassword",)
OFFSITE_EVENTS = ("SetOffsiteLoginFlag",)
PROTECTION_EVENTS = ("SetSafeAuthFlag",)
"""Events of `account`, by CloudAudit's list of them in tencentyun/intlcloud-documents@02ec31c2 (of 2024-12-24)."""


def password(step: ManualStep) -> Seen:
    """The event says it; nothing else does."""
    return _by_event(step, PASSWORD_EVENTS)


def offsite(step: ManualStep) -> Seen:
    """The flag says it; where it can't be read, the event does."""
    found = _flags(step)
    if isinstance(found, Sentence) or found.offsite is Switch.UNKNOWN:
        return _by_event_after(found, step, OFFSITE_EVENTS)
    if found.offsite is Switch.ON:
        return "verified", Sentence(zh="读回：异地登录保护已开启。", en="Read back: off-site login protection is on.")
    return "failed", Sentence(
        zh="已回答完成，但读回显示异地登录保护仍为关闭。",
        en="It was said to be done, but off-site login protection reads as off.",
    )


def protections(step: ManualStep) -> Seen:
    """Both flags say it; where they can't be read, the event does."""
    found = _flags(step)
    if isinstance(found, Sentence) or Switch.UNKNOWN in (found.login, found.operation):
        return _by_event_after(found, step, PROTECTION_EVENTS)
    if found.login is found.operation is Switch.ON:
        return "verified", Sentence(
            zh="读回：登录保护与操作保护均已开启。", en="Read back: login and operation protection are on."
        )
    return "failed", Sentence(
        zh="已回答完成，但读回显示登录保护或操作保护仍为关闭。",
        en="It was said to be done, but login or operation protection reads as off.",
    )


def sessions(step: ManualStep) -> Seen:
    """No event says that sessions were ended; only that the suspect acts no more, or still does."""
    calls = step.audit.still_in(step.uin)
    if isinstance(calls, CloudError):
        return "attested", joined(statement(step), unread(calls))
    if calls:
        last = max(calls, key=lambda each: each.at)
        return "failed", Sentence(
            zh=f"已回答完成，但可疑来源此后仍有操作：{last.name}，{last.at.isoformat()}，共 {len(calls)} 次。",
            en=f"It was said to be done, but the suspect still acted since: {last.name} at {last.at.isoformat()}, "
            f"{len(calls)} calls in all.",
        )
    return "attested", joined(statement(step), no_calls(step), fresh_login(step))


def _flags(step: ManualStep) -> Flags | Sentence:
    """The flags of the step's account, or why they can't be read."""
    try:
        return flags_of(step.cloud, step.uin, caller(step.cloud))
    except CloudError as error:
        return unread(error)


def _by_event_after(found: Flags | Sentence, step: ManualStep, names: tuple[str, ...]) -> Seen:
    """Look for the event where the flags do not say it."""
    status, detail = _by_event(step, names)
    return status, joined(found if isinstance(found, Sentence) else NOTHING_TO_READ, detail)


def _by_event(step: ManualStep, names: tuple[str, ...]) -> Seen:
    """Look for the event; one from the suspect's own address is the contrary of a proof."""
    found = step.audit.done(step.uin, *names)
    if isinstance(found, CloudError):
        return "attested", joined(statement(step), unread(found))
    suspect = [each for each in found if each.ip == step.audit.suspect_ip]
    if suspect:
        return "failed", by_suspect(suspect[0])
    if found:
        return "verified", shown_by(found[0])
    return "attested", joined(statement(step), not_shown(names))
