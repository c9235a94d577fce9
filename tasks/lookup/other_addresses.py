"""What networks the addresses of other logins around one belong to: an exit of a VPN is no place to travel from."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from tasks.model.fact import Known, Unknown
from tasks.model.facts import History, PastLogin, Reputation
from tasks.model.principal import CoUser, Principal

MOST = 200
"""Addresses that are looked up, the suspect's own first, then the nearest in time: each takes up to 3 ms. A storm
brings hundreds of other people's logins, and none of them says where the suspect was."""

Used = tuple[bool, datetime, str]
"""Whether an address is another's than the suspect's, when it was used, and the address."""


def with_addresses(
    past: Known[History] | Unknown,
    users: Known[tuple[CoUser, ...]] | Unknown,
    at: datetime,
    *,
    suspect: Principal | None = None,
    within: timedelta,
    reputation_of: Callable[[str], Reputation],
) -> Known[History] | Unknown:
    """The history, with the reputation of addresses that were used around a time, co-users' last ones among them.

    Args:
        suspect: whose addresses are looked up before all others.
    """
    if isinstance(past, Unknown):
        return past
    people = users.value if isinstance(users, Known) else ()
    uin = suspect.uin if suspect else ""
    used = _first((*_logins(past.value, uin), *_last(people, uin)), at, within)
    known = {ip: reputation_of(ip) for ip in used}
    return past.model_copy(update={"value": past.value.model_copy(update={"addresses": known})})


def _logins(past: History, uin: str) -> Iterable[Used]:
    every: tuple[PastLogin, ...] = (*past.later, *past.logins)
    return ((login.principal.uin != uin, login.at, login.ip) for login in every)


def _last(people: Iterable[CoUser], uin: str) -> Iterable[Used]:
    known = ((user.principal.uin, user.last_login, user.last_ip or "") for user in people)
    return ((whose != uin, at, ip) for whose, at, ip in known if at is not None)


def _first(used: Iterable[Used], at: datetime, within: timedelta) -> tuple[str, ...]:
    near = sorted((other, abs(when - at), ip) for other, when, ip in used if ip and abs(when - at) <= within)
    return tuple(dict.fromkeys(ip for _, _, ip in near))[:MOST]
