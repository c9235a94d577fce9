"""What gathered facts say against a person's statement that a login was harmless."""

import re
from collections.abc import Iterable
from datetime import timedelta

from tasks.decide.geography import place_label
from tasks.decide.identity import co_users, is_called
from tasks.decide.networks import declared_network, hiding_kinds
from tasks.decide.sentences import both, label, listed, moment, shorten
from tasks.decide.travel import Stay, is_impossible
from tasks.model.answer import Answer
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import PastLogin, Reputation, SensitiveEvent, Severity
from tasks.model.policy import Policy
from tasks.model.principal import Principal, PrincipalKind
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.habits import is_usual_network
from tasks.runbooks.unusual_login.login import came_from
from tasks.runbooks.unusual_login.questions import Question

FAILURES_SUSPICIOUS = 5
"""Failed logins before a success that no longer look like typing errors."""

RIGHT_AFTER = timedelta(hours=24)
"""How long after a login a changed key, factor or password counts as changed right after it."""

CREDENTIALS = re.compile(r"accesskey|apikey|mfa|safeauth|offsitelogin|token|phone|mail|passw|passkey|loginprofile")
"""Names of operations on keys, second factors, contacts and passwords; both API and console names."""

CREDENTIAL_SERVICES = frozenset({"cam", "account", "sts"})
LEAK = re.compile(r"leak|泄露|泄漏", re.IGNORECASE)
"""Rules of the Cloud Security Center that say a key is public. `AbnormalLogin` is but the reminder itself."""


def contradictions(
    login: Suspect, facts: LoginFacts, answers: tuple[Answer, ...], policy: Policy
) -> tuple[Sentence, ...]:
    """Everything that contradicts a harmless login; empty where nothing does."""
    named = co_user_named(answers, facts)
    return (
        *credentials_changed(login, facts),
        *sensitive_writes(login, facts),
        *hidden_address(login, facts, policy),
        *impossible_travel(login, named, facts, policy),
        *leaks(facts),
        *failures(facts),
        *somebody_else(login, named),
    )


def doubts(facts: LoginFacts) -> tuple[Sentence, ...]:
    """What could not be seen, so that nothing can contradict a statement: that does not support it either."""
    found: list[Sentence] = []
    if isinstance(facts.login, Unknown):
        reason = facts.login.reason
        found.append(
            both(f"云审计中看不到这次登录：{reason.zh}", f"CloudAudit does not show this login: {reason.en}"),
        )
    if isinstance(facts.trail, Unknown):
        reason = facts.trail.reason
        found.append(
            both(f"登录之后的操作无法读取：{reason.zh}", f"What followed the login can't be read: {reason.en}"),
        )
    elif not facts.trail.value.closed:
        found.append(both("登录之后的操作只读到一部分。", "What followed the login was read only in part."))
    return tuple(found)


def co_user_named(answers: tuple[Answer, ...], facts: LoginFacts) -> Principal | None:
    """The co-user that somebody named."""
    name = next((answer.value for answer in answers if answer.question == Question.CO_USER and answer.yes), None)
    if name is None:
        return None
    return next((user.principal for user in co_users(facts) if is_called(user.principal, name)), None)


def activity_after(login: Suspect, facts: LoginFacts) -> tuple[SensitiveEvent, ...]:
    """Sensitive changes by this actor or address, or by what they created, after the login."""
    if isinstance(facts.trail, Unknown):
        return ()
    ours = facts.login.value.event.id if isinstance(facts.login, Known) else ""
    return tuple(
        one
        for one in facts.trail.value.sensitive
        if one.event.id != ours
        and (one.event.write is not False or one.severity is Severity.HIGH)
        and (login.at is None or one.event.at >= login.at)
    )


def is_credential_change(event: AuditEvent, login: Suspect) -> bool:
    """Whether a key, factor, contact or password was changed right after the login."""
    if event.service not in CREDENTIAL_SERVICES or not CREDENTIALS.search(event.name.casefold()):
        return False
    return login.at is None or event.at - login.at <= RIGHT_AFTER


def operations_text(events: Iterable[SensitiveEvent]) -> Sentence:
    """Operations by name and time."""
    return shorten(tuple(f"{one.event.service}:{one.event.name} ({moment(one.event.at).zh})" for one in events))


def credentials_changed(login: Suspect, facts: LoginFacts) -> tuple[Sentence, ...]:
    """That keys, factors, contacts or passwords were changed right after the login."""
    events = tuple(one for one in activity_after(login, facts) if is_credential_change(one.event, login))
    if not events:
        return ()
    told = operations_text(events)
    zh = f"登录之后立即改动了密钥、多因子、手机、邮箱或密码：{told.zh}。"
    return (both(zh, f"Keys, factors, phone, mail or password were changed right after the login: {told.en}."),)


def sensitive_writes(login: Suspect, facts: LoginFacts) -> tuple[Sentence, ...]:
    """That sensitive things were done after the login, credentials apart."""
    events = tuple(one for one in activity_after(login, facts) if not is_credential_change(one.event, login))
    if not events:
        return ()
    told = operations_text(events)
    zh = f"登录之后，同一身份或地址有敏感操作：{told.zh}。"
    return (both(zh, f"After the login the same actor or address did sensitive things: {told.en}."),)


