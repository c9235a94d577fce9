"""What networks the addresses of other logins around one belong to: an exit of a VPN is no place to travel from."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from tasks.model.fact import Known, Unknown
from tasks.model.facts import History, PastLogin, Reputation
from tasks.model.principal import CoUser

MOST = 200
"""Addresses that are looked up, the nearest in time first: each takes up to 3 ms."""


def with_addresses(
    past: Known[History] | Unknown,
    users: Known[tuple[CoUser, ...]] | Unknown,
    at: datetime,
    *,
    within: timedelta,
    reputation_of: Callable[[str], Reputation],
) -> Known[History] | Unknown:
    """The history, with the reputation of addresses that were used around a time, co-users' last ones among them."""
    if isinstance(past, Unknown):
        return past
    people = users.value if isinstance(users, Known) else ()
    used = _nearest((*_logins(past.value), *_last(people)), at, within)
    known = {ip: reputation_of(ip) for ip in used}
    return past.model_copy(update={"value": past.value.model_copy(update={"addresses": known})})


def _logins(past: History) -> Iterable[tuple[datetime, str]]:
    every: tuple[PastLogin, ...] = (*past.later, *past.logins)
    return ((login.at, login.ip) for login in every)


def _last(people: Iterable[CoUser]) -> Iterable[tuple[datetime, str]]:
    return ((user.last_login, user.last_ip or "") for user in people if user.last_login is not None)


def _nearest(used: Iterable[tuple[datetime, str]], at: datetime, within: timedelta) -> tuple[str, ...]:
    near = sorted((abs(when - at), ip) for when, ip in used if ip and abs(when - at) <= within)
    return tuple(dict.fromkeys(ip for _, ip in near))[:MOST]
