"""What the report, the forms and the ticket say of an unusual login."""

from tasks.decide.sentences import both
from tasks.model.base import Sentence
from tasks.model.fact import Known
from tasks.model.facts import NOT_GATHERED, Login
from tasks.model.report import FactRow, Field
from tasks.reporting import fact_sentences as sentences
from tasks.reporting import whereabouts_sentences
from tasks.reporting.escape import visible
from tasks.reporting.factsheet import fact_row
from tasks.reporting.templating import when
from tasks.reporting.terms import SILENT
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts

FORM_FACTS = ("login", "history", "trail", "whereabouts", "reputation", "egress")
"""Facts that settle whether a login is one's own; the others are for the report."""

UNKNOWN = both("未知", "unknown")


def login_of(facts: LoginFacts | None) -> Login | None:
    """The login as the audit log shows it; None where it does not."""
    return facts.login.value if facts is not None and isinstance(facts.login, Known) else None


def who(alert: LoginAlert, facts: LoginFacts | None) -> tuple[str, str]:
    """Who logged in, as the audit log says, else as the alert does; and the alert's address."""
    login = login_of(facts)
    name = login.event.actor.label if login else alert.principal or alert.account or ""
    return name, str(alert.ip or "")


def run_name(alert: LoginAlert, facts: LoginFacts | None) -> str:
    """Name a run: `unusual-login · alice@100000000001 · 203.0.113.7`."""
    login = login_of(facts)
    if login is None:
        return _named(alert.principal or "?", alert.account or "?", str(alert.ip or "?"))
    event = login.event
    return _named(event.actor.name, event.account or alert.account or "?", event.ip or str(alert.ip or "?"))


def _named(name: str, account: str, address: str) -> str:
    return visible(f"unusual-login · {name}@{account} · {address}")


def alert_fields(alert: LoginAlert) -> tuple[Field, ...]:
    """What the alert says; what it does not say is named as such."""
    return (
        (both("IP 地址", "Address"), str(alert.ip) if alert.ip else SILENT),
        (both("登录时间", "Time of the login"), when(alert.login_time) if alert.login_time else SILENT),
        (both("主账号", "Main account"), alert.account or SILENT),
        (both("谁", "Who"), alert.principal or SILENT),
        (both("地点", "Place"), alert.place or SILENT),
        (both("登录方式", "Way of login"), alert.method or SILENT),
        (both("告警来源", "Came by"), alert.source),
    )


def fact_rows(alert: LoginAlert, facts: LoginFacts) -> tuple[FactRow, ...]:
    """Every fact in the order in which a person reads a case."""
    ip = str(alert.ip) if alert.ip else ""
    return (
        fact_row("login", both("这次登录", "The login"), facts.login, sentences.login),
        fact_row("history", both("历史登录与常用地", "Past logins and usual places"), facts.history, sentences.history),
        *_whereabouts(facts),
        fact_row("reputation", both("IP 信誉", "The address's reputation"), facts.reputation, sentences.reputation),
        fact_row(
            "egress", both("自有出口 IP", "Own egress addresses"), facts.egress, lambda own: sentences.egress(own, ip)
        ),
        *_checkins(facts),
        fact_row("co_users", both("共同使用者", "Other users of the account"), facts.co_users, sentences.co_users),
        fact_row("trail", both("登录前后的操作", "What happened around the login"), facts.trail, sentences.trail),
        fact_row("alarms", both("云安全中心告警", "Cloud Security Center alarms"), facts.alarms, sentences.alarms),
        fact_row("protections", both("三项保护", "The three protections"), facts.protections, sentences.protections),
        fact_row("keys", both("访问密钥", "Access keys"), facts.keys, sentences.keys),
        fact_row("rights", both("此身份的权限", "What this identity may do"), facts.rights, sentences.rights),
        *_administrators(facts),
        fact_row(
            "caller", both("本程序使用的身份", "The identity this runbook calls with"), facts.caller, sentences.caller
        ),
    )


def _administrators(facts: LoginFacts) -> tuple[FactRow, ...]:
    """Who else may do everything; no row in records that are older than this fact."""
    if facts.administrators == NOT_GATHERED:
        return ()
    label = both("管理员", "Administrators")
    return (fact_row("administrators", label, facts.administrators, sentences.administrators),)


def _whereabouts(facts: LoginFacts) -> tuple[FactRow, ...]:
    """Where the address is; no row in records that are older than this fact."""
    if facts.whereabouts == NOT_GATHERED:
        return ()
    label = both("地址所在地", "Where the address is")
    return (fact_row("whereabouts", label, facts.whereabouts, whereabouts_sentences.whereabouts),)


def _checkins(facts: LoginFacts) -> tuple[FactRow, ...]:
    """Devices that were shown; no row where nobody was asked to."""
    if isinstance(facts.checkins, Known) and not facts.checkins.value:
        return ()
    return (fact_row("checkins", both("设备签到", "Devices that checked in"), facts.checkins, sentences.checkins),)


def ticket_case(alert: LoginAlert, facts: LoginFacts | None) -> tuple[Field, ...]:
    """Account, identity, time and address."""
    login = login_of(facts)
    at = login.event.at if login else alert.login_time
    return (
        (both("主账号", "Main account"), _account(alert, facts) or UNKNOWN),
        (both("涉事身份", "Identity"), who(alert, facts)[0] or UNKNOWN),
        (both("登录时间", "Time of the login"), when(at) if at else UNKNOWN),
        (both("登录 IP", "Address"), str(alert.ip) if alert.ip else UNKNOWN),
        (both("地点", "Place"), sentences.place_words(login.event.place) if login else alert.place or UNKNOWN),
        (both("登录请求 ID", "Request id of the login"), (login.event.request_id if login else "") or UNKNOWN),
    )


def _account(alert: LoginAlert, facts: LoginFacts | None) -> str:
    if facts is not None and isinstance(facts.caller, Known):
        return facts.caller.value.account
    return alert.account or ""


def place_in_library(facts: LoginFacts | None) -> Sentence:
    """Where the vendor's IP library places the login."""
    login = login_of(facts)
    return sentences.place_words(login.event.place if login else None)
