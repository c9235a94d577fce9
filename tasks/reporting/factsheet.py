"""The fact sheet: what was gathered in sentences, what was not and why."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tasks.decide.sentences import both
from tasks.model.alert import Alert
from tasks.model.base import Sentence, Value
from tasks.model.fact import Known, Unknown
from tasks.model.facts import Facts
from tasks.reporting import fact_sentences as sentences

T = TypeVar("T")


class FactRow(Value):
    """One fact as a reader sees it.

    Args:
        lines: what is so; empty where the fact is unknown.
        reason: why it is unknown; None where it is known.
        permission: the CAM action that would make it known.
        gaps: what the source could not see though it answered.
    """

    name: str
    label: Sentence
    lines: tuple[Sentence, ...] = ()
    reason: Sentence | None = None
    permission: str | None = None
    gaps: tuple[Sentence, ...] = ()
    evidence: tuple[str, ...] = ()


def fact_rows(alert: Alert, facts: Facts | None) -> tuple[FactRow, ...]:
    """Every fact in the order in which a person reads a case; none where nothing was gathered."""
    if facts is None:
        return ()
    ip = str(alert.ip) if alert.ip else ""
    return (
        _row("login", both("这次登录", "The login"), facts.login, sentences.login),
        _row("history", both("历史登录与常用地", "Past logins and usual places"), facts.history, sentences.history),
        _row("reputation", both("IP 信誉", "The address's reputation"), facts.reputation, sentences.reputation),
        _row(
            "egress", both("自有出口 IP", "Own egress addresses"), facts.egress, lambda own: sentences.egress(own, ip)
        ),
        *_checkins(facts),
        _row("co_users", both("共同使用者", "Other users of the account"), facts.co_users, sentences.co_users),
        _row("trail", both("登录前后的操作", "What happened around the login"), facts.trail, sentences.trail),
        _row("alarms", both("云安全中心告警", "Cloud Security Center alarms"), facts.alarms, sentences.alarms),
        _row("protections", both("三项保护", "The three protections"), facts.protections, sentences.protections),
        _row("keys", both("访问密钥", "Access keys"), facts.keys, sentences.keys),
        _row("rights", both("此身份的权限", "What this identity may do"), facts.rights, sentences.rights),
        _row(
            "caller", both("本程序使用的身份", "The identity this runbook calls with"), facts.caller, sentences.caller
        ),
    )


def _checkins(facts: Facts) -> tuple[FactRow, ...]:
    """Devices that were shown; no row where nobody was asked to."""
    if isinstance(facts.checkins, Known) and not facts.checkins.value:
        return ()
    return (_row("checkins", both("设备签到", "Devices that checked in"), facts.checkins, sentences.checkins),)


def unknown_rows(rows: Iterable[FactRow]) -> tuple[FactRow, ...]:
    """Those that were not obtainable."""
    return tuple(row for row in rows if row.reason is not None)


def _row(name: str, label: Sentence, fact: Known[T] | Unknown, lines: Callable[[T], tuple[Sentence, ...]]) -> FactRow:
    if isinstance(fact, Unknown):
        return FactRow(name=name, label=label, reason=fact.reason, permission=fact.permission)
    return FactRow(name=name, label=label, lines=lines(fact.value), gaps=fact.gaps, evidence=fact.evidence)
