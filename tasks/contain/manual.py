"""Steps that a person did in the web console: verified where anything can be read, else attested by his name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.cloud import standing
from tasks.cloud.client import Api
from tasks.contain.access_key import AccessKeyControl, KeyState
from tasks.contain.control import Control, Unfit
from tasks.contain.controls import control_of
from tasks.contain.run import Run
from tasks.contain.traced import Traced
from tasks.contain.witness import Witness
from tasks.contain.words import joined, unread
from tasks.errors import CloudError
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.plan import Action, ActionKind, Outcome, Status

PASSWORD_EVENTS = ("ChangeMailPassword",)
OFFSITE_EVENTS = ("SetOffsiteLoginFlag",)
PROTECTION_EVENTS = ("SetSafeAuthFlag",)

Seen = tuple[Status, Sentence]


@dataclass(frozen=True)
class Step:
    """One manual step that somebody says he did."""

    action: Action
    cloud: Traced
    witness: Witness
    by: str
    now: Callable[[], datetime]

    @property
    def uin(self) -> str:
        """Whom the step concerns."""
        return self.action.principal.uin

    @property
    def names_no_key(self) -> bool:
        """Whether a step on keys is about all of them; a bare key's owner is called by the key's own id."""
        return self.action.target == self.uin and self.uin.isdecimal()


def read_back(
    cloud: Api,
    actions: tuple[Action, ...],
    *,
    since: datetime,
    suspect_ip: str | None,
    by: str,
    now: Callable[[], datetime],
) -> tuple[Outcome, ...]:
    """Look at each manual step after a person says that it is done.

    Args:
        since: when the person was asked.
        suspect_ip: the address of the login in question.
        by: the person.
    """
    return tuple(_looked_at(cloud, action, since=since, suspect_ip=suspect_ip, by=by, now=now) for action in actions)


def _looked_at(
    cloud: Api, action: Action, *, since: datetime, suspect_ip: str | None, by: str, now: Callable[[], datetime]
) -> Outcome:
    traced = Traced(cloud)
    witness = Witness(cloud=traced, since=since, until=now(), suspect_ip=suspect_ip)
    step = Step(action=action, cloud=traced, witness=witness, by=by, now=now)
    status, detail = _CHECKS.get(action.kind, _by_state)(step)
    return Outcome(
        kind=action.kind,
        target=action.target,
        principal=action.principal,
        how=action.how,
        status=status,
        request_ids=tuple(traced.request_ids),
        by=by,
        at=now(),
        detail=detail,
    )


def _password(step: Step) -> Seen:
    return _by_event(step, PASSWORD_EVENTS)


def _offsite(step: Step) -> Seen:
    """The flag says it; where it can't be read, the event does."""
    try:
        flag = standing.own_or_other_flags(step.cloud, step.uin)["OffsiteFlag"].get("VerifyFlag")
    except CloudError as error:
        status, detail = _by_event(step, OFFSITE_EVENTS)
        return status, joined(unread(error), detail)
    if flag:
        return "verified", Sentence(zh="读回：异地登录保护已开启。", en="Read back: off-site login protection is on.")
    return "failed", Sentence(
        zh="已回答完成，但读回显示异地登录保护仍为关闭。",
        en="It was said to be done, but off-site login protection reads as off.",
    )


def _protections(step: Step) -> Seen:
    """Both flags say it; where they can't be read, the event does."""
    try:
        flags = standing.own_or_other_flags(step.cloud, step.uin)
    except CloudError as error:
        status, detail = _by_event(step, PROTECTION_EVENTS)
        return status, joined(unread(error), detail)
    if any(flags["LoginFlag"].values()) and any(flags["ActionFlag"].values()):
        return "verified", Sentence(
            zh="读回：登录保护与操作保护均已开启。", en="Read back: login and operation protection are on."
        )
    return "failed", Sentence(
        zh="已回答完成，但读回显示登录保护或操作保护仍为关闭。",
        en="It was said to be done, but login or operation protection reads as off.",
    )


def _sessions(step: Step) -> Seen:
    """No event says that sessions were ended; only that the suspect acts no more, or that he still does."""
    calls = step.witness.still_in(step.uin)
    if isinstance(calls, CloudError):
        return "attested", joined(_word(step), unread(calls))
    if calls:
        last = max(calls, key=lambda each: each.at)
        return "failed", Sentence(
            zh=f"已回答完成，但可疑来源此后仍有操作：{last.name}，{last.at.isoformat()}，共 {len(calls)} 次。",
            en=f"It was said to be done, but the suspect still acted since: {last.name} at {last.at.isoformat()}, "
            f"{len(calls)} calls in all.",
        )
    return "attested", joined(_word(step), _no_calls(step), _fresh(step))


def _keys(step: Step) -> Seen:
    """The owner's list of keys says it; where it can't be read, the audit log may say the contrary."""
    try:
        listed = standing.keys(step.cloud, step.uin)
    except CloudError as error:
        return _unlisted(step, error)
    if step.names_no_key:
        return _every_key(step, listed)
    if step.action.target not in listed:
        return _gone(step)
    state = KeyState(active=listed[step.action.target])
    told = AccessKeyControl(step.action).tell(state)
    return ("failed", joined(_SAID, told)) if state.active else ("verified", told)


def _every_key(step: Step, listed: dict[str, bool]) -> Seen:
    """Where the step names no key, those left active may be known to somebody: his word, and which they are."""
    active = "、".join(key for key, on in listed.items() if on)
    if not active:
        return "verified", Sentence(zh="读回：没有启用的密钥。", en="Read back: no key is active.")
    left = Sentence(zh=f"仍启用的密钥：{active}。", en=f"These keys are still active: {active.replace('、', ', ')}.")
    return "attested", joined(_word(step), left)


