"""Who is who: the names that a principal goes by, and the people behind it."""

from tasks.model.fact import Known
from tasks.model.facts import Facts
from tasks.model.policy import Policy
from tasks.model.principal import CoUser, Principal, PrincipalKind

MAIN_NAMES = frozenset({"root", "主账号", "main"})
"""What alerts call the main account."""


def everybody(facts: Facts) -> tuple[Principal, ...]:
    """All principals that facts name: co-users, then the main account, then the caller."""
    found = {user.principal.uin: user.principal for user in co_users(facts)}
    if isinstance(facts.caller, Known):
        caller = facts.caller.value
        found.setdefault(caller.account, Principal(kind=PrincipalKind.MAIN, uin=caller.account, name="root"))
        found.setdefault(caller.uin, Principal(kind=caller.kind, uin=caller.uin, name=caller.uin))
    return tuple(found.values())


def co_users(facts: Facts) -> tuple[CoUser, ...]:
    """The co-users that facts name; none where they are not known."""
    return facts.co_users.value if isinstance(facts.co_users, Known) else ()


def is_called(principal: Principal, text: str) -> bool:
    """Whether this text is the principal's name or uin."""
    wanted = text.strip().casefold()
    if principal.kind is PrincipalKind.MAIN and wanted in MAIN_NAMES:
        return True
    return wanted in (principal.uin, principal.name.casefold())


def goes_by(user: CoUser, name: str) -> bool:
    """Whether somebody is called so: sub-users have names of the account's own, the main account has a nickname."""
    main = user.principal.kind is PrincipalKind.MAIN
    return is_called(user.principal, name) or (main and user.nickname.casefold() == name.strip().casefold() != "")


def persons_of(principal: Principal | None, policy: Policy) -> tuple[str, ...]:
    """Names of the declared people whose identity this principal is."""
    if principal is None:
        return ()
    return tuple(one.name for one in policy.people if any(is_called(principal, text) for text in one.principals))
