"""Signs of a break-in: what facts alone, without anybody's word, say against every harmless explanation.

They are counted, so they must not be one thing seen twice: deeds are grouped by what they are good for, and a place
that belongs to a VPN's exit is not a journey.
"""

from collections.abc import Iterable

from tasks.decide.networks import is_locating
from tasks.decide.sentences import both
from tasks.model.alert import Alert
from tasks.model.base import Sentence
from tasks.model.fact import Known
from tasks.model.facts import Facts, SensitiveEvent, Severity
from tasks.model.policy import Policy
from tasks.runbooks.unusual_login.contradictions import (
    deeds_after,
    failures,
    hidden_address,
    impossible_travel,
    is_credential_change,
    leaks,
    told_of,
)
from tasks.runbooks.unusual_login.login import Subject, came_from, subject

WAY_BACK = frozenset({"persistence", "privilege_escalation", "credential_access"})
"""Tactics that make, widen or take access. A user, its key and its rights are made in one go, so they are one sign."""

HARM = frozenset({"defense_evasion", "impact", "exfiltration", "resource_hijacking"})
"""Tactics that blind, break, take out or spend."""


def signs(alert: Alert, facts: Facts, policy: Policy) -> tuple[Sentence, ...]:
    """Independent signs of a break-in, one sentence each; what is unknown is none."""
    login = subject(alert, facts)
    deeds = _own_deeds(login, facts)
    return (
        *_way_back(deeds, login),
        *_harm(deeds, login),
        *hidden_address(login, facts, policy),
        *(() if is_elsewhere(facts) else impossible_travel(login, None, facts, policy)),
        *leaks(facts),
        *failures(facts),
    )


def is_elsewhere(facts: Facts) -> bool:
    """Whether the address is known as one whose place says nothing about the person."""
    return isinstance(facts.reputation, Known) and not is_locating(facts.reputation.value)


def _own_deeds(login: Subject, facts: Facts) -> tuple[SensitiveEvent, ...]:
    """Grave deeds that succeeded, by this identity from this login's address: its programs elsewhere do others."""
    who = login.principal
    return tuple(
        one
        for one in deeds_after(login, facts)
        if one.severity is Severity.HIGH
        and one.event.succeeded
        and came_from(login, one.event.ip)
        and who is not None
        and one.event.actor.uin == who.uin
    )


def _is_way_back(one: SensitiveEvent, login: Subject) -> bool:
    return one.tactic in WAY_BACK or is_credential_change(one.event, login)


def _way_back(deeds: Iterable[SensitiveEvent], login: Subject) -> tuple[Sentence, ...]:
    found = tuple(one for one in deeds if _is_way_back(one, login))
    if not found:
        return ()
    told = told_of(found)
    zh = f"登录之后，同一身份从同一地址取得或留下了权限、密钥或身份：{told.zh}。"
    return (both(zh, f"After the login it took or made access (keys, factors, users or rights): {told.en}."),)


def _harm(deeds: Iterable[SensitiveEvent], login: Subject) -> tuple[Sentence, ...]:
    found = tuple(one for one in deeds if one.tactic in HARM and not _is_way_back(one, login))
    if not found:
        return ()
    told = told_of(found)
    zh = f"登录之后，同一身份从同一地址做了遮蔽、破坏、外传或消耗资源的操作：{told.zh}。"
    return (both(zh, f"After the login it blinded, broke, took out or spent something: {told.en}."),)
