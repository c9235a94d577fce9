"""Anomalies of how a login was made: its kind of network, a quiet time or failures before it, no second factor."""

from datetime import timedelta

from tasks.decide.anomaly.baseline import everything, key_of
from tasks.decide.anomaly.comparison import Comparison, last_login
from tasks.decide.networks import hiding_kinds
from tasks.decide.sentences import both, label, moment
from tasks.decide.usual import SETTLED
from tasks.model.watch import Anomaly, AnomalyKind, Habit

QUIET = timedelta(days=30)
"""The vendor's own console calls a login after so long a time abnormal."""

MANY_FAILURES = 5
"""A person tries three times and then resets the password."""

FAILURES_WITHIN = timedelta(hours=24)
"""How far back failures count, as for the facts of an incident."""


def network_anomalies(compared: Comparison) -> tuple[Anomaly, ...]:
    """An address of a kind of network that people use to hide, unless it is known, or proved harmless before."""
    kind = next(iter(hiding_kinds(compared.reputation)), None)
    if kind is None or compared.from_known_network or compared.network_vouched_for:
        return ()
    ip, name, owner = compared.login.ip, kind.name, compared.reputation.owner
    of = (f"（{owner}）", f" ({owner})") if owner else ("", "")
    why = both(f"登录地址 {ip} 属于{name.zh}{of[0]}。", f"The address {ip} is classified as {name.en}{of[1]}.")
    return (Anomaly(kind=AnomalyKind.NETWORK_KIND, why=why),)


def dormancy_anomalies(compared: Comparison) -> tuple[Anomaly, ...]:
    """The first login after a month without any."""
    last = last_login(compared.profile, compared.at)
    if last is None or compared.at - last < QUIET:
        return ()
    days, name = (compared.at - last).days, label(compared.login.actor)
    why = both(
        f"{name.zh} 已有 {days} 天没有登录（上次：{moment(last).zh}）。",
        f"{name.en} had not logged in for {days} days (last {moment(last).en}).",
    )
    return (Anomaly(kind=AnomalyKind.AFTER_QUIET, why=why),)


def failure_anomalies(compared: Comparison) -> tuple[Anomaly, ...]:
    """Many failed logins, then this one.

    From a known or declared network only the principal's own failures there count: colleagues behind one address
    mistype too, and who guesses elsewhere in vain has nothing to do with the owner's login at home. From any other
    network, all failures there and all of the principal's count.
    """
    own, here = key_of(compared.login.actor), compared.network or None
    known = compared.from_declared_network or compared.from_known_network
    failed = [
        each
        for each in compared.failures
        if compared.at - FAILURES_WITHIN <= each.at <= compared.at
        and ((each.who == own and each.network == here) if known else (each.who == own or each.network == here))
    ]
    if len(failed) < MANY_FAILURES:
        return ()
    number, names = len(failed), len({each.who for each in failed})
    why = both(
        f"此前 24 小时内有 {number} 次失败的登录（涉及 {names} 个身份），随后登录成功。",
        f"It followed {number} failed logins of {names} principal(s) within 24 hours.",
    )
    return (Anomaly(kind=AnomalyKind.AFTER_FAILURES, why=why),)


def mfa_anomalies(compared: Comparison) -> tuple[Anomaly, ...]:
    """No second factor where it was always there before."""
    past = tuple(habit for habit in everything(compared.profile) if habit.first < compared.at)
    passed = sum(habit.count for habit in past if habit.mfa)
    if (
        compared.login.mfa is not False
        or passed < compared.policy.usual_after
        or any(_was_off(one, compared) for one in past)
    ):
        return ()
    name = label(compared.login.actor)
    why = both(
        f"{name.zh} 此前的登录都通过了多因素认证，这一次没有。",
        f"{name.en} passed multi-factor authentication at every login before, and not at this one.",
    )
    return (Anomaly(kind=AnomalyKind.WITHOUT_MFA, why=why),)


def _was_off(habit: Habit, compared: Comparison) -> bool:
    """Whether the baseline has logins without it; those of the last days may be of the intruder who made this one."""
    return habit.mfa is False and habit.first <= compared.at - SETTLED
