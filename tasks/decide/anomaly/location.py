"""Anomalies of where a login came from: its country, place and network operator."""

from tasks.decide.anomaly.comparison import Comparison, count
from tasks.decide.anomaly.operators import operator_of
from tasks.decide.geography import place_label, same_country
from tasks.decide.sentences import both, label
from tasks.model.watch import Anomaly, AnomalyKind

ENOUGH = 10
"""Earlier logins with a known operator from which on a new one is an anomaly; with fewer, every phone would be one."""


def location_anomalies(compared: Comparison) -> tuple[Anomaly, ...]:
    """Country, place and operator compared with the baseline; at most one anomaly, as each implies the next.

    A known address and what proved to be harmless before are none. A newcomer has no baseline and is compared with the
    others, or every new colleague's first day would be raised.
    """
    if compared.from_known_network or compared.vouched_for:
        return ()
    if compared.newcomer:
        return () if compared.like_others else (_first(compared),)
    if compared.place is None:
        return (_unknown_place(compared),)
    if not any(same_country(habit.place, compared.place) for habit in compared.habits):
        return (_new_country(compared),)
    if count(compared.alike(compared.habits)) < compared.policy.usual_after:
        return (_new_place(compared),)
    return _new_operator(compared)


def _first(compared: Comparison) -> Anomaly:
    name, place = label(compared.login.actor), place_label(compared.login.place)
    return Anomaly(
        kind=AnomalyKind.FIRST_LOGIN,
        why=both(
            f"{name.zh} 此前几乎没有登录记录，而这个地址与地点（{place or '不明'}）也没有其他成员在用。",
            f"{name.en} has hardly logged in before, and nobody else of the account uses this address or place "
            f"({place or 'not known'}).",
        ),
    )


def _unknown_place(compared: Comparison) -> Anomaly:
    name, ip = label(compared.login.actor), compared.login.ip or "?"
    return Anomaly(
        kind=AnomalyKind.UNKNOWN_PLACE,
        why=both(
            f"{name.zh} 从未用过的地址 {ip} 登录，其所在地点不明。",
            f"{name.en} logged in from {ip}, an address that was not used before and whose place is not known.",
        ),
    )


def _new_country(compared: Comparison) -> Anomaly:
    name, place = label(compared.login.actor), place_label(compared.place)
    return Anomaly(
        kind=AnomalyKind.NEW_COUNTRY,
        why=both(
            f"{name.zh} 第一次从这个国家或地区登录：{place}。",
            f"{name.en} never logged in from this country before: {place}.",
        ),
    )


def _new_place(compared: Comparison) -> Anomaly:
    name, place = label(compared.login.actor), place_label(compared.place)
    return Anomaly(
        kind=AnomalyKind.NEW_PLACE,
        why=both(f"{place} 不是 {name.zh} 的常用登录地。", f"{place} is not a usual place of {name.en}."),
    )


def _new_operator(compared: Comparison) -> tuple[Anomaly, ...]:
    operator = compared.place.operator if compared.place and not compared.roams else ""
    known = tuple(habit for habit in compared.habits if habit.place and habit.place.operator)
    if not operator or count(known) < ENOUGH:
        return ()
    if any(operator_of(habit.place) == operator_of(compared.place) for habit in known):
        return ()
    name = label(compared.login.actor)
    why = both(
        f"{name.zh} 第一次经由网络运营商「{operator}」登录。",
        f"{name.en} never logged in by the network operator “{operator}” before.",
    )
    return (Anomaly(kind=AnomalyKind.NEW_OPERATOR, why=why),)
