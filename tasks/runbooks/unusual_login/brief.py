"""What is shown before a question is asked: the login, and what came before it."""

from tasks.decide.geography import place_label
from tasks.decide.networks import kind_names, own_host
from tasks.decide.sentences import both, join, label, listed, moment, shorten
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.suspect import Suspect
from tasks.runbooks.unusual_login.alert import LoginAlert
from tasks.runbooks.unusual_login.facts import LoginFacts

LAST_LOGINS = 3
"""Earlier logins that a question shows."""


def shown_first(alert: LoginAlert, facts: LoginFacts, login: Suspect) -> Sentence:
    """The login in one sentence, and the last ones before it in another."""
    return join(_login(alert, facts, login), _before(facts, login))


def _login(alert: LoginAlert, facts: LoginFacts, login: Suspect) -> Sentence:
    name, when, ips = label(login.principal), moment(login.at), shorten(login.ips)
    if login.principal is None and alert.principal:
        name = both(f"「{alert.principal}」（账号中未找到）", f"“{alert.principal}” (not found in the account)")
    place = place_label(login.place) or alert.place or ""
    mfa, source = _mfa(facts), _source(facts)
    zh = f"{name.zh} {when.zh} 从 {ips.zh or '未知地址'}（{place or '地点不明'}）登录，{mfa.zh}{source.zh}。"
    en = f"{name.en} logged in {when.en} from {ips.en or 'an unknown address'} ({place or 'place unknown'}), "
    return both(zh, f"{en}{mfa.en}{source.en}.")


def _mfa(facts: LoginFacts) -> Sentence:
    passed = facts.login.value.event.mfa if isinstance(facts.login, Known) else None
    if passed is None:
        return both("是否通过多因子验证不明", "multi-factor check unknown")
    if passed:
        return both("已通过多因子验证", "passed a multi-factor check")
    return both("未经多因子验证", "without a multi-factor check")


def _source(facts: LoginFacts) -> Sentence:
    if isinstance(facts.login, Unknown):
        reason = facts.login.reason
        return both(
            f"；仅据告警，云审计中未见（{reason.zh}）", f"; so says the alert only, not CloudAudit ({reason.en})"
        )
    kinds = listed(kind_names(facts.reputation.value) if isinstance(facts.reputation, Known) else ())
    failures = facts.login.value.failures_before
    return both(
        (f"，此前失败 {failures} 次" if failures else "") + (f"，地址类型：{kinds.zh}" if kinds.zh else ""),
        (f", after {failures} failures" if failures else "") + (f", address kind: {kinds.en}" if kinds.en else ""),
    )


def _before(facts: LoginFacts, login: Suspect) -> Sentence:
    if isinstance(facts.history, Unknown):
        reason = facts.history.reason
        return both(f"登录历史未能读取：{reason.zh}。", f"The login history can't be read: {reason.en}.")
    uin = login.principal.uin if login.principal else None
    past = [one for one in facts.history.value.logins if uin in (None, one.principal.uin)][:LAST_LOGINS]
    days = facts.history.value.days
    if not past:
        return both(f"{days} 天内没有更早的登录。", f"There is no earlier login within {days} days.")
    told = tuple(f"{place_label(one.place) or one.ip} {moment(one.at).zh}" for one in past)
    return both(f"最近的登录：{'、'.join(told)}。", f"Last logins: {', '.join(told)}.")


def through_own_host(facts: LoginFacts, login: Suspect) -> Sentence | None:
    """The sentence that the login came through a host of one's own, where it did."""
    found = next((own for ip in login.ips if (own := own_host(ip, facts)) is not None), None)
    if found is None:
        return None
    name = " ".join(part for part in (found.name or found.network, found.region) if part)
    zh = f"登录经由本账号自己的 {found.kind.value} {name}：可能是跳板机，也可能已被他人控制。"
    en = f"The login came through the account's own {found.kind.value} {name}: a jump host, or one taken over."
    return both(zh, en)
