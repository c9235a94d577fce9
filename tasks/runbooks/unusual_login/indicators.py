"""Indicators of compromise: what facts alone, without anybody's statement, say against every harmless explanation.

They are counted, so they must not be one thing seen twice: activity is grouped by its tactics, and the place of a VPN's
exit is no journey.
"""

from collections.abc import Iterable

from tasks.decide.networks import is_locating
from tasks.decide.sentences import both
from tasks.model.base import Sentence
from tasks.model.fact import Known
from tasks.model.facts import SensitiveEvent, Severity
from tasks.model.policy import Policy
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.contradictions import (
    activity_after,
    failures,
    hidden_address,
    impossible_travel,
    is_credential_change,
    leaks,
    operations_text,
)
from tasks.runbooks.unusual_login.facts import LoginFacts
from tasks.runbooks.unusual_login.login import came_from

PERSISTENCE = frozenset({"persistence", "privilege_escalation", "credential_access"})
"""Tactics that obtain, widen or keep access: one indicator, as a user, its key and its rights are made in one go."""

HARM = frozenset({"defense_evasion", "impact", "exfiltration", "resource_hijacking"})
"""Tactics that evade detection, destroy, exfiltrate or consume resources."""


def indicators(login: Suspect, facts: LoginFacts, policy: Policy) -> tuple[Sentence, ...]:
    """Independent indicators of compromise, one sentence each; what is unknown is none."""
    activity = _own_activity(login, facts)
    return (
        *_persistence(activity, login),
        *_harm(activity, login),
        *hidden_address(login, facts, policy),
        *impossible_travel(login, None, facts, policy),
        *leaks(facts),
        *failures(facts),
    )


def is_elsewhere(facts: LoginFacts) -> bool:
    """Whether the address is known as one whose place says nothing about the person."""
    return isinstance(facts.reputation, Known) and not is_locating(facts.reputation.value)


def _own_activity(login: Suspect, facts: LoginFacts) -> tuple[SensitiveEvent, ...]:
    """Severe operations that succeeded, by this identity from this login's network: its programs run elsewhere."""
    who = login.principal
    return tuple(
        one
        for one in activity_after(login, facts)
        if one.severity is Severity.HIGH
        and one.event.succeeded
        and came_from(login, one.event.ip)
        and who is not None
        and one.event.actor.uin == who.uin
    )


def _is_persistence(one: SensitiveEvent, login: Suspect) -> bool:
    return one.tactic in PERSISTENCE or is_credential_change(one.event, login)


def _persistence(activity: Iterable[SensitiveEvent], login: Suspect) -> tuple[Sentence, ...]:
    found = tuple(one for one in activity if _is_persistence(one, login))
    if not found:
        return ()
    listed = operations_text(found)
    zh = f"登录之后，同一身份从同一地址取得或留下了权限、密钥或身份：{listed.zh}。"
    return (
        both(zh, f"After the login it obtained or kept access (keys, factors, users or permissions): {listed.en}."),
    )


def _harm(activity: Iterable[SensitiveEvent], login: Suspect) -> tuple[Sentence, ...]:
    found = tuple(one for one in activity if one.tactic in HARM and not _is_persistence(one, login))
    if not found:
        return ()
    listed = operations_text(found)
    zh = f"登录之后，同一身份从同一地址做了遮蔽、破坏、外传或消耗资源的操作：{listed.zh}。"
    return (both(zh, f"After the login it evaded detection, destroyed, exfiltrated or consumed: {listed.en}."),)
