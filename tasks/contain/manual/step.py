"""One step of a person, and the words for what was seen of it."""

from dataclasses import dataclass

from tasks.cloud.api import Api
from tasks.contain.manual.audit_check import AuditCheck
from tasks.errors import CloudError
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.plan import Action, Status

Seen = tuple[Status, Sentence]

SAID = Sentence(zh="已回答完成，但：", en="It was said to be done, but:")
UNUSED = Sentence(zh="操作审计中此后没有它的使用记录。", en="The audit log shows no use of it since.")
NOTHING_TO_READ = Sentence(zh="没有可读回的状态。", en="There is nothing that could be read back.")


@dataclass(frozen=True)
class ManualStep:
    """One manual step that somebody says is done."""

    action: Action
    cloud: Api
    audit: AuditCheck
    by: str

    @property
    def uin(self) -> str:
        """Whom the step concerns."""
        return self.action.principal.uin

    @property
    def names_no_key(self) -> bool:
        """Whether a step on keys is about all of them; a bare key's owner is called by the key's own id."""
        return self.action.target == self.uin and self.uin.isdecimal()


def shown_by(event: AuditEvent) -> Sentence:
    """Say which event shows it."""
    return Sentence(
        zh=f"操作审计有记录：{event.name}，{event.at.isoformat()}，来自 {event.ip}。",
        en=f"The audit log shows it: {event.name} at {event.at.isoformat()} from {event.ip}.",
    )


def by_suspect(event: AuditEvent) -> Sentence:
    """Say that the event came from the suspect's address."""
    return Sentence(
        zh=f"{event.name}（{event.at.isoformat()}）来自可疑地址 {event.ip}：可能是入侵者所为。",
        en=f"{event.name} at {event.at.isoformat()} came from the suspect's address {event.ip}: "
        "it may be the intruder's doing.",
    )


def not_shown(names: tuple[str, ...]) -> Sentence:
    """Say that the audit log shows none of these events."""
    named = "/".join(names)
    return Sentence(
        zh=f"操作审计中（尚）无 {named}；记录可能滞后，且并非每种做法都会留下它。",
        en=f"The audit log does not (yet) show {named}; it lags, and not every way of doing it leaves one.",
    )


def no_calls(step: ManualStep) -> Sentence:
    """Say what was looked for in vain."""
    since = step.audit.since.isoformat()
    if step.audit.suspect_ip is None:
        return Sentence(
            zh="可疑地址未知，无从核对其后续操作。",
            en="The suspect's address is not known, so there was nothing to look for.",
        )
    return Sentence(
        zh=f"自 {since} 起，操作审计中没有来自 {step.audit.suspect_ip} 或其会话的操作。",
        en=f"Since {since} the audit log shows no call from {step.audit.suspect_ip} or in its sessions.",
    )


def fresh_login(step: ManualStep) -> Sentence:
    """Say whether somebody logged in anew since, from elsewhere."""
    logins = step.audit.fresh_logins(step.uin)
    if isinstance(logins, CloudError):
        return Sentence(zh="其间的登录读取失败。", en="The logins since could not be read.")
    if not logins:
        return Sentence(zh="其间未见新的登录。", en="No fresh login was seen since.")
    return Sentence(
        zh=f"其后有一次来自其他地址 {logins[0].ip} 的新登录。",
        en=f"There was a fresh login since, from another address, {logins[0].ip}.",
    )


def still_used(used: list[AuditEvent]) -> Sentence:
    """Say when the key was used last."""
    last = max(used, key=lambda each: each.at)
    return Sentence(
        zh=f"该密钥此后仍被使用：{last.name}，{last.at.isoformat()}。",
        en=f"The key was used since: {last.name} at {last.at.isoformat()}.",
    )


def statement(step: ManualStep) -> Sentence:
    """Say who states that it is done."""
    return Sentence(zh=f"{step.by} 称已完成。", en=f"{step.by} says that it is done.")
