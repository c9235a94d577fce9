"""What is odd about where a login came from."""

from tasks.decide.anomaly.comparison import Compared, alike, count
from tasks.decide.places import shown
from tasks.decide.sentences import both, who
from tasks.model.watch import Oddity, Reason

ENOUGH = 10
"""Earlier logins with a known operator from which on a new one is odd; with fewer, every phone would be."""


def odd_place(case: Compared) -> tuple[Reason, ...]:
    """Country, place and operator beside the principal's habits; one reason at most, for each holds the next.

    A newcomer has no habits: he is compared with the company, or every new colleague's first day would be raised.
    """
    if case.newcomer:
        return () if case.companys else (_first(case),)
    if case.place is None:
        return () if case.at_home else (_unknown_place(case),)
    if all(habit.place is None or habit.place.country != case.place.country for habit in case.habits):
        return (_new_country(case),)
    if count(alike(case.habits, case.place)) < case.policy.usual_after:
        return (_new_place(case),)
    return _new_operator(case)


def _first(case: Compared) -> Reason:
    name, place = who(case.login.actor), shown(case.login.place)
    return Reason(
        oddity=Oddity.FIRST_LOGIN,
        why=both(
            f"{name.zh} 此前几乎没有登录记录，而这个地址与地点（{place or '不明'}）也没有其他成员在用。",
            f"{name.en} has hardly logged in before, and nobody else of the account uses this address or place "
            f"({place or 'not known'}).",
        ),
    )


def _unknown_place(case: Compared) -> Reason:
    name, ip = who(case.login.actor), case.login.ip or "?"
    return Reason(
        oddity=Oddity.UNKNOWN_PLACE,
        why=both(
            f"{name.zh} 从未用过的地址 {ip} 登录，其所在地点不明。",
            f"{name.en} logged in from {ip}, an address that was not used before and whose place is not known.",
        ),
    )


def _new_country(case: Compared) -> Reason:
    name, place = who(case.login.actor), shown(case.place)
    return Reason(
        oddity=Oddity.NEW_COUNTRY,
        why=both(
            f"{name.zh} 第一次从这个国家或地区登录：{place}。",
            f"{name.en} never logged in from this country before: {place}.",
        ),
    )


def _new_place(case: Compared) -> Reason:
    name, place = who(case.login.actor), shown(case.place)
    return Reason(
        oddity=Oddity.NEW_PLACE,
        why=both(f"{place} 不是 {name.zh} 的常用登录地。", f"{place} is not a usual place of {name.en}."),
    )


def _new_operator(case: Compared) -> tuple[Reason, ...]:
    operator = case.place.operator if case.place else ""
    known = tuple(habit for habit in case.habits if habit.place and habit.place.operator)
    if not operator or count(known) < ENOUGH:
        return ()
    if any(habit.place and habit.place.operator == operator for habit in known):
        return ()
    name = who(case.login.actor)
    why = both(
        f"{name.zh} 第一次经由网络运营商「{operator}」登录。",
        f"{name.en} never logged in by the network operator “{operator}” before.",
    )
    return (Reason(oddity=Oddity.NEW_OPERATOR, why=why),)
