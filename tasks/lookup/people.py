"""Who can enter the account, and when each was last here."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import NamedTuple

from tasks.cloud import csip, users
from tasks.cloud.api import Api
from tasks.cloud.limits import SUB_ACCOUNTS_PER_CALL
from tasks.cloud.parse import PlaceOf
from tasks.cloud.users import Account, LastLogin
from tasks.errors import BadCredential, CloudRefused
from tasks.lookup.collector import CAUGHT, Collector, Source
from tasks.lookup.unavailable import reason
from tasks.model.address import same_address
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import History, Login, PastLogin
from tasks.model.principal import CoUser, Principal, PrincipalKind

Lister = Callable[[Api], list[Account]]
PARTS: tuple[Lister, ...] = (users.sub_users, users.collaborators, users.wecom_users)
"""What together stands for the full list, where that is refused; the last only on the Chinese site."""

Owner = Callable[[], Awaitable[str]]
"""Gives the main account's uin once it is known."""
CoUsers = Known[tuple[CoUser, ...]] | Unknown


class People(NamedTuple):
    """Everybody, and what the list could not show.

    Args:
        failed: why there is no list at all.
    """

    accounts: tuple[Account, ...]
    gaps: tuple[Sentence, ...] = ()
    failed: Exception | None = None

    @property
    def principals(self) -> tuple[Principal, ...]:
        """Who they are."""
        return tuple(each.user.principal for each in self.accounts)


async def list_people(collector: Collector, source: Source, owner: Owner) -> People:
    """Everybody who can enter; piece by piece where the full list is refused or does not exist."""
    try:
        async with asyncio.timeout(collector.left(0.6)):
            return await _listed(collector, source, owner)
    except CAUGHT as exc:
        return People((), failed=exc)


async def last_logins(
    collector: Collector, source: Source, accounts: Iterable[Account]
) -> tuple[dict[str, LastLogin], tuple[Sentence, ...]]:
    """The last login of everybody but the main account, and why some are not known."""
    uins = [each.user.principal.uin for each in accounts if each.user.principal.kind is not PrincipalKind.MAIN]
    known = [uin for uin in uins if uin.isdecimal()]
    chunks = [known[at : at + SUB_ACCOUNTS_PER_CALL] for at in range(0, len(known), SUB_ACCOUNTS_PER_CALL)]
    parts = await collector.each(partial(users.last_logins, source, chunk) for chunk in chunks)
    return {uin: login for part in parts.found for uin, login in part.items()}, parts.gaps


async def root_state(
    collector: Collector, source: Source, account: str, place_of: PlaceOf
) -> csip.RootState | Sentence:
    """What the security center says of the main account, or why it says nothing."""
    try:
        async with asyncio.timeout(collector.left(0.6)):
            return await collector.run(csip.root_state, source, account, place_of=place_of)
    except CAUGHT as exc:
        return reason(exc)


def co_users(people: People, logins: dict[str, LastLogin], root: csip.RootState | Sentence) -> tuple[CoUser, ...]:
    """Everybody with their last login."""
    return tuple(_with_login(each.user, logins, root) for each in people.accounts)


def with_places(fact: CoUsers, logins: Known[History] | Unknown, login: Known[Login] | Unknown) -> CoUsers:
    """Co-users, with what the login and the history of logins know of their last one."""
    if isinstance(fact, Unknown):
        return fact
    known: dict[str, list[PastLogin]] = {}
    past = logins.value if isinstance(logins, Known) else History(days=0)
    for each in (*past.later, *_this(login), *past.logins):
        known.setdefault(each.principal.uin, []).append(each)
    placed = tuple(_with_place(user, known.get(user.principal.uin, [])) for user in fact.value)
    return fact.model_copy(update={"value": placed})


def _this(login: Known[Login] | Unknown) -> tuple[PastLogin, ...]:
    if isinstance(login, Unknown):
        return ()
    event = login.value.event
    return (PastLogin(at=event.at, principal=event.actor, ip=event.ip, place=event.place),)


async def _listed(collector: Collector, source: Source, owner: Owner) -> People:
    if source.site == "intl":
        return await _pieces(collector, source, await owner(), None)
    try:
        found = await collector.run(users.accounts, source)
    except BadCredential:
        raise
    except CloudRefused as exc:
        return await _pieces(collector, source, await owner(), exc)
    return People(_owned(found, await owner()))


async def _pieces(collector: Collector, source: Source, owner: str, refused: CloudRefused | None) -> People:
    """Sub-users, collaborators and WeCom users, each where it is allowed; none of them allowed is a failure."""
    wanted = PARTS[:2] if source.site == "intl" else PARTS
    parts = await collector.each(partial(part, source) for part in wanted)
    if not parts.found:
        raise refused or parts.errors[0]
    listed = [each for part in parts.found for each in part]
    gaps = (reason(refused), *parts.gaps) if refused else parts.gaps
    return People((users.owner_of(owner), *listed), tuple(dict.fromkeys(gaps)))


def _owned(found: list[Account], owner: str) -> tuple[Account, ...]:
    """Give the main account its uin, which the list masks; put it first where the list leaves it out."""
    main = [each for each in found if each.user.principal.kind is PrincipalKind.MAIN] or [users.owner_of(owner)]
    rest = [each for each in found if each.user.principal.kind is not PrincipalKind.MAIN]
    first = main[0].user
    principal = first.principal.model_copy(update={"uin": first.principal.uin or owner})
    return (Account(first.model_copy(update={"principal": principal}), main[0].phone), *rest)


def _with_login(user: CoUser, logins: dict[str, LastLogin], root: csip.RootState | Sentence) -> CoUser:
    if user.principal.kind is not PrincipalKind.MAIN:
        last = logins.get(user.principal.uin)
        if last is None or (last.at is None and last.ip is None):
            return user  # of a thousand, most never log in
        return user.model_copy(update={"last_login": last.at, "last_ip": last.ip})
    if isinstance(root, Sentence):
        return user
    return user.model_copy(update={"last_login": root.last.at, "last_ip": root.last.ip, "last_place": root.place})


def _with_place(user: CoUser, logins: list[PastLogin]) -> CoUser:
    """Take the newest login that is known, wherever it is from; its place may come from an older one."""
    if logins and (user.last_login is None or user.last_login < logins[0].at):
        newest = logins[0]
        return user.model_copy(update={"last_login": newest.at, "last_ip": newest.ip, "last_place": newest.place})
    if user.last_place is not None or not user.last_ip:
        return user
    same = (login.place for login in logins if same_address(login.ip, user.last_ip))
    return user.model_copy(update={"last_place": next(same, None)})