def _gone(step: Step) -> Seen:
    """A key that is no longer listed was deleted, unless it was used since."""
    told = AccessKeyControl(step.action).tell(KeyState(active=None))
    used = step.witness.key_used(step.action.target)
    if isinstance(used, CloudError):
        return "attested", joined(_word(step), told, unread(used))
    return ("failed", joined(_SAID, _still_used(used))) if used else ("verified", joined(told, _UNUSED))


def _unlisted(step: Step, error: CloudError) -> Seen:
    """The list can't be read: uses since speak against the word, none do not prove it."""
    if step.names_no_key:
        return "attested", joined(_word(step), unread(error))
    used = step.witness.key_used(step.action.target)
    if isinstance(used, CloudError):
        return "attested", joined(_word(step), unread(error), unread(used))
    return (
        ("failed", joined(_SAID, _still_used(used)))
        if used
        else ("attested", joined(_word(step), unread(error), _UNUSED))
    )


def _by_state(step: Step) -> Seen:
    """What the API could have done is read by the same means; the rest rests on the person's word."""
    control = control_of(step.action)
    if control is None or not control.readable or not step.uin.isdecimal():
        return "attested", joined(_word(step), _NOTHING_TO_READ)
    return _state_of(step, control)


def _state_of(step: Step, control: Control[Any]) -> Seen:
    run = Run(control=control, cloud=step.cloud, action=step.action, by=step.by, now=step.now)
    try:
        state = run.look()
    except Unfit as unfit:
        return "attested", joined(_word(step), unfit.sentence)
    if isinstance(state, CloudError):
        return "attested", joined(_word(step), unread(state))
    told = control.tell(state)
    return ("verified", told) if control.reached(state) else ("failed", joined(_SAID, told))


def _by_event(step: Step, names: tuple[str, ...]) -> Seen:
    """Look for the event; one from the suspect's own address is the contrary of a proof."""
    found = step.witness.done(step.uin, *names)
    if isinstance(found, CloudError):
        return "attested", joined(_word(step), unread(found))
    suspect = [each for each in found if each.ip == step.witness.suspect_ip]
    if suspect:
        return "failed", _by_suspect(suspect[0])
    if found:
        return "verified", _event(found[0])
    return "attested", joined(_word(step), _no_event(names))


def _word(step: Step) -> Sentence:
    return Sentence(zh=f"{step.by} 称已完成。", en=f"{step.by} says that it is done.")


def _event(event: AuditEvent) -> Sentence:
    return Sentence(
        zh=f"操作审计有记录：{event.name}，{event.at.isoformat()}，来自 {event.ip}。",
        en=f"The audit log shows it: {event.name} at {event.at.isoformat()} from {event.ip}.",
    )


def _by_suspect(event: AuditEvent) -> Sentence:
    return Sentence(
        zh=f"{event.name}（{event.at.isoformat()}）来自可疑地址 {event.ip}：可能是入侵者所为。",
        en=f"{event.name} at {event.at.isoformat()} came from the suspect's address {event.ip}: "
        "it may be the intruder's doing.",
    )


def _no_event(names: tuple[str, ...]) -> Sentence:
    named = "/".join(names)
    return Sentence(
        zh=f"操作审计中（尚）无 {named}；记录可能滞后，且并非每种做法都会留下它。",
        en=f"The audit log does not (yet) show {named}; it lags, and not every way of doing it leaves one.",
    )


def _no_calls(step: Step) -> Sentence:
    since = step.witness.since.isoformat()
    if step.witness.suspect_ip is None:
        return Sentence(
            zh="可疑地址未知，无从核对其后续操作。",
            en="The suspect's address is not known, so there was nothing to look for.",
        )
    return Sentence(
        zh=f"自 {since} 起，操作审计中没有来自 {step.witness.suspect_ip} 或其会话的操作。",
        en=f"Since {since} the audit log shows no call from {step.witness.suspect_ip} or in its sessions.",
    )


def _fresh(step: Step) -> Sentence:
    logins = step.witness.fresh_logins(step.uin)
    if isinstance(logins, CloudError) or not logins:
        return Sentence(zh="其间未见新的登录。", en="No fresh login was seen since.")
    return Sentence(
        zh=f"其后有一次来自其他地址 {logins[0].ip} 的新登录。",
        en=f"There was a fresh login since, from another address, {logins[0].ip}.",
    )


def _still_used(used: list[AuditEvent]) -> Sentence:
    last = max(used, key=lambda each: each.at)
    return Sentence(
        zh=f"该密钥此后仍被使用：{last.name}，{last.at.isoformat()}。",
        en=f"The key was used since: {last.name} at {last.at.isoformat()}.",
    )


_SAID = Sentence(zh="已回答完成，但：", en="It was said to be done, but:")
_UNUSED = Sentence(zh="操作审计中此后没有它的使用记录。", en="The audit log shows no use of it since.")
_NOTHING_TO_READ = Sentence(zh="没有可读回的状态。", en="There is nothing that could be read back.")

_CHECKS: dict[ActionKind, Callable[[Step], Seen]] = {
    ActionKind.CHANGE_PASSWORD: _password,
    ActionKind.ENABLE_OFFSITE_PROTECTION: _offsite,
    ActionKind.ENABLE_PROTECTIONS: _protections,
    ActionKind.LOG_OUT_SESSIONS: _sessions,
    ActionKind.DISABLE_ACCESS_KEY: _keys,
}