def hidden_address(login: Suspect, facts: LoginFacts, policy: Policy) -> tuple[Sentence, ...]:
    """That the address is of a kind of network that people use to hide, unless it was usual before."""
    if isinstance(facts.reputation, Unknown):
        return ()
    kinds = hiding_kinds(facts.reputation.value)
    if not kinds or is_declared(login, facts, policy) or is_usual_network(login, facts, policy):
        return ()
    ips, names = shorten(login.ips), listed(kind.name for kind in kinds)
    zh = f"登录地址 {ips.zh} 属于{names.zh}，不像个人设备的出口。"
    return (both(zh, f"The address {ips.en} is classified as {names.en}; a personal device is not there."),)


def is_declared(login: Suspect, facts: LoginFacts, policy: Policy) -> bool:
    """Whether every address of the login is in a declared network."""
    return bool(login.ips) and all(declared_network(ip, policy, facts) for ip in login.ips)


def leaks(facts: LoginFacts) -> tuple[Sentence, ...]:
    """That the provider itself found a key in public."""
    if isinstance(facts.alarms, Unknown):
        return ()
    rules = tuple(alarm.rule for alarm in facts.alarms.value if LEAK.search(alarm.rule))
    if not rules:
        return ()
    told = shorten(rules)
    return (
        both(
            f"腾讯云安全中心有密钥泄漏告警：{told.zh}。", f"Tencent's security center reports leaked keys: {told.en}."
        ),
    )


def failures(facts: LoginFacts) -> tuple[Sentence, ...]:
    """That more logins failed before than mistyping explains."""
    count = facts.login.value.failures_before if isinstance(facts.login, Known) else 0
    if count < FAILURES_SUSPICIOUS:
        return ()
    return (
        both(
            f"成功登录之前 24 小时内有 {count} 次失败的登录。",
            f"{count} logins failed in the 24 hours before this one succeeded.",
        ),
    )


def somebody_else(login: Suspect, named: Principal | None) -> tuple[Sentence, ...]:
    """That another than the named one logged in: a sub-user's own login is not a colleague's.

    The main account's may be, for it is shared by scan or QQ.
    """
    if named is None or login.principal is None or login.principal.kind is PrincipalKind.MAIN:
        return ()
    if named.uin == login.principal.uin:
        return ()
    seen, said = label(login.principal), label(named)
    zh = f"登录的身份是 {seen.zh}，而不是所说的 {said.zh}。"
    return (both(zh, f"It was {seen.en} that logged in, not {said.en} as was said."),)


def impossible_travel(
    login: Suspect, named: Principal | None, facts: LoginFacts, policy: Policy
) -> tuple[Sentence, ...]:
    """That the same person was elsewhere too shortly before or after; only what locates a person counts."""
    if login.at is None or login.place is None:
        return ()
    known = facts.reputation.value if isinstance(facts.reputation, Known) else Reputation()
    here = Stay(at=login.at, place=login.place, reputation=known)
    people = {one.uin for one in (login.principal, named) if one is not None}
    others = (past for past in _other_logins(facts) if past.principal.uin in people and not came_from(login, past.ip))
    stays = ((past, _stay(past, facts)) for past in others)
    return tuple(_travel_text(past) for past, there in stays if there and is_impossible(here, there, policy))[:1]


def _stay(past: PastLogin, facts: LoginFacts) -> Stay | None:
    """Where another login places its person; None where its address was not looked at, so that it may be a VPN's."""
    addresses = facts.history.value.addresses if isinstance(facts.history, Known) else None
    if addresses is None:
        return Stay(at=past.at, place=past.place)
    known = addresses.get(past.ip)
    return Stay(at=past.at, place=past.place, reputation=known) if known is not None else None


def _other_logins(facts: LoginFacts) -> tuple[PastLogin, ...]:
    """Logins before and after, and the last known one of each co-user, newest first.

    What the history says of an address goes before what a co-user's entry says: its place may have been disputed.
    """
    history = facts.history.value if isinstance(facts.history, Known) else None
    past = (*history.later, *history.logins) if history else ()
    told = {(one.principal.uin, one.ip) for one in past}
    last = tuple(
        PastLogin(at=user.last_login, principal=user.principal, ip=user.last_ip or "", place=user.last_place)
        for user in co_users(facts)
        if user.last_login is not None and (user.principal.uin, user.last_ip or "") not in told
    )
    return tuple(sorted((*past, *last), key=lambda one: one.at, reverse=True))


def _travel_text(past: PastLogin) -> Sentence:
    name, place, when = label(past.principal), place_label(past.place), moment(past.at)
    zh = f"{name.zh} 于 {when.zh} 在 {place} 登录，两地之间来不及往返。"
    return both(zh, f"{name.en} logged in from {place} {when.en}; nobody travels that fast.")
